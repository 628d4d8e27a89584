package password

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a password must be. Length counts for most, and nothing asks for signs
// of several sorts (NIST SP 800-63B, 5.1.1.2).
const (
	minRunes    = 12
	minDistinct = 6
	minCore     = 8 // when whatever is easily guessed counts as one character
	easyRow     = 4 // that many neighbours are a row
)

// Rule is that in words, for whoever chooses a password.
const Rule = "at least 12 characters, 6 of them different; and at least 8 when each row of keys (1234, qwer), each repeated character, " +
	"the account's and the school's name and each word that everybody tries count as one"

// ErrWeak says that a password is too easy to guess.
var ErrWeak = errors.New("weak password")

// rows are what fingers and habit do by themselves; backwards too.
func rows() []string {
	return []string{"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"}
}

// tried are the words that everybody tries.
func tried() []string {
	return []string{
		"campushub", "password", "passwort", "passw0rd", "p@ssw0rd", "p@ssword", "administrator", "admin", "welcome", "letmein", "changeme", "secret",
		"iloveyou", "woaini", "wodemima", "mima", "school", "xuexiao", "police", "jingcha", "guest", "test", "demo", "root", "user", "login",
		"1q2w3e4r", "1qaz2wsx", "5201314", "密码", "学校", "我爱你",
	}
}

// Weak says why a password is too easy to guess, as ErrWeak; nil where it is
// not. names are the account's, and whatever else anybody would try.
func Weak(password string, names ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case len(password) > MaxLength:
		return fmt.Errorf("%w: longer than %d bytes", ErrWeak, MaxLength)
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return fmt.Errorf("%w: holds characters that nobody can type", ErrWeak)
	case n < minRunes:
		return fmt.Errorf("%w: %d characters, want %d", ErrWeak, n, minRunes)
	case distinct(password) < minDistinct:
		return fmt.Errorf("%w: %d different characters, want %d", ErrWeak, distinct(password), minDistinct)
	}
	if c := core([]rune(strings.ToLower(password)), easy(names)); c < minCore {
		return fmt.Errorf("%w: easy to guess: %d characters where rows of keys, repeated ones, names and words that everybody tries count as one; want %d", ErrWeak, c, minCore)
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// easy are the words that count as one character, the longest first.
func easy(names []string) [][]rune {
	var out [][]rune
	for _, w := range append(tried(), names...) {
		if w := []rune(strings.ToLower(w)); len(w) > 1 {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b []rune) int { return len(b) - len(a) })
	return out
}

// core counts the characters of a password with each easy part as one.
func core(s []rune, words [][]rune) (n int) {
	for len(s) > 0 {
		taken := 1
		for _, w := range words {
			if len(s) >= len(w) && slices.Equal(s[:len(w)], w) {
				taken = len(w)
				break
			}
		}
		s = s[max(taken, repeated(s), row(s)):]
		n++
	}
	return n
}

// repeated is how many times the first character stands there, from two on.
func repeated(s []rune) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// row is how many characters are neighbours on the keyboard, in the alphabet or
// among the digits; 1 where it is fewer than easyRow.
func row(s []rune) int {
	longest := 1
	for _, r := range rows() {
		forward := []rune(r)
		backward := slices.Clone(forward)
		slices.Reverse(backward)
		longest = max(longest, along(s, forward), along(s, backward))
	}
	if longest < easyRow {
		return 1
	}
	return longest
}

func along(s, line []rune) int {
	most := 0
	for at := range line {
		n := 0
		for n < len(s) && at+n < len(line) && s[n] == line[at+n] {
			n++
		}
		most = max(most, n)
	}
	return most
}
