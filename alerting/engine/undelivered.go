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

// failure is what is known of a delivery that has failed, or came to nothing.
type failure struct {
	latest alerting.Progress
	due    time.Time // when it is looked at again; zero where nothing is about to
	said   bool      // that it came to nothing; it is said once
}

func (r *record) failureOf(delivery string) *failure {
	f, known := r.failures[delivery]
	if !known {
		f = &failure{}
		r.failures[delivery] = f
	}
	return f
}

// watchFailed looks again at a delivery that has just failed, mendWithin after
// its latest failure: there is one watch, however often it fails. One that newer
// news has replaced meanwhile has failed all the same.
//
// A stop before that costs the count. The start tries the newest news of each
// leg again that had failed, of a closed incident only where something of it was
// still on its way; that it fails as it had failed before is no failure anew.
func (e *Engine) watchFailed(r *record, id string, p alerting.Progress, now time.Time) {
	p.Why = cmp.Or(p.Why, alerting.WhyUnanswered)
	f := r.failureOf(id)
	watched := !f.due.IsZero()
	f.latest, f.due = p, now.Add(mendWithin)
	if !watched {
		e.lookAgain(r, id, f)
	}
}

func (e *Engine) lookAgain(r *record, id string, f *failure) {
	e.timers.at(f.due, func(now time.Time) {
		if now.Before(f.due) { // it has failed once more
			e.lookAgain(r, id, f)
			return
		}
		f.due = time.Time{}
		if d := r.deliveries[id]; d.State == alerting.Failed || d.State == alerting.Expired {
			e.undelivered(r, *d, f.latest)
		}
	})
}

// expire ends a delivery that nobody was there for until the incident was closed.
// Where the disk takes nothing it says so again when the incident has been read
// anew: what it can't keep it can't know.
func (e *Engine) expire(r *record, d *alerting.Delivery, now time.Time) {
	d.State, d.Reason = alerting.Expired, alerting.ClosedBefore
	e.undelivered(r, *d, alerting.Progress{
		Incident: r.view.ID, Delivery: d.ID, State: alerting.Expired, Reason: d.Reason, Why: alerting.WhyClosed, At: now,
	})
}

// undelivered counts a delivery that came to nothing and says so, once, unless
// its contact has confirmed this round's alarm, over whatever path.
func (e *Engine) undelivered(r *record, d alerting.Delivery, p alerting.Progress) {
	f := r.failureOf(d.ID)
	if leg, known := r.leg(d.Key()); f.said || (known && r.contactReached(leg)) {
		return
	}
	f.said = true
	if r.view.Mode == devices.Live {
		e.metrics.undelivered.WithLabelValues(string(d.Audience), string(d.Channel), string(p.Why)).Inc()
	}
	if e.deps.Staged != nil {
		e.deps.Staged(&r.view, d, p)
	}
}
