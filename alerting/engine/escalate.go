package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// scheduleEscalation sets the timer of the step that is due first. It follows
// every event: each may begin a round, or end an audience's escalation.
func (e *Engine) scheduleEscalation(r *record, now time.Time) {
	next, ok := r.view.NextEscalation()
	if !ok {
		r.stepAt = time.Time{}
		return
	}
	due := next.NextAt
	if latest := now.Add(r.patience(next)); due.After(latest) { // the clock was set back, or the hub was away
		due = latest
	}
	if due.Before(now) { // the hub was away; the auditor counts from now
		due = now
	}
	if due.Equal(r.stepAt) {
		return
	}
	r.stepAt = due
	e.timers.at(due, func(now time.Time) { e.escalate(r, due, now) })
}

// patience is the full length of a step's wait.
func (r *record) patience(next alerting.Escalation) time.Duration {
	step, _ := r.view.Plan.Step(next.Audience, next.NextLevel)
	if next.Level == next.NextLevel {
		return step.Repeat
	}
	return step.After
}

// escalate records that nobody took the incident on in time. The event commits
// first, like all that a timer does, and is shown after CommitLimit at the
// latest; then the level is told.
func (e *Engine) escalate(r *record, due, now time.Time) {
	if !r.stepAt.Equal(due) {
		return // another timer has taken its place
	}
	r.stepAt = time.Time{}
	first, ok := r.view.NextEscalation()
	if !ok {
		return
	}
	for _, step := range r.view.Escalations() {
		late := !step.NextAt.After(now) || !step.NextAt.After(first.NextAt)
		if step.NextLevel == 0 || !late || r.escalating(step.Audience) {
			continue // what is under way sets the next timer when it is shown
		}
		e.metrics.escalations.WithLabelValues(string(step.Audience)).Inc()
		e.notice(r, alerting.Notice{Type: alerting.EventEscalated, Audience: step.Audience, Level: step.NextLevel, Number: r.view.RoundOf(step.Audience)}, now)
	}
}

// escalating reports whether a level of the audience is on its way to the disk.
func (r *record) escalating(a alerting.Audience) bool {
	return slices.ContainsFunc(r.events, func(t *tracked) bool {
		return t.Type == alerting.EventEscalated && t.Audience == a && !t.visible
	})
}

// tellLevel tells those whom the level adds, and everybody of the audience
// again where the level says so or comes again. Whoever took the incident on
// while the event was being stored has spared them; a press that began a new
// round meanwhile asks for its own levels.
func (e *Engine) tellLevel(r *record, t *tracked, now time.Time) []alerting.Delivery {
	if r.view.Resolved() || r.view.AcknowledgedBy(t.Audience) || t.Number != r.view.RoundOf(t.Audience) {
		return nil
	}
	step, _ := r.view.Plan.Step(t.Audience, t.Level)
	again := step.Everybody || r.repeated(t)
	b := e.briefing(r, r.newsOf(t), now)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if leg.Audience != t.Audience || leg.Level > t.Level {
			continue
		}
		_, begun := r.latest[leg.Key()]
		if adds := !begun && leg.Path == 0; adds || (begun && again) {
			planned = append(planned, e.tellLeg(r, leg, b)...)
		}
	}
	if len(planned) > 0 {
		e.watchBudgets(r, now)
	}
	return planned
}

// newsOf is what a level is told: that nobody took the incident on, or, where
// a further press asks for the level at once, that press.
func (r *record) newsOf(t *tracked) *tracked {
	if r.told != nil && t.At.Sub(r.view.RoundAt) < time.Second {
		return r.told
	}
	return t
}

// repeated reports whether the level was told before in this round.
func (r *record) repeated(t *tracked) bool {
	for _, o := range r.events {
		if o == t {
			return false
		}
		if o.Type == alerting.EventEscalated && o.visible && o.Audience == t.Audience && o.Level == t.Level && o.Number == t.Number {
			return true
		}
	}
	return false
}
