package watch_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty/watch"
)

// Whoever has copied a post's codes can be shut out: a number in the
// configuration renews them, and a school that has none keeps those that hang.
func TestANumberRenewsTheCodesOfAPost(t *testing.T) {
	of := ziwei(t)
	of.Setup.Points = []string{"fence"}
	seen := map[string]bool{}
	renew := func(school, post int) (next watch.School, codes [3]string) {
		next = of
		next.Setup.Posts = append(next.Setup.Posts[:0:0], of.Setup.Posts...)
		next.Setup.Codes, next.Setup.Posts[0].Codes = school, post
		return next, [3]string{next.Code("south"), next.PIN("south"), next.Code("fence")}
	}
	_, first := renew(0, 0)
	assert.Equal(t, [3]string{of.Code("south"), of.PIN("south"), of.Code("fence")}, first)
	assert.Equal(t, [2]string{"l5nsopeyo4bgqft2", "232616"}, [2]string{first[0], first[1]}, "what hangs at the post stays")
	for _, n := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 2}, {2, 0}} {
		_, codes := renew(n[0], n[1])
		assert.False(t, seen[codes[0]] || seen[codes[1]], "%v", n)
		seen[codes[0]], seen[codes[1]] = true, true
	}
	_, own := renew(0, 5)
	assert.Equal(t, first[2], own[2], "a post's own number renews no other's")
	_, all := renew(5, 0)
	assert.NotEqual(t, first[2], all[2], "the school's renews the points' too")
}
