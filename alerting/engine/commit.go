package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// append gives an event its sequence number and its place in the record.
// Nobody sees it yet.
func (e *Engine) append(r *record, ev alerting.Event) *tracked {
	e.seq++
	ev.Seq = e.seq
	t := &tracked{Event: ev}
	r.add(t)
	return t
}

// showNow makes an event visible before its commit: tell, then store, then
// publish.
func (e *Engine) showNow(r *record, t *tracked, now time.Time) {
	r.show(t)
	planned := e.effects(r, t, now)
	e.submit(r, t, planned)
	e.publish(r, 0)
}

// submit hands an event to the journal.
func (e *Engine) submit(r *record, t *tracked, planned []alerting.Delivery) {
	t.state = pending
	snapshot := r.after(t)
	err := e.deps.Journal.Append(journal.Entry{
		Event: &t.Event, Incident: &snapshot, Deliveries: planned,
		Done: func(o journal.Outcome) {
			e.tasks.force(func(now time.Time) { e.committed(r, t, o, now) }) // bounded by the journal's own queue
		},
	})
	if err != nil {
		t.state = refused
		e.notStored(r, t, err.Error(), time.Now())
		return
	}
	if !t.visible { // a press is watched by whoever waits for it
		e.timers.at(time.Now().Add(CommitLimit), func(now time.Time) {
			if t.state == pending {
				e.notStored(r, t, "the commit took longer than 2 s", now)
			}
		})
	}
}

// submitAgain hands over an event that the journal had no room for, under a
// new number: the old one has been passed.
func (e *Engine) submitAgain(r *record, t *tracked) {
	r.drop(t)
	e.seq++
	t.Seq = e.seq
	r.add(t)
	e.submit(r, t, nil)
}

// committed hears how an event fared.
func (e *Engine) committed(r *record, t *tracked, o journal.Outcome, now time.Time) {
	switch o {
	case journal.Stored:
		e.stored(r, t, now)
	case journal.Failed:
		if t.state == pending {
			e.notStored(r, t, "the disk does not take it", now)
		}
	case journal.Dropped:
		e.dropped(r, t)
	}
}

func (e *Engine) stored(r *record, t *tracked, now time.Time) {
	t.state = durable
	if !t.visible {
		e.showLate(r, t, now)
	}
	r.view.Stored = r.stored()
	answer(t, nil)
	if t.Press != nil && t.Type != alerting.EventPressAgain {
		e.metrics.stored.Observe(now.Sub(t.Press.ReceivedAt).Seconds())
		e.light(r, t.Press.ID)
	}
	e.publish(r, t.Seq)
	e.settle(r, now)
}

// showLate makes an event visible that committed first, and tells it.
func (e *Engine) showLate(r *record, t *tracked, now time.Time) {
	r.show(t)
	if planned := e.effects(r, t, now); len(planned) > 0 {
		e.keep(planned)
	}
	e.unblock(r, t, now)
}

// notStored is a commit that failed or took too long. What a button said has
// been told and stays; what a person did is shown now if it may be shown
// without being durable, and has not happened otherwise.
func (e *Engine) notStored(r *record, t *tracked, reason string, now time.Time) {
	first := t.state != failed
	if t.state == pending {
		t.state = failed
	}
	if !first {
		return
	}
	e.metrics.unstored.Inc()
	if t.Rejectable() && !t.visible {
		answer(t, alerting.ErrUnavailable)
		e.unblock(r, t, now)
		return
	}
	if !t.visible {
		e.showLate(r, t, now)
		answer(t, nil)
	} else {
		answer(t, ErrNotStored)
	}
	r.view.Stored = false
	e.publish(r, 0)
	e.markUnstored(r, t, reason, now)
}

// markUnstored writes the failure into the timeline, once an episode, and
// raises a fault of the hub.
func (e *Engine) markUnstored(r *record, t *tracked, reason string, now time.Time) {
	if t.Type == alerting.EventUnstored || r.view.Kind == alerting.KindHubFault || r.marked() {
		return
	}
	events, _ := alerting.Step(&r.view, alerting.Input{Notice: &alerting.Notice{
		Type: alerting.EventUnstored, Reason: reason,
	}}, now)
	for _, ev := range events {
		e.showNow(r, e.append(r, ev), now)
	}
	e.log.Error("incident is told but not stored", "incident", r.view.ID, "reason", reason)
	e.raise(fault{school: r.view.School, cause: "journal", object: "journal.db", severity: alerting.High}, now)
}

// marked reports whether the present episode stands in the timeline already.
func (r *record) marked() bool {
	for i := len(r.events) - 1; i >= 0; i-- {
		if t := r.events[i]; t.Type == alerting.EventUnstored {
			return t.state != durable
		}
	}
	return false
}

// dropped is an event that has not happened and never will.
func (e *Engine) dropped(r *record, t *tracked) {
	if t.visible {
		t.state = refused // told all the same; a repeated press tries again
		answer(t, ErrNotStored)
		return
	}
	answer(t, alerting.ErrUnavailable)
	r.drop(t)
	e.unblock(r, t, time.Now())
}

// answer tells whoever waits for the event.
func answer(t *tracked, err error) {
	for _, w := range t.waiters {
		w(err)
	}
	t.waiters = nil
}

// keep stores deliveries without haste: losing the latest of them in a crash
// costs one repetition.
func (e *Engine) keep(d []alerting.Delivery) {
	if err := e.deps.Journal.Append(journal.Entry{Deliveries: d, Lazy: true}); err != nil {
		e.metrics.lostDeliveries.Add(float64(len(d)))
	}
}
