package wire

import (
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendTime appends t as the wire and the API write it: RFC 3339 in UTC with
// milliseconds and Z, cut, not rounded.
func AppendTime(dst []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z")
}

const ellipsis = "…"

// appendText appends s as a JSON string of at most limit bytes between its
// quotes. A longer one is cut between two characters and ends in an ellipsis.
// Bytes that are not UTF-8 become U+FFFD.
func appendText(dst []byte, s string, limit int) []byte {
	dst = append(dst, '"')
	if len(s) <= limit && plain(s) {
		return append(append(dst, s...), '"')
	}
	start := len(dst)
	fits := start // where the text can end and still take the ellipsis
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		dst = appendRune(dst, r)
		i += size
		used := len(dst) - start
		if used > limit {
			dst = append(dst[:fits], ellipsis...)
			break
		}
		if used <= limit-len(ellipsis) {
			fits = len(dst)
		}
	}
	return append(dst, '"')
}

// plain reports whether s stands in JSON as it is; nearly every string does.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < 0x20 || c == '"' || c == '\\' || c == 0x7f {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s)
}

func appendRune(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, '\\', 'n')
	case r < 0x20 || r == 0x7f:
		return append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&0xf])
	}
	return utf8.AppendRune(dst, r)
}

// appendWord appends a JSON string that is an id or a word of the vocabulary.
func appendWord(dst []byte, s string) []byte { return appendText(dst, s, 128) }

func appendAge(dst []byte, age time.Duration) []byte {
	return strconv.AppendInt(dst, min(max(age, 0), MaxAge).Milliseconds(), 10)
}

func appendNumber(dst []byte, x float64) []byte { return strconv.AppendFloat(dst, x, 'g', -1, 64) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
