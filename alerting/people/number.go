package people

import (
	"regexp"
	"strings"
)

var (
	international = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	chineseMobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

// NormalNumber writes a number in E.164 form; a Chinese mobile needs no prefix.
func NormalNumber(s string) (string, bool) {
	s = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -().\t\u00a0\u3000", c) {
			return -1
		}
		return c
	}, s)
	if chineseMobile.MatchString(s) {
		s = "+86" + s
	}
	return s, international.MatchString(s)
}
