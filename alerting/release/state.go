package release

import (
	"slices"
	"time"
)

// MaxNotices is how many numbered and unnumbered notices an incident can
// have: a number has two digits at most, and nobody reads more.
const MaxNotices = 99

// State is one incident's notices, a fold of their events. What was published
// is never written to again: Apply replaces or appends.
type State struct {
	Incident string   `json:"incident"`
	School   string   `json:"school"`
	Number   int      `json:"number"` // of the last notice that is out, 0 for none
	Notices  []Notice `json:"notices"`
	Draft    *Draft   `json:"draft"`
	Held     *Hold    `json:"held"`
	// Commands holds the idempotency ids that these notices have seen.
	Commands []string `json:"-"`
}

// Fold rebuilds the notices from their events, in the order of the journal.
func Fold(events []Event) State {
	var s State
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// Apply folds one event. It never fails: an event that is in the journal has
// happened.
func (s *State) Apply(e Event) {
	s.Incident, s.School = e.Incident, e.School
	if e.Command != "" && !slices.Contains(s.Commands, e.Command) {
		s.Commands = append(s.Commands, e.Command)
	}
	switch e.Type {
	case EventDrafted:
		d := *e.Draft
		d.Approvals, d.Agreement = nil, nil
		s.Draft = &d
	case EventApproved:
		s.change(func(d *Draft) { d.Approvals = append(slices.Clone(d.Approvals), Approval{By: e.Actor, At: e.At}) })
	case EventAgreed:
		s.change(func(d *Draft) { d.Agreement = &Agreement{By: e.Actor, At: e.At, Call: e.Call} })
	case EventLapsed:
		s.change(func(d *Draft) { d.Approvals = nil })
	case EventHeld:
		s.Held = &Hold{By: e.Actor, At: e.At, Reason: e.Reason}
	case EventContinued:
		s.Held = nil
		if s.Draft != nil && s.Draft.Automatic() {
			s.Draft = nil // the hub counts down anew, from the beginning
		}
	case EventWithdrawn:
		s.Draft = nil
	case EventReleased:
		s.release(e)
	}
}

func (s *State) change(f func(*Draft)) {
	if s.Draft == nil {
		return
	}
	d := *s.Draft
	f(&d)
	s.Draft = &d
}

func (s *State) release(e Event) {
	if s.Draft == nil {
		return
	}
	s.Notices = append(s.Notices, Notice{Draft: *s.Draft, ReleasedBy: e.Actor, ReleasedAt: e.At})
	s.Number = max(s.Number, s.Draft.Number)
	s.Draft = nil
}

// Last is the notice that counts: the one with the highest number.
func (s State) Last() (Notice, bool) {
	for _, n := range slices.Backward(s.Notices) {
		if n.Draft.Number > 0 {
			return n, true
		}
	}
	return Notice{}, false
}

// Promised is by when parents were told to expect the next notice; false
// where the one that counts promises none.
func (s State) Promised() (time.Time, bool) {
	n, ok := s.Last()
	return n.Draft.Content.Next, ok && !n.Draft.Content.Next.IsZero()
}
