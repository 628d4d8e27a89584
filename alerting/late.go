package alerting

import (
	"cmp"
	"time"
)

// FreshFor is how old news of an incident may be that is still told like a
// live one, where a policy says nothing.
const FreshFor = 5 * time.Minute

// Lateness is how news of an incident is told that was held up on its way.
type Lateness string

// The ways. Each names the age; none is ever dropped as stale.
const (
	// AsLive is told like any other, with its age.
	AsLive Lateness = "live"
	// LateOpen sounds once, is marked as late (补报) and escalates as a high one.
	LateOpen Lateness = "late-open"
	// LateClosed is one closing message without sound, and a task for the
	// station: call the school back.
	LateClosed Lateness = "late-closed"
)

// LatenessOf decides how news of an incident is told that arrives now: age is
// the time since the alarm, held against what the incident's plan has frozen.
// What is closed is never told as if it went on.
func (p Plan) LatenessOf(age time.Duration, resolved bool) Lateness {
	switch {
	case age < cmp.Or(p.FreshFor, FreshFor):
		return AsLive // of a closed one, its resolution
	case resolved:
		return LateClosed
	}
	return LateOpen
}

// Lateness is how a press is told that has just arrived, by its incident's plan.
func (p PressRecord) Lateness(by Plan) Lateness {
	return by.LatenessOf(p.ReceivedAt.Sub(p.PressedAt), false)
}

// covered reports whether a press that was long under way was pressed before
// the police took the present round on: what they have taken on is what it was
// about. It is kept and told as late, and begins no round of its own.
func covered(cur *Incident, p PressRecord) bool {
	k, signed := cur.signature(Police)
	return signed && p.Lateness(cur.Plan) == LateOpen && cur.Latched && !p.PressedAt.After(k.At)
}

// Sounds reports whether the news may sound.
func (l Lateness) Sounds() bool { return l != LateClosed }

// Repeats reports whether it may sound again until somebody takes it on.
func (l Lateness) Repeats() bool { return l == AsLive }

// CallBack reports whether the station is to call the school back.
func (l Lateness) CallBack() bool { return l == LateClosed }
