package hub

import (
	"context"
	"slices"
	"time"

	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

const (
	// releaseAfter is how long a draft may wait before those are told who can
	// release it: whoever writes one as a rule releases it at once.
	releaseAfter = 30 * time.Second
	// releaseWithin is for how long it is of use to say so, where the draft names
	// no time.
	releaseWithin = 30 * time.Minute
)

// waiting says to whom it is to be said that a notice to parents waits for
// release: every holder of the right for all its schools who has not approved
// it, once for each draft.
type waiting struct {
	drafts func() []notice.Waiting
	who    func() *people.Directory
}

func (w waiting) due(_ context.Context, now time.Time) []errand {
	var out []errand
	for _, d := range w.drafts() {
		until := d.Until
		if until.IsZero() {
			until = d.Draft.At.Add(releaseWithin)
		}
		if now.Sub(d.Draft.At) < releaseAfter || !now.Before(until) {
			continue
		}
		school, _ := w.who().School(d.School)
		key := d.Incident + "/" + d.Draft.Hash + "/" + d.Draft.At.UTC().Format(time.RFC3339Nano)
		for _, a := range w.who().AccountsOf(d.School) {
			if !mayApprove(a, d) {
				continue
			}
			out = append(out, errand{
				ID: errandFor(d.School, "release", key, a.Name), School: d.School, Account: a.Name, Mode: d.Mode,
				Text: policy.ReleaseText(school, d.Mode, d.Draft.Number, d.Until), Until: until,
			})
		}
	}
	return out
}

// mayApprove reports whether a draft still wants an account's word.
func mayApprove(a people.Account, d notice.Waiting) bool {
	for _, school := range d.Draft.Schools {
		if !slices.Contains(a.Releases(), school) {
			return false
		}
	}
	for _, known := range d.Draft.Approvals {
		if known.By.Name == a.Name {
			return false
		}
	}
	return true
}
