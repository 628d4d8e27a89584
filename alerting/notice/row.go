package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

// maxKept bounds what a row remembers. Beyond it the oldest are forgotten;
// the journal has them.
const maxKept = 500

// rowKey names a row: all notices of one school in one mode, whichever
// incident they are about. Parents read one row, so it is numbered as one.
type rowKey struct {
	school string
	mode   alerting.Mode
}

// row is the notices of one school in one mode.
type row struct {
	state release.State
	about string // the incident of the draft; "" where there is none
	sent  []Sent // what the school's parents have had, also from others' incidents, in order
}

// Sent is one notice as one school's parents have it.
type Sent struct {
	ID     string
	School string
	Number int // 0 where the text has none
	Mode   alerting.Mode
	Text   alerting.Text
	At     time.Time
	// Replaced says that a later number is out.
	Replaced bool
	// Incident is what it is about; never for parents.
	Incident string
}

// Replaces is the number that it replaces, 0 for none.
func (s Sent) Replaces() int { return max(s.Number-1, 0) }

// sentOf is what a released draft is to the parents of each of its schools.
func sentOf(d release.Draft, e release.Event) []Sent {
	var out []Sent
	for _, r := range d.Rendered {
		sum := sha256.Sum256([]byte(strings.Join([]string{"notice", e.Incident, e.Hash, e.At.UTC().Format(time.RFC3339Nano)}, "\x00")))
		out = append(out, Sent{
			ID: hex.EncodeToString(sum[:16]), School: r.School, Number: d.Number, Mode: d.Mode,
			Text: r.Text, At: e.At, Incident: e.Incident,
		})
	}
	return out
}

// after is the row after an event.
func (r row) after(e release.Event) row {
	r.state.Commands = slices.Clip(last(r.state.Commands))
	r.state.Notices = slices.Clip(last(r.state.Notices))
	r.state.Apply(e)
	switch {
	case e.Type == release.EventDrafted:
		r.about = e.Incident
	case r.state.Draft == nil:
		r.about = ""
	}
	return r
}

// sentOut is the row once one more notice is out.
func (r row) sentOut(s Sent) row {
	r.sent = append(slices.Clone(last(r.sent)), s)
	for i := range r.sent[:len(r.sent)-1] {
		o := &r.sent[i]
		o.Replaced = o.Replaced || (o.Number > 0 && s.Number > 0)
	}
	return r
}

func last[T any](all []T) []T { return all[max(len(all)-maxKept, 0):] }

// since is the row as whoever decides now may take it: what was before the
// beginning is another day's. Its number is the highest that the school's
// parents have read since then, whoever sent it.
func (r row) since(begin time.Time) release.State {
	s := r.state
	s.Notices = slices.DeleteFunc(slices.Clone(s.Notices), func(n release.Notice) bool { return n.ReleasedAt.Before(begin) })
	s.Number = r.number(begin)
	if s.Draft != nil && s.Draft.At.Before(begin) {
		s.Draft = nil
	}
	if s.Held != nil && s.Held.At.Before(begin) {
		s.Held = nil
	}
	return s
}

func (r row) number(begin time.Time) int {
	n := 0
	for _, s := range r.sent {
		if !s.At.Before(begin) {
			n = max(n, s.Number)
		}
	}
	return n
}
