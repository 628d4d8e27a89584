package release

import (
	"strings"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

// CheckTexts reports the configured texts that would be refused when they are
// released: longer than two text messages with the school's own names, and the
// longest of each blank, in them.
func CheckTexts(s School) []texts.Fault {
	var out []texts.Fault
	seen := map[texts.Code]bool{}
	for id, text := range Every(s) {
		if checkLength(text) == nil {
			continue
		}
		zh, en := utf8.RuneCountInString(text.ZH), utf8.RuneCountInString(text.EN)
		for _, c := range s.codesIn(id, text) {
			f, written := s.Texts.Fault(c, "makes %s %d characters long in Chinese and %d in English at %s: want at most %d and %d",
				id, zh, en, s.ID, MaxLengthZH, MaxLengthEN)
			if written && !seen[c] {
				seen[c] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// codesIn are the text and the reason line that stands in it.
func (s School) codesIn(id TextID, text alerting.Text) []texts.Code {
	out := []texts.Code{texts.Code(id)}
	for _, line := range linesIn(id) {
		if words, ok := LineOf(s.Texts, line); ok && strings.Contains(text.ZH, words.ZH) {
			out = append(out, texts.Code("RSN-"+line))
		}
	}
	return out
}
