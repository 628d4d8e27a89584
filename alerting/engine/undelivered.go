package engine

import (
	"cmp"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// mendWithin is how long a delivery that failed may still come to something: the
// longest hard limit of a path, so that the next path of its contact has had its
// time, and a terminal that was cut off may have come back.
const mendWithin = time.Minute

// watchFailed looks again at a delivery that has just failed; one that newer
// news has replaced meanwhile has failed all the same. A stop before that costs
// the count and not the delivery: it is told again after the start.
func (e *Engine) watchFailed(r *record, id string, p alerting.Progress, now time.Time) {
	p.Why = cmp.Or(p.Why, alerting.WhyUnanswered)
	e.timers.at(now.Add(mendWithin), func(time.Time) {
		if d := r.deliveries[id]; d.State == alerting.Failed || d.State == alerting.Expired {
			e.undelivered(r, *d, p)
		}
	})
}

// expire ends a delivery that nobody was there for until the incident was closed.
func (e *Engine) expire(r *record, d *alerting.Delivery, now time.Time) {
	d.State, d.Reason = alerting.Expired, "the incident is closed"
	e.undelivered(r, *d, alerting.Progress{
		Incident: r.view.ID, Delivery: d.ID, State: alerting.Expired, Reason: d.Reason, Why: alerting.WhyClosed, At: now,
	})
}

// undelivered counts a delivery that came to nothing and says so, unless its
// contact has confirmed this round's alarm, over whatever path.
func (e *Engine) undelivered(r *record, d alerting.Delivery, p alerting.Progress) {
	if leg, known := r.leg(d.Key()); known && r.contactReached(leg) {
		return
	}
	if r.view.Mode == devices.Live {
		e.metrics.undelivered.WithLabelValues(string(d.Audience), string(d.Channel), string(p.Why)).Inc()
	}
	if e.deps.Staged != nil {
		e.deps.Staged(&r.view, d, p)
	}
}
