package notice

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

// Waiting is a draft that a person wrote and nobody has let out yet.
type Waiting struct {
	School, Incident string
	Mode             alerting.Mode
	Draft            release.Draft
	// Until is when it is of no use any more, or parents miss what they were
	// promised: the earlier of the two; zero where neither is known.
	Until time.Time
}

// Waiting lists what waits for release now, by school. What somebody holds back
// does not wait, nor does what the hub sends by itself, nor what became
// confidential since and cannot go out.
func (d *Desk) Waiting() []Waiting {
	var out []Waiting
	hidden := map[string]bool{}
	for _, i := range d.deps.Engine.Unresolved() {
		hidden[i.ID] = i.Confidential
	}
	for k, r := range d.seen.Load().rows {
		draft := r.state.Draft
		if draft == nil || draft.Automatic() || hidden[r.about] || r.state.Held != nil {
			continue
		}
		until := draft.Content.Next
		if promised, ok := r.state.Promised(); ok && (until.IsZero() || promised.Before(until)) {
			until = promised
		}
		out = append(out, Waiting{School: k.school, Incident: r.about, Mode: k.mode, Draft: *draft, Until: until})
	}
	slices.SortFunc(out, func(a, b Waiting) int { return strings.Compare(a.School+string(a.Mode), b.School+string(b.Mode)) })
	return out
}
