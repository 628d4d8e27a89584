package engine

import (
	"time"

	"example.org/campushub/alerting"
)

// A contact's paths of one place begin together; those of the next place begin
// when one of these has had its share of the budget without a receipt, or has
// failed, or was never connected. A receipt ends this for the contact alone.

// watchPath looks at a leg again when its share is used up.
func (e *Engine) watchPath(r *record, leg alerting.Leg, d *alerting.Delivery, now time.Time) {
	if leg.Share == 0 {
		return
	}
	due := d.PlannedAt.Add(leg.Share)
	if latest := now.Add(leg.Share); due.After(latest) {
		due = latest
	}
	e.timers.at(due, func(now time.Time) { e.nextPath(r, leg, now) })
}

// pathEnded lets the next path begin at once where this one has come to
// nothing.
func (e *Engine) pathEnded(r *record, d alerting.Delivery, now time.Time) {
	stranded := d.State == alerting.Failed || (d.State == alerting.Planned && d.Reason != "")
	if !stranded || r.latest[d.Key()] != d.ID {
		return
	}
	for _, leg := range r.view.Plan.Legs {
		if leg.Key() == d.Key() && leg.Share > 0 {
			e.nextPath(r, leg, now)
		}
	}
}

// nextPath begins the paths that follow a leg's, unless its contact has been
// reached in this round, or somebody has taken the incident on.
func (e *Engine) nextPath(r *record, leg alerting.Leg, now time.Time) {
	if planned, ok := r.leg(leg.Key()); ok { // another kind may have given it another place since
		leg = planned
	}
	if r.told == nil || r.view.Resolved() || r.standsDown() || r.view.AcknowledgedBy(leg.Audience) || r.contactReached(leg) {
		return
	}
	planned := e.tellNext(r, leg, e.briefing(r, r.tellingOf(leg), now), nil)
	if len(planned) > 0 {
		e.metrics.fallbacks.WithLabelValues(string(leg.Audience), string(leg.Channel), string(r.view.Mode)).Inc()
		e.keep(r, planned)
		e.watchBudgets(r, planned, now)
		e.publish(r, 0)
	}
}

// tellNext tells the paths behind a leg's that have not begun.
func (e *Engine) tellNext(r *record, leg alerting.Leg, b *briefing, planned []alerting.Delivery) []alerting.Delivery {
	for _, next := range r.view.Plan.Legs {
		_, begun := r.begun(next.Key())
		if !begun && next.Audience == leg.Audience && next.Reaches() == leg.Reaches() && next.Path == leg.Path+1 {
			planned = e.tellLeg(r, next, b, planned)
		}
	}
	return planned
}

// passOver goes on to the paths behind one that cannot be told: its terminal,
// account or gateway has left the configuration, or may not see this. Nobody
// would ask for them later, for there is no delivery that could fail.
func (e *Engine) passOver(r *record, leg alerting.Leg, b *briefing, planned []alerting.Delivery) []alerting.Delivery {
	if _, begun := r.begun(leg.Key()); leg.Share == 0 || (begun && !b.alarm) {
		return planned
	}
	return e.tellNext(r, leg, b, planned)
}

// tellingOf is what a leg that begins now is told: its level, or what everybody
// was told last.
func (r *record) tellingOf(leg alerting.Leg) *tracked {
	if t := r.escalated[leg.Audience]; leg.Level > 0 && t != nil {
		return r.newsOf(t)
	}
	return r.told
}

// contactReached reports whether a receipt has come from the leg's contact in
// this round, over whatever path.
func (r *record) contactReached(leg alerting.Leg) bool {
	for _, l := range r.view.Plan.Legs {
		d, begun := r.begun(l.Key())
		if begun && l.Audience == leg.Audience && l.Reaches() == leg.Reaches() &&
			(d.State == alerting.Received || d.State == alerting.Read) && !d.PlannedAt.Before(r.roundAt) {
			return true
		}
	}
	return false
}

// resumePaths goes on with the levels and the fall-backs that the hub stopped
// in the middle of.
func (e *Engine) resumePaths(r *record, now time.Time) {
	for _, a := range alerting.Audiences() {
		t, escalated := r.escalated[a]
		if escalated && t.Number == r.view.RoundOf(t.Audience) {
			planned := e.tellLevelLost(r, t, now)
			e.keep(r, planned)
			e.watchBudgets(r, planned, now)
		}
	}
	for _, leg := range r.view.Plan.Legs {
		if d, begun := r.begun(leg.Key()); begun {
			e.watchPath(r, leg, d, now)
		}
	}
}

// tellLevelLost completes a level that the hub stopped in the middle of: it is
// told to those whom it adds, and where it tells everybody once more to those
// who were told only before it. Whoever had it, and whose delivery was not on
// the disk, is told again under the same id.
func (e *Engine) tellLevelLost(r *record, t *tracked, now time.Time) []alerting.Delivery {
	if r.view.AcknowledgedBy(t.Audience) || r.standsDown() {
		return nil
	}
	step, _ := r.view.Plan.Step(t.Audience, t.Level)
	again, number := step.Everybody || r.repeated(t), r.after(t).Number
	b := e.briefing(r, r.newsOf(t), now)
	b.again = true
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if leg.Audience != t.Audience || leg.Level > t.Level {
			continue
		}
		d, begun := r.begun(leg.Key())
		if adds := !begun && leg.Level > 0 && leg.Path == 0; adds || (begun && again && d.Number < number) {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	return planned
}
