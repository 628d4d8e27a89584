package config

import (
	"fmt"
	"slices"
	"strings"
)

func contains[S ~string](words []S, s S) bool { return slices.Contains(words, s) }

// list writes words as "a, b or c".
func list[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	last := len(texts) - 1
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}

// shortestBeginning is how much of a word must be there to stand for it all.
const shortestBeginning = 3

// suggestion is ", did you mean x?" where one of the words is close to s, or
// begins with it.
func suggestion[S ~string](s string, words []S) string {
	best, least := "", max(1, len(s)/3)+1
	for _, w := range words {
		d := distance(s, string(w))
		if len(s) >= shortestBeginning && strings.HasPrefix(string(w), s) {
			d = min(d, 1)
		}
		if d < least {
			best, least = string(w), d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %s?", best)
}

// longestGuess bounds the words that are compared: the comparison is
// quadratic and the words come from a stranger's file.
const longestGuess = 64

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour that makes b of a (optimal string alignment).
func distance(a, b string) int {
	if len(a) > longestGuess || len(b) > longestGuess {
		return longestGuess
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
