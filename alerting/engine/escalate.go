package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// scheduleEscalation sets the timer of the step that is due first. It follows
// every event: each may begin a round, or end an audience's escalation.
func (e *Engine) scheduleEscalation(r *record, now time.Time) {
	var due time.Time
	for _, step := range r.view.Escalations() {
		if at := e.stepDue(r, step, now); step.NextLevel > 0 && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	if due.IsZero() {
		r.stepAt = time.Time{}
		return
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

// stepDue is when a step is due. One whose wait begins in the future was set
// by a clock that has been set back: it counts from the start of the hub, each
// audience for itself, or what is due sooner would put it off for ever.
func (e *Engine) stepDue(r *record, step alerting.Escalation, now time.Time) time.Time {
	if wait := r.patience(step); step.NextAt.After(now.Add(wait)) {
		return e.started.Add(wait)
	}
	return step.NextAt
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
	if r.standsDown() {
		return
	}
	taken := false
	for _, step := range r.view.Escalations() {
		if step.NextLevel == 0 || e.stepDue(r, step, now).After(now) {
			continue
		}
		taken = true
		if r.escalating(step.Audience) {
			continue // what is under way sets the next timer when it is shown
		}
		e.metrics.escalated(&r.view, step.Audience)
		e.notice(r, alerting.Notice{Type: alerting.EventEscalated, Audience: step.Audience, Level: step.NextLevel, Number: r.view.RoundOf(step.Audience)}, now)
	}
	if !taken {
		e.scheduleEscalation(r, now)
	}
}

// escalating reports whether a level of the audience is on its way to the disk.
func (r *record) escalating(a alerting.Audience) bool {
	return r.hidden > 0 && slices.ContainsFunc(r.events, func(t *tracked) bool {
		return t.Type == alerting.EventEscalated && t.Audience == a && !t.visible
	})
}

// tellLevel tells those whom the level adds, and everybody of the audience
// again where the level says so or comes again. Where the escalation was renewed
// because nothing followed a signature, the level's own people hear of that
// although they were told before. Whoever took the incident on
// while the event was being stored has spared them; a press that began a new
// round meanwhile asks for its own levels.
func (e *Engine) tellLevel(r *record, t *tracked, now time.Time) []alerting.Delivery {
	if r.view.Resolved() || r.view.AcknowledgedBy(t.Audience) || t.Number != r.view.RoundOf(t.Audience) {
		return nil
	}
	step, _ := r.view.Plan.Step(t.Audience, t.Level)
	again := step.Everybody || r.repeated(t)
	renewed := r.view.InRenewedRound(t.Audience)
	b := e.briefing(r, r.newsOf(t), now)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if leg.Audience != t.Audience || leg.Level > t.Level {
			continue
		}
		_, begun := r.begun(leg.Key())
		if adds := !begun && leg.Path == 0; adds || (begun && (again || renewed && leg.Level == t.Level)) {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	if len(planned) > 0 {
		e.watchBudgets(r, planned, now)
	}
	return planned
}

// newsOf is what a level is told: that nobody took the incident on, or, where
// a further press asks for the level at once, that press.
func (r *record) newsOf(t *tracked) *tracked {
	since := t.At.Sub(r.view.RoundAt)
	atOnce := t.Level == 1 && r.view.Rounds > 1 && !r.repeated(t)
	if r.told != nil && atOnce && since >= 0 && since < time.Second { // less than nothing: the clock was set back
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
