package carrier

import (
	"regexp"
	"strings"

	"example.org/campushub/alerting/deliver/post"
)

// written is a number as people write one, in groups.
var written = regexp.MustCompile(`\+?[0-9](?:[ -]?[0-9]){6,}`)

// Quote is what a gateway said of a message to a number, without the secrets
// and without the number, however the gateway writes it.
func Quote(said, number string, secrets ...string) string {
	said = written.ReplaceAllStringFunc(said, func(s string) string {
		if sameNumber(s, number) {
			return "…"
		}
		return s
	})
	return post.Quote(said, append(secrets, number, strings.TrimPrefix(number, "+"), local(number))...)
}

// local is a number as Chinese gateways take it: 13900000001 of
// +8613900000001; any other without its +.
func local(number string) string {
	if s, ok := strings.CutPrefix(number, "+86"); ok {
		return s
	}
	return strings.TrimPrefix(number, "+")
}

// sameNumber compares numbers as gateways write them: +8613900000001,
// 8613900000001, 008613900000001 and 13900000001 are one.
func sameNumber(a, b string) bool {
	a, b = canonical(a), canonical(b)
	return a != "" && a == b
}

// mobile is the length of a Chinese mobile number without its country.
const mobile = 11

// canonical is a number as digits with its country; "" where it is none.
func canonical(number string) string {
	s := strings.NewReplacer(" ", "", "-", "").Replace(number)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "00")
	for _, c := range s {
		if c < '0' || c > '9' {
			return ""
		}
	}
	if len(s) == mobile && s[0] == '1' {
		return "86" + s
	}
	return s
}
