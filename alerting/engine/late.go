package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// lateness is how the leg that is told now hears of it: as late where the press
// was long under way to the hub, or the recipient was long out of reach.
func (b *briefing) lateness() alerting.Lateness {
	if b.held > 0 {
		return b.view.Plan.LatenessOf(b.held, b.view.Resolved())
	}
	if p := b.event.Press; p != nil && b.event.Type != alerting.EventPressAgain {
		return p.Lateness(b.view.Plan)
	}
	return alerting.AsLive
}

// heldFor is how old the alarm is for a leg whose contact has heard nothing of
// it: they were out of reach. 0 for whoever has, and while it is fresh.
func (r *record) heldFor(leg alerting.Leg, now time.Time) time.Duration {
	age := r.view.Age(now)
	if r.view.Mode != devices.Live || r.view.Plan.LatenessOf(age, false) == alerting.AsLive || r.hasHeard(leg) {
		return 0
	}
	return age
}

// hasHeard reports whether anything of the incident has got to whom the leg
// reaches, over any path.
func (r *record) hasHeard(leg alerting.Leg) bool {
	for _, other := range r.view.Plan.Legs {
		if other.Audience != leg.Audience || other.Reaches() != leg.Reaches() {
			continue
		}
		for _, d := range r.deliveries {
			if d.Key() == other.Key() && d.HandedAt != nil || d.Key() == other.Key() && d.ReceivedAt != nil {
				return true
			}
		}
	}
	return false
}

// callBack notes, once, that the police heard of an incident only when it was
// closed: they call the school back.
func (e *Engine) callBack(r *record, leg alerting.Leg, l alerting.Lateness, now time.Time) {
	if !l.CallBack() || leg.Audience != alerting.Police {
		return
	}
	for _, t := range r.events {
		if t.Type == alerting.EventCallBack {
			return
		}
	}
	e.notice(r, alerting.Notice{Type: alerting.EventCallBack, Audience: alerting.Police, Reason: "heard of it after it was closed"}, now)
}
