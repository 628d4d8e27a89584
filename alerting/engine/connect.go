package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// TerminalUp notes that a terminal has subscribed: it is sent every unresolved
// incident that is addressed to it, and what else it has missed.
func (e *Engine) TerminalUp(a alerting.Audience, id string) {
	e.tasks.force(func(now time.Time) { // bounded by the connections
		key := alerting.LegKey{Audience: a, Recipient: id, Channel: alerting.ChannelMQTT}
		e.resends[key]++
		e.resend(key, e.resends[key], e.gravest(), now)
	})
}

// gravest lists the incidents: live ones before drills and tests, critical
// ones before others, and of those the latest first.
func (e *Engine) gravest() []string {
	all := slices.Collect(maps.Values(e.records))
	slices.SortFunc(all, func(a, b *record) int {
		return cmp.Or(
			cmp.Compare(modeRank(a.view.Mode), modeRank(b.view.Mode)),
			cmp.Compare(b.view.Severity.Rank(), a.view.Severity.Rank()),
			b.view.OpenedAt.Compare(a.view.OpenedAt), cmp.Compare(a.view.ID, b.view.ID))
	})
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.view.ID
	}
	return ids
}

func modeRank(m alerting.Mode) int { return slices.Index(devices.Modes(), m) }

// resend works through the incidents in slices, the gravest first, so that
// alarms come in between.
func (e *Engine) resend(key alerting.LegKey, turn int, incidents []string, now time.Time) {
	if e.resends[key] != turn { // it came up again meanwhile
		return
	}
	n := min(slice, len(incidents))
	for _, id := range incidents[:n] {
		r, ok := e.records[id]
		if !ok {
			continue
		}
		e.tellAgain(r, now, func(k alerting.LegKey) bool { return k == key }, func(d *alerting.Delivery) bool {
			return !r.view.Resolved() || !d.Settled()
		})
	}
	if rest := incidents[n:]; len(rest) > 0 {
		e.tasks.force(func(now time.Time) { e.resend(key, turn, rest, now) }) // one task a terminal
	}
}

// DeviceUp notes that a device has subscribed to its commands: it is sent its
// present indicator for each unresolved press that is durable.
func (e *Engine) DeviceUp(from devices.Address) {
	e.tasks.force(func(time.Time) { // bounded by the connections
		for _, m := range []alerting.Mode{devices.Live, devices.Drill, devices.Test} {
			r, ok := e.active[activeKey{from, m}]
			if !ok {
				continue
			}
			for _, p := range lastPresses(r.view.Presses) {
				if r.presses[p.ID].state == durable {
					e.light(r, p.ID)
				}
			}
		}
	})
}

// lastPresses are the presses that a device may still wait for: it sends them
// in order, so the last few.
func lastPresses(all []alerting.PressRecord) []alerting.PressRecord {
	return all[max(len(all)-alerting.ListedPresses, 0):]
}

// Report takes what became of a delivery. It never blocks; a report that finds
// no room is counted, and the delivery tried again later.
func (e *Engine) Report(p alerting.Progress) {
	if !e.tasks.put(func(now time.Time) { e.progress(p, now) }) {
		e.metrics.lostReports.Inc()
	}
}

func (e *Engine) progress(p alerting.Progress, now time.Time) {
	if e.probed(p) {
		return
	}
	r, ok := e.records[p.Incident]
	if !ok {
		return
	}
	d, ok := r.deliveries[p.Delivery]
	if !ok {
		return
	}
	next, changed := d.Advanced(p)
	if !changed {
		return
	}
	if d.At(p.State) == nil {
		e.metrics.stage(next, p.State, r.view.Mode)
	}
	if next.At(p.State) != nil && e.deps.Staged != nil {
		e.deps.Staged(&r.view, next, p)
	}
	failed := next.State == alerting.Failed && d.State != alerting.Failed
	confirmed := next.State == alerting.Received || next.State == alerting.Read
	if confirmed { // before it is noted: an attempt whose answer was lost ends, too
		e.endRetries(r, next, now)
	}
	switch *d = next; {
	case failed:
		e.watchFailed(r, d.ID, p, now)
	case next.State == alerting.Expired && p.Why == alerting.WhyClosed:
		e.undelivered(r, next, p)
	}
	e.keepSoon(r, next, now)
	e.pathEnded(r, next, now)
	e.relight(r)
	e.settle(r, now)
}

// relight takes the failed light back once somebody has been reached.
func (e *Engine) relight(r *record) {
	if r.unreached && r.reached() {
		r.unreached = false
		e.light(r, r.receipt())
	}
}

// Confirm takes an endpoint's receipt. It counts only from the one who was
// told; any other is counted and ignored.
func (e *Engine) Confirm(a alerting.Audience, recipient, delivery string, s alerting.DeliveryState, at time.Time) {
	ok := e.tasks.put(func(now time.Time) {
		if e.probeConfirmed(alerting.LegKey{Audience: a, Recipient: recipient}, alerting.Progress{Delivery: delivery, State: s, At: at}) {
			return
		}
		r, ok := e.owners[delivery]
		if !ok || r.deliveries[delivery].Audience != a || r.deliveries[delivery].Recipient != recipient {
			e.metrics.strangeReceipts.Inc()
			return
		}
		e.progress(alerting.Progress{Incident: r.view.ID, Delivery: delivery, State: s, At: at}, now)
	})
	if !ok {
		e.metrics.lostReports.Inc()
	}
}

// Hear takes what a far side says of a delivery after it accepted it: that it
// arrived, was read, or was not delivered after all. Who says so the channel
// has proven; from is whom the delivery must have been for, zero where the
// proof names the delivery itself. It returns alerting.ErrNotFound where there
// is no such delivery (any more), and ErrUnavailable where it comes again later.
func (e *Engine) Hear(ctx context.Context, from alerting.LegKey, p alerting.Progress) error {
	known := make(chan bool, 1)
	if !e.tasks.put(func(now time.Time) { known <- e.hear(from, p, now) }) {
		e.metrics.lostReports.Inc()
		return fmt.Errorf("delivery %s: %w", p.Delivery, alerting.ErrUnavailable)
	}
	select {
	case ok := <-known:
		if !ok {
			return fmt.Errorf("delivery %s: %w", p.Delivery, alerting.ErrNotFound)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("delivery %s: %w", p.Delivery, ctx.Err())
	case <-e.stopped:
		return fmt.Errorf("delivery %s: hub is stopping: %w", p.Delivery, alerting.ErrUnavailable)
	}
}

func (e *Engine) hear(from alerting.LegKey, p alerting.Progress, now time.Time) bool {
	r, ok := e.owners[p.Delivery]
	if !ok || r.view.ID != p.Incident || (from != alerting.LegKey{} && r.deliveries[p.Delivery].Key() != from) {
		e.metrics.strangeReceipts.Inc()
		return false
	}
	if p.State == alerting.Failed { // what fails at the far side was accepted, whatever came first
		e.progress(alerting.Progress{Incident: p.Incident, Delivery: p.Delivery, State: alerting.Handed, At: p.At}, now)
		p.Why = alerting.WhyUndelivered
	}
	e.progress(p, now)
	return true
}
