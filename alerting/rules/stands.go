package rules

import "time"

const (
	// shutBy is how long after a window a gate may still stand open: it is what
	// the built-in rule G4 allows.
	shutBy = 15 * time.Minute
	// letIn is how long a gate stands open for somebody who is let in, as G2 has it.
	letIn = time.Minute
)

// Stands says how the gate stands at now for a campus that is to be closed:
// whether its contact has said anything and is not lost, and whether it stands open longer than
// somebody who is let in takes, at a time at which it is to be shut. Guards open
// it up to 5 min before a window and have 15 min after it.
func (p *Point) Stands(c Clock, now time.Time) (known, open bool) {
	if !p.track.known["open"] || !p.lost.IsZero() {
		return false, false
	}
	_, before := p.hours(c, now).in(now.Add(beforeWindow))
	_, in := p.hours(c, now).in(now)
	_, after := p.hours(c, now).in(now.Add(-shutBy))
	return true, p.track.open && before < 0 && in < 0 && after < 0 && now.Sub(p.track.changed) > letIn
}

// Stand is how a gate's contact stood when it was last heard of.
type Stand struct {
	Open bool
	// Since is when it was opened or shut, or first heard of.
	Since time.Time
	// Said is when the gate measured what it last said.
	Said time.Time
}

// Stand is how the gate's contact stands; false where it has said nothing.
func (p *Point) Stand() (Stand, bool) {
	t := p.track
	return Stand{Open: t.open, Since: t.changed, Said: t.seen}, t.known["open"]
}
