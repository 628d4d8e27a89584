package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// What a lane tries again, or has waiting, is taken back when it has no use any
// more. Newer news takes its place by itself. The rest is said here: its contact
// has confirmed it by another way, the incident is closed or made confidential,
// or the drill is over. What became of it the lane reports.

// endRetries ends the ways to a contact who has confirmed a delivery, as far as
// they carry what that one said, or older news.
func (e *Engine) endRetries(r *record, confirmed alerting.Delivery, now time.Time) {
	leg, _ := r.leg(confirmed.Key())
	e.withdraw(r, alerting.ReceivedElsewhere, "", now, func(l alerting.Leg, d *alerting.Delivery) bool {
		return l.Audience == leg.Audience && l.Reaches() == leg.Reaches() && d.Number <= confirmed.Number
	})
}

// withdrawOld ends what was told before the incident's present number: nothing
// told since has taken its place.
func (e *Engine) withdrawOld(r *record, reason string, why alerting.Why, now time.Time) {
	e.withdraw(r, reason, why, now, func(_ alerting.Leg, d *alerting.Delivery) bool { return d.Number < r.view.Number })
}

// cutOld is withdrawOld that also ends what is on its way now, of whichever
// delivery of a leg: the newest may have come to its end behind an older one.
func (e *Engine) cutOld(r *record, reason string, now time.Time) {
	e.withdrawOld(r, reason, "", now)
	lanes, ok := e.deps.Sinks.(deliver.Withdrawer)
	if !ok {
		return
	}
	for _, leg := range slices.Concat(r.view.Plan.Legs, r.view.Hushed) {
		if _, begun := r.latest[leg.Key()]; begun {
			lanes.Cut(leg.Key(), r.view.ID, r.view.Number)
		}
	}
}

// withdraw takes back the chosen ones of the deliveries that have no outcome
// yet, each the newest of its leg. One that has failed may be under way again: a
// start tries it once more.
func (e *Engine) withdraw(r *record, reason string, why alerting.Why, now time.Time, choose func(alerting.Leg, *alerting.Delivery) bool) {
	lanes, ok := e.deps.Sinks.(deliver.Withdrawer)
	if !ok {
		return
	}
	for _, leg := range slices.Concat(r.view.Plan.Legs, r.view.Hushed) {
		d, begun := r.deliveries[r.latest[leg.Key()]]
		if !begun || d.Settled() || !choose(leg, d) {
			continue
		}
		lanes.Withdraw(leg.Key(), alerting.Progress{
			Incident: r.view.ID, Delivery: d.ID, State: alerting.Expired, Reason: reason, Why: why, At: now,
		})
	}
}
