package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// What is real goes before a drill: while people answer it nobody is called for
// an exercise. A drill's incident stays open, and a person's to close; only its
// further levels and paths end.

// preempt has the escalation of a school's drill incidents end when something
// real opens, and that of a drill incident which opens while something real is
// open: behind the alarm itself, which waits for nothing.
func (e *Engine) preempt(r *record) {
	school := r.view.School
	switch {
	case r.view.Mode == devices.Drill:
		e.practised[school] = true
		if e.realAt(school) {
			e.standsDown(school, e.becauseOf(school))
		}
	case isReal(&r.view) && e.practised[school]:
		e.standsDown(school, e.becauseOf(school))
	}
}

// becauseOf is what a drill's timeline, which its guards read, says of what is
// real at a school: nothing where all of it is hushed.
func (e *Engine) becauseOf(school string) string {
	for _, r := range e.records {
		if r.view.School == school && isReal(&r.view) && !hushed(&r.view) {
			return alerting.StoodDownReal
		}
	}
	return alerting.StoodDownOver
}

// hushed reports whether nobody may learn of an incident but those whom its own
// plan tells.
func hushed(v *alerting.Incident) bool { return v.Silent || v.Confidential }

// isReal reports whether somebody has pressed or raised an incident for
// something real that is not over. What the hub finds by itself, a fault of a
// button among it, ends no drill.
func isReal(v *alerting.Incident) bool {
	return v.Mode == devices.Live && v.PressCount > 0 && !v.Resolved()
}

// realAt reports whether something real is open at a school.
func (e *Engine) realAt(school string) bool {
	for _, r := range e.records {
		if r.view.School == school && isReal(&r.view) {
			return true
		}
	}
	return false
}

// standDown ends the escalation of the drill incidents that a school has.
func (e *Engine) standDown(school, reason string, now time.Time) {
	delete(e.practised, school)
	for _, id := range e.gravest() {
		r := e.records[id]
		if r.view.School == school && r.view.Mode == devices.Drill && !r.view.Resolved() && !r.standsDown() {
			e.notice(r, alerting.Notice{Type: alerting.EventStoodDown, Reason: reason}, now)
		}
	}
}

// drillOver reports whether an incident is of a drill that is over, and nothing
// real is open: the next drill's press is no further press of it. While
// something real is open a drill press joins: nobody is called for either.
func (e *Engine) drillOver(r *record) bool { return r.standsDown() && !e.realAt(r.view.School) }

// standsDown reports whether an incident was stood down, or is about to be: the
// event may be on its way to the disk.
func (r *record) standsDown() bool {
	return r.view.StoodDown || r.view.Mode == devices.Drill && slices.ContainsFunc(r.events, func(t *tracked) bool {
		return t.Type == alerting.EventStoodDown
	})
}

// resumeDrill stands down, before any timer fires, what the hub had no time to
// before it stopped: a drill incident whose drill is over, or at whose school
// something real is open.
func (e *Engine) resumeDrill(r *record, now time.Time) {
	school := r.view.School
	switch {
	case r.view.Mode != devices.Drill || r.standsDown():
	case e.realAt(school):
		e.notice(r, alerting.Notice{Type: alerting.EventStoodDown, Reason: e.becauseOf(school)}, now)
	case e.drills != nil && e.drills.Over(&r.view):
		e.notice(r, alerting.Notice{Type: alerting.EventStoodDown, Reason: alerting.StoodDownOver}, now)
	default:
		e.practised[school] = true
	}
}

// StandDown ends the escalation of a school's drill incidents: their drill is
// over. It never blocks.
func (e *Engine) StandDown(school string) { e.standsDown(school, alerting.StoodDownOver) }

// StandDownOver ends the escalation of the drill incidents whose drill is over,
// as the drills say. It never blocks.
func (e *Engine) StandDownOver() {
	e.tasks.force(func(now time.Time) { // bounded by the presses
		for _, id := range e.gravest() {
			r := e.records[id]
			if r.view.Mode == devices.Drill && !r.view.Resolved() && !r.standsDown() && e.drills.Over(&r.view) {
				e.notice(r, alerting.Notice{Type: alerting.EventStoodDown, Reason: alerting.StoodDownOver}, now)
			}
		}
	})
}

func (e *Engine) standsDown(school, reason string) {
	e.tasks.force(func(now time.Time) { e.standDown(school, reason, now) }) // bounded by the alarms, and by the drills
}
