package post

import (
	"net/http"
	"testing"
	"time"
)

func FuzzRetryAfter(f *testing.F) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, s := range []string{
		"", "0", "7", "+7", "-7", "60", "61", "9223372037", "18446744073709551616", "1e3", " 5", "soon",
		now.Add(time.Second).Format(http.TimeFormat), now.Add(-time.Second).Format(http.TimeFormat),
		"Monday, 02-Mar-26 08:00:30 GMT", "Mon Mar  2 08:00:30 2026", "Fri, 31 Dec 9999 23:59:59 GMT",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(s, now); d < 0 || d > MaxPause {
			t.Fatalf("%q: %v", s, d)
		}
	})
}
