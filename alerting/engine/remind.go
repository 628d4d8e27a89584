package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// scheduleReminder sets the timer of what should follow when somebody has
// taken the incident on: signed is not the end. It follows every event.
func (e *Engine) scheduleReminder(r *record, now time.Time) {
	rule := policy.Of(e.deps.People()).Clock(r.view.School)
	_, due, _, ok := r.view.DueReminder(rule)
	if !ok {
		r.remindAt = time.Time{}
		return
	}
	if due.Before(now) {
		due = now
	}
	if due.Equal(r.remindAt) {
		return
	}
	r.remindAt = due
	e.timers.at(due, func(now time.Time) { e.remind(r, due, now) })
}

// remind reminds whoever took the incident on, or has escalation begin again
// where that changed nothing. Like all that a timer does it commits first.
func (e *Engine) remind(r *record, set, now time.Time) {
	if !r.remindAt.Equal(set) {
		return
	}
	r.remindAt = time.Time{}
	rule := policy.Of(e.deps.People()).Clock(r.view.School)
	next, due, renew, ok := r.view.DueReminder(rule)
	if !ok || r.reminding() {
		return // what is under way sets the next timer when it is shown
	}
	if due.After(now) {
		e.scheduleReminder(r, now)
		return
	}
	missing := r.view.DueTogether(rule, next, now)
	n := alerting.Notice{Type: alerting.EventReminded, Audience: next.Audience, Reason: string(missing), Number: r.view.RoundOf(next.Audience)}
	if renew {
		missing = next.Missing
		n = alerting.Notice{Type: alerting.EventRenewed, Audience: next.Audience, Reason: string(missing)}
	}
	for _, m := range missing.Each() {
		e.metrics.reminded(&r.view, next.Audience, string(m))
	}
	e.notice(r, n, now)
}

// reminding reports whether a reminder is on its way to the disk.
func (r *record) reminding() bool {
	return r.hidden > 0 && slices.ContainsFunc(r.events, func(t *tracked) bool {
		return !t.visible && (t.Type == alerting.EventReminded || t.Type == alerting.EventRenewed)
	})
}

// remindOf tells the audience that took the incident on what is missing.
func (e *Engine) remindOf(r *record, t *tracked, now time.Time) []alerting.Delivery {
	return e.tellBegun(r, t, t.Audience, now)
}

// tellBegun tells those of an audience who have been told before.
func (e *Engine) tellBegun(r *record, t *tracked, a alerting.Audience, now time.Time) []alerting.Delivery {
	if r.view.Resolved() {
		return nil
	}
	b := e.briefing(r, t, now)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if _, begun := r.begun(leg.Key()); begun && leg.Audience == a {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	return planned
}
