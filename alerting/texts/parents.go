package texts

import (
	"regexp"
	"strings"
)

// ForParents reports whether a text is read by parents.
func (c Code) ForParents() bool {
	return strings.HasPrefix(string(c), "PAR-") || strings.HasPrefix(string(c), "RSN-")
}

var (
	classPattern  = regexp.MustCompile(`(?i)年级|[0-90-9一二三四五六七八九十]\s*[))]?\s*班|\b(class|grade|year)\b`)
	numberPattern = regexp.MustCompile(`\p{Nd}([\s\-().+]*\p{Nd}){4,}`)
	linkPattern   = regexp.MustCompile(`(?i)://|www\.|\.(com|cn|net|org)\b|@`)
)

// NamesClass reports whether words for parents name a class or a grade.
func NamesClass(s string) bool { return classPattern.MatchString(s) }

// HoldsNumber reports whether words for parents hold a number to call.
func HoldsNumber(s string) bool { return numberPattern.MatchString(s) }

// HoldsLink reports whether words for parents hold a link or an address.
func HoldsLink(s string) bool { return linkPattern.MatchString(s) }

// unfit says what words hold that must not stand before parents; "" is
// nothing.
func unfit(s string) string {
	switch {
	case NamesClass(s):
		return "a class or a grade"
	case HoldsNumber(s):
		return "a long number"
	case HoldsLink(s):
		return "a link or an address"
	}
	return ""
}
