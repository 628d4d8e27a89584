package texts

import (
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"

	"example.org/campushub/alerting"
)

// segment is one piece of a compiled text: fixed words, a hole, or the head of
// a clause that is left out where one of its holes is empty.
type segment struct {
	fixed string
	hole  Hole
	holes set // of the clause; 0 for what is none
	skip  int // how many segments the clause has
	blank bool
}

// wording is one language of a text.
type wording struct {
	source   string
	segments []segment
	holes    set // all of them
	optional set // those that stand in clauses alone
	fixed    int // characters that stand in it whatever happens
}

// compile reads "words {hole}< words {hole}>".
func compile(source string) (wording, error) {
	w := wording{source: source}
	needed, clause := set(0), -1
	for rest := source; rest != ""; {
		i := strings.IndexAny(rest, "{}<>")
		if i < 0 {
			i = len(rest)
		}
		if i > 0 {
			w.segments = append(w.segments, segment{fixed: rest[:i]})
			w.fixed += utf8.RuneCountInString(rest[:i])
			rest = rest[i:]
			continue
		}
		switch {
		case rest[0] == '<' && clause < 0:
			clause = len(w.segments)
			w.segments = append(w.segments, segment{})
			rest = rest[1:]
		case rest[0] == '>' && clause >= 0:
			head := &w.segments[clause]
			if head.holes == 0 {
				return w, fmt.Errorf("what stands between < and > has no hole, and would never be left out")
			}
			head.skip, clause, rest = len(w.segments)-clause-1, -1, rest[1:]
		case rest[0] == '{':
			h, length, err := holeAt(rest)
			if err != nil {
				return w, err
			}
			w.segments = append(w.segments, segment{hole: h, blank: true})
			w.holes |= 1 << h
			if clause >= 0 {
				w.segments[clause].holes |= 1 << h
			} else {
				needed |= 1 << h
			}
			rest = rest[length:]
		default:
			return w, fmt.Errorf("%q stands where nothing was begun that it could end, or within another <", rest[:1])
		}
	}
	if clause >= 0 {
		return w, fmt.Errorf("a < has no >")
	}
	w.optional = w.holes &^ needed
	return w, nil
}

// gap reports whether a value would leave a hole in the words.
func (w *wording) gap(h Hole, value string) bool {
	return value == "" && w.holes.has(h) && !w.optional.has(h)
}

// unknownHole is a word in braces that is no hole.
type unknownHole string

func (u unknownHole) Error() string { return "unknown hole {" + string(u) + "}" }

func holeAt(s string) (Hole, int, error) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return 0, 0, fmt.Errorf("a { has no }")
	}
	for h, name := range holeNames {
		if name == s[1:end] {
			return Hole(h), end + 1, nil
		}
	}
	return 0, 0, unknownHole(s[1:end])
}

// in is what a hole holds in a language.
func (v *values) in(h Hole, english bool) string {
	if english {
		return v[h].EN
	}
	return v[h].ZH
}

// fill appends the words with what the holes hold.
func (w *wording) fill(b []byte, v *values, english bool) []byte {
	for i := 0; i < len(w.segments); i++ {
		s := &w.segments[i]
		switch {
		case s.blank:
			from := len(b)
			b = append(b, v.in(s.hole, english)...)
			if english && s.hole.phrase() && begins(b[:from]) {
				capital(b[from:])
			}
		case s.holes != 0:
			if v.lacks(s.holes, english) {
				i += s.skip
			}
		default:
			b = append(b, s.fixed...)
		}
	}
	return b
}

// lacks reports whether one of the holes is empty.
func (v *values) lacks(s set, english bool) bool {
	for ; s != 0; s &= s - 1 {
		if v.in(Hole(bits.TrailingZeros32(uint32(s))), english) == "" {
			return true
		}
	}
	return false
}

// begins reports whether what follows begins an English sentence.
func begins(before []byte) bool {
	n := len(before)
	return n == 0 || (n > 1 && before[n-1] == ' ' && before[n-2] == '.')
}

// capital turns the first letter into one.
func capital(s []byte) {
	if len(s) > 0 && s[0] >= 'a' && s[0] <= 'z' {
		s[0] -= 'a' - 'A'
	}
}

// template is a text in both languages.
type template struct {
	zh, en wording
	holes  []Hole // of both
	may    set    // that it could have besides
	free   set    // that it has, and a configured one need not
	title  string // what it is for
	at     place  // where a configuration wrote it
}

// say fills both languages. Texts are a line or two: they are put together
// where they need no memory of their own.
func (t *template) say(value func(Hole) alerting.Text) alerting.Text {
	var v values
	for _, h := range t.holes {
		v[h] = value(h)
	}
	var buf [512]byte
	zh := string(t.zh.fill(buf[:0], &v, false))
	return alerting.Text{ZH: zh, EN: string(t.en.fill(buf[:0], &v, true))}
}
