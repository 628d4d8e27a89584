package trial

import (
	"time"

	"example.org/campushub/alerting"
)

// Report takes what a lane, or a gateway's callback, says of a test. It never
// waits.
func (d *Desk) Report(p alerting.Progress) { d.report(alerting.LegKey{}, p) }

// Confirm takes what a recipient says of a test that was for it; what anybody
// else says of it counts for nothing.
func (d *Desk) Confirm(from alerting.LegKey, p alerting.Progress) { d.report(from, p) }

func (d *Desk) report(from alerting.LegKey, p alerting.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(p.Delivery) <= len(prefix) {
		return
	}
	t, ok := d.trials[p.Delivery[len(prefix):]]
	if !ok || (from != alerting.LegKey{} && from != t.Leg) {
		return
	}
	next, changed := t.after(p)
	if !changed {
		return
	}
	d.put(next, p.At)
}

// put keeps a test that has changed, and what that says of its way. The caller
// holds mu.
func (d *Desk) put(t Trial, at time.Time) {
	d.trials[t.ID], d.unsaved[t.ID] = t, true
	d.remember(news{leg: t.Leg, state: t.State, at: at, by: ByTest, why: t.Why})
	select {
	case d.wake <- struct{}{}:
	default: // it is about to look
	}
}

// Heard takes that something else went over a way, or did not. It never waits.
func (d *Desk) Heard(k alerting.LegKey, state alerting.DeliveryState, at time.Time, by Source, why string) {
	if state == alerting.Planned || state == alerting.Expired || k.Recipient == "" {
		return
	}
	select {
	case d.in <- news{leg: k, state: state, at: at, by: by, why: why}:
	default: // the next one says the same
	}
}

// remember notes what is known of a way. The caller holds mu.
func (d *Desk) remember(n news) {
	known, ok := d.signs[n.leg]
	if !ok && len(d.signs) >= mostSigns {
		return
	}
	known.Leg = n.leg
	if next := known.after(n); next != known {
		d.signs[n.leg], d.fresh[n.leg] = next, true
	}
}
