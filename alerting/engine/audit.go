package engine

import (
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// The auditor looks at every open incident, apart from the timers: its next
// escalation step is in the future, on its way to the disk, or there is none.
const (
	auditEvery = 5 * time.Second
	// overdueAfter is how long a step may be late: a commit takes CommitLimit at
	// most, and other work a moment.
	overdueAfter = 3 * time.Second
)

// audit runs for as long as the engine does.
func (e *Engine) audit(now time.Time) {
	e.auditSome(slices.Collect(maps.Keys(e.records)), now)
	e.timers.at(now.Add(auditEvery), e.audit)
}

// auditSome looks at the incidents in slices, so that alarms come in between.
func (e *Engine) auditSome(incidents []string, now time.Time) {
	n := min(slice, len(incidents))
	for _, id := range incidents[:n] {
		if r, ok := e.records[id]; ok && e.overdue(r, now) {
			e.recover(r, now)
		}
	}
	if rest := incidents[n:]; len(rest) > 0 {
		e.tasks.force(func(now time.Time) { e.auditSome(rest, now) }) // one task at a time
	}
}

// overdue reports whether nothing is about to take the incident's next step.
// A step on its way to the disk sets the next timer when it is shown, and the
// end of a drill's escalation ends all steps.
func (e *Engine) overdue(r *record, now time.Time) bool {
	if _, ok := r.view.NextEscalation(); !ok {
		return false
	}
	if slices.ContainsFunc(alerting.Audiences(), r.escalating) || r.standsDown() {
		return false
	}
	return r.stepAt.IsZero() || now.Sub(r.stepAt) > overdueAfter
}

// recover says that the step was forgotten, and has it taken all the same.
func (e *Engine) recover(r *record, now time.Time) {
	e.metrics.idleSteps.Inc()
	e.log.Error("escalation step was overdue", "incident", r.view.ID, "next", r.view.Escalations(), "timer", r.stepAt)
	r.stepAt = time.Time{}
	e.scheduleEscalation(r, now)
	e.raise(fault{school: r.view.School, cause: "escalation", object: r.view.ID}, now)
}
