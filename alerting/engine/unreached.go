package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// tellUnreached tells the school who beside it was not reached, so that
// somebody telephones. It is told to those alone who have the alarm: nobody
// hears first that others did not hear.
func (e *Engine) tellUnreached(r *record, t *tracked, now time.Time) []alerting.Delivery {
	if t.Audience == alerting.School || t.Overrun == nil || r.view.Resolved() {
		return nil
	}
	b := e.briefing(r, t, now)
	b.facts.Unreached = r.unreachedSo(t)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if leg.Audience == alerting.School && b.follows(leg) && e.hasIt(r, leg) {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	e.watchBudgets(r, planned, now)
	return planned
}

// unreachedSo are the latest overruns of this round, of each audience but the
// school: what is told takes the place of what was told of the others.
func (r *record) unreachedSo(t *tracked) []alerting.Overrun {
	var out []alerting.Overrun
	for _, o := range r.events {
		if o.Type != alerting.EventOverrun || o.Overrun == nil || o.Audience == alerting.School || o.Overrun.Number < r.view.Round {
			continue
		}
		if !o.visible && o != t || r.view.AcknowledgedBy(o.Audience) {
			continue
		}
		out = slices.DeleteFunc(out, func(p alerting.Overrun) bool { return p.Audience == o.Audience })
		out = append(out, *o.Overrun)
	}
	return out
}

// hasIt reports whether something of this round has come to a leg as far as its
// channel can show.
func (e *Engine) hasIt(r *record, leg alerting.Leg) bool {
	for _, d := range r.deliveries {
		if _, there := d.Took(e.proves(d)); there && d.Key() == leg.Key() && !d.PlannedAt.Before(r.roundAt) {
			return true
		}
	}
	return false
}
