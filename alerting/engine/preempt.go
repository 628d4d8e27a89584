package engine

import (
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
			e.standsDown(school, alerting.StoodDownReal)
		}
	case r.view.Mode == devices.Live && e.practised[school]:
		e.standsDown(school, alerting.StoodDownReal)
	}
}

// realAt reports whether something real that the police or the guards act on is
// open at a school.
func (e *Engine) realAt(school string) bool {
	for _, r := range e.records {
		if r.view.School == school && r.view.Mode == devices.Live && r.view.PressCount > 0 && !r.view.Resolved() {
			return true
		}
	}
	return false
}

// standDown ends the escalation of the drill incidents that a school has.
func (e *Engine) standDown(school, reason string, now time.Time) {
	delete(e.practised, school)
	for _, r := range e.records {
		if r.view.School == school && r.view.Mode == devices.Drill && !r.view.Resolved() && !r.view.StoodDown {
			e.notice(r, alerting.Notice{Type: alerting.EventStoodDown, Reason: reason}, now)
		}
	}
}

// StandDown ends the escalation of a school's drill incidents: their drill is
// over. It never blocks.
func (e *Engine) StandDown(school string) { e.standsDown(school, alerting.StoodDownOver) }

func (e *Engine) standsDown(school, reason string) {
	e.tasks.force(func(now time.Time) { e.standDown(school, reason, now) }) // bounded by the alarms, and by the drills
}
