package rules

import (
	"slices"
	"time"
)

// A sensor that says nothing any more is blind: what it said last is not how it
// is. A rule that asks it is then neither raised nor over. Every sensor of a
// gate is blind that is lost. The counter of the waiting area is blind, too,
// while the gate speaks and leaves its count out: a count goes stale as no
// contact does, which says what changes.

// blindAfter is how long a count of the waiting area holds: over one of the
// reports that a gate makes each minute with nothing new to say, should it be
// missing.
const blindAfter = 150 * time.Second

// felt are the sensors of a gate, as the inputs name them.
func felt() []string {
	return []string{"contact", "release", "tamper", "barrier", "vehicles", "bollards", "counter", "waiting", "area", "exit", valuesInput}
}

// valuesInput are all values of the gate by their names.
const valuesInput = "values"

// Lose says whether the gate is lost: nobody hears it. Of the counters of a
// school it says that one of its gates has been Uncounted.
func (p *Point) Lose(lost bool, now time.Time) {
	switch {
	case !lost:
		p.lost = time.Time{}
	case p.lost.IsZero():
		p.lost = now
	}
}

// Uncounted reports whether people may have passed whom nobody counted: the
// gate counts, and has been lost for longer than a connection takes to come
// back. What it counts meanwhile it says afterwards, where it can.
func (p *Point) Uncounted(now time.Time) bool {
	return !p.track.watched.IsZero() && !p.lost.IsZero() && now.Sub(p.lost) > Unbroken
}

// blind reports whether a sensor that the rule asks says nothing any more.
func (p *Point) blind(r *Rule, now time.Time) bool {
	if !p.lost.IsZero() && slices.ContainsFunc(r.sensors, func(s string) bool { return slices.Contains(felt(), s) }) {
		return true
	}
	return slices.Contains(r.sensors, "waiting") && p.track.unsaid(now)
}

// unsaid reports whether a count of the waiting area is too old to hold.
func (t *track) unsaid(now time.Time) bool {
	return !t.counted.IsZero() && now.Sub(t.counted) >= blindAfter
}
