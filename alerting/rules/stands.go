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

// Leaf is what of a gate says whether it stands open.
type Leaf string

// What gates have. One that has neither, such as a counter alone, stands
// no way at all.
const (
	NoLeaf  Leaf = ""
	Door    Leaf = "door"    // its contact says so
	Barrier Leaf = "barrier" // the arm of a vehicle gate
)

// Stand is how a gate stood when it was last heard of.
type Stand struct {
	Leaf Leaf
	Open bool // of a barrier: it is up
	// Since is when it was opened or shut, or first heard of; zero without a leaf.
	Since time.Time
	// Said is when the gate measured what it last said.
	Said time.Time
}

// Stand is how the gate stands; false where it has said nothing. Of a gate that
// has both the contact counts.
func (p *Point) Stand() (Stand, bool) {
	t := p.track
	switch {
	case t.known["open"]:
		return Stand{Door, t.open, t.changed, t.seen}, true
	case t.known["barrier_up"]:
		return Stand{Barrier, t.values["barrier_up"] > 0, t.moved, t.seen}, !t.moved.IsZero()
	}
	return Stand{Said: t.seen}, !t.seen.IsZero()
}
