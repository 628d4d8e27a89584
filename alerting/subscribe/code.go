package subscribe

import (
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"time"
)

// The secret of a school's code: 8 of 32 letters that nobody takes for one
// another (Crockford's base 32), 40 random bits.
const (
	letters    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	secretSize = 8
)

// Code is what a school gives its parents to subscribe with.
type Code struct {
	School string
	Secret string
	Made   time.Time
	By     string // the account of whoever issued it
}

// DrawCode draws a code of a school.
func DrawCode(school, by string, now time.Time) Code {
	var b [secretSize]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	for k := range b {
		b[k] = letters[b[k]%byte(len(letters))] // 256 is a multiple of 32: all are as likely
	}
	return Code{School: school, Secret: string(b[:]), Made: now.UTC().Truncate(time.Millisecond), By: by}
}

// String is the code as it is printed: the school, then the secret in two halves.
func (c Code) String() string {
	if c.Secret == "" {
		return ""
	}
	return c.School + "-" + c.Secret[:len(c.Secret)/2] + "-" + c.Secret[len(c.Secret)/2:]
}

// is reports whether a secret is the code's, in a time that does not tell how
// much of it is right.
func (c Code) is(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) == 1 && c.Secret != ""
}

// read takes a code apart as somebody typed it: in small letters, with other
// dashes or none, with an O for a nought. What can be none names no school.
func read(typed string) (school, secret string) {
	s := strings.Map(func(c rune) rune {
		switch {
		case c == ' ' || c == '\t' || c == '\u3000':
			return -1
		case c == '–' || c == '—' || c == '-' || c == '_':
			return '-'
		case '!' <= c-0xfee0 && c-0xfee0 <= '~': // full width, as a Chinese keyboard writes it
			return c - 0xfee0
		}
		return c
	}, typed)
	if len(s) > 128 {
		return "", ""
	}
	var tail []byte
	for len(s) > 0 && len(tail) < secretSize {
		if c := s[len(s)-1]; c != '-' {
			tail = append(tail, plain(c))
		}
		s = s[:len(s)-1]
	}
	for i, j := 0, len(tail)-1; i < j; i, j = i+1, j-1 {
		tail[i], tail[j] = tail[j], tail[i]
	}
	return strings.ToLower(strings.TrimRight(s, "-")), string(tail)
}

// plain is the letter that was meant.
func plain(c byte) byte {
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return c
}
