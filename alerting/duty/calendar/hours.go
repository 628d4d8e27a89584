package calendar

import (
	"cmp"
	"slices"
	"time"
)

// LongestOpen is for how long the gates of a school may be open on a day, all
// hours together: all but a night of eight hours. While they are, a door that is
// opened without a release is not forced.
const LongestOpen = 16 * time.Hour

// Hours are minutes after midnight, To later than From.
type Hours struct{ From, To int }

// Apart puts hours in order and makes one of those that meet.
func Apart(all []Hours) []Hours {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Hours) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out []Hours
	for _, h := range all {
		if n := len(out); n > 0 && h.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, h.To)
			continue
		}
		out = append(out, h)
	}
	return out
}

// Lasts is how long hours last together.
func Lasts(all []Hours) (d time.Duration) {
	for _, h := range Apart(all) {
		d += time.Duration(h.To-h.From) * time.Minute
	}
	return d
}
