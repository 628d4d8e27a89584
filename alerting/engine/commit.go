package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// append gives an event its sequence number and its place in the record.
// Nobody sees it yet. An id that another command brings already, which was given
// for another incident and changes this one too, is not said twice of it.
func (e *Engine) append(r *record, ev alerting.Event) *tracked {
	if ev.Command != "" && r.brings(ev.Command) {
		ev.Command = ""
	}
	ev.Base = max(ev.Base, r.ahead)
	e.seq++
	ev.Seq = e.seq
	t := &tracked{Event: ev}
	r.add(t)
	return t
}

// showNow makes an event visible before its commit: tell, then store, then
// publish. The deliveries wait for company: a start that finds none of them
// tells them again, under the same ids.
func (e *Engine) showNow(r *record, t *tracked, now time.Time) {
	r.show(t)
	planned := e.effects(r, t, now)
	e.submit(r, t)
	e.keep(r, planned)
	e.publish(r, 0)
}

// submit hands an event to the journal, or puts it behind those that it had
// no room for: the order of the journal is the record's.
func (e *Engine) submit(r *record, t *tracked) {
	if r.refused > 0 {
		if e.retry(r, time.Now()); r.refused > 0 {
			e.refuse(r, t, journal.ErrFull)
			return
		}
		e.seq++
		t.Seq = e.seq
	}
	if err := e.handOver(r, t); err != nil {
		e.refuse(r, t, err)
		return
	}
	if !t.visible { // a press is watched by whoever waits for it
		e.timers.at(time.Now().Add(CommitLimit), func(now time.Time) { e.tooLate(r, t, now) })
	}
}

func (e *Engine) handOver(r *record, t *tracked) error {
	snapshot := r.after(t)
	return e.deps.Journal.Append(journal.Entry{
		Event: &t.Event, Incident: &snapshot,
		Done: func(o journal.Outcome) {
			e.tasks.force(func(now time.Time) { e.committed(r, t, o, now) }) // bounded by the journal's own queue
		},
	})
}

// refuse is an event that the journal had no room for.
func (e *Engine) refuse(r *record, t *tracked, why error) {
	now := time.Now()
	r.set(t, refused)
	e.notStored(r, t, why.Error(), now)
	if r.refused > 0 {
		e.retryLater(r, now)
	}
}

func (e *Engine) retryLater(r *record, now time.Time) {
	if r.retrying {
		return
	}
	r.retrying = true
	e.timers.at(now.Add(retryEvery), func(now time.Time) {
		r.retrying = false
		e.retry(r, now)
	})
}

// retry hands over again what the journal had no room for, in order and under
// new sequence numbers: the old ones have been passed.
func (e *Engine) retry(r *record, now time.Time) {
	for _, t := range r.events {
		if t.state != refused {
			continue
		}
		e.seq++
		t.Seq = e.seq
		if err := e.handOver(r, t); err != nil {
			e.retryLater(r, now)
			return
		}
		r.set(t, pending)
	}
	if r.unkept {
		r.unkept = false
		e.keep(r, r.allDeliveries())
	}
}

// committed hears how an event fared.
func (e *Engine) committed(r *record, t *tracked, o journal.Outcome, now time.Time) {
	switch o {
	case journal.Stored:
		e.stored(r, t, now)
	case journal.Failed:
		if t.state == pending {
			r.set(t, failed)
			e.notStored(r, t, "the disk does not take it", now)
		}
	case journal.Dropped:
		e.dropped(r, t)
	}
}

func (e *Engine) stored(r *record, t *tracked, now time.Time) {
	r.set(t, durable)
	e.durable = max(e.durable, t.Seq)
	if !t.visible {
		e.showLate(r, t, now)
	}
	if r.undecided == t {
		r.undecided = nil
		e.decidedLate(r, t, now)
	}
	r.view.Stored = r.stored()
	e.publish(r, t.Seq) // whoever is answered finds it in the list
	answer(t, nil)
	if t.Press != nil && t.Type != alerting.EventPressAgain {
		e.metrics.pressStored(*t.Press, r.view.Mode, now)
		e.note(t, now)
		e.light(r, t.Press.ID)
	}
	e.settle(r, now)
}

// showLate makes an event visible that committed first, and tells it.
func (e *Engine) showLate(r *record, t *tracked, now time.Time) {
	r.show(t)
	e.keep(r, e.effects(r, t, now))
	e.unblock(r, t, now)
}

// decidedLate mends what the journal's list says of an incident whose reset or
// resolution became durable behind later events: they were stored without it.
// Where a press came meanwhile the incident is latched with it and without.
func (e *Engine) decidedLate(r *record, t *tracked, now time.Time) {
	if r.events[len(r.events)-1] != t && !r.view.Latched {
		e.notice(r, alerting.Notice{Type: alerting.EventUnstored, Reason: string(t.Type) + ": stored late"}, now)
	}
}

// tooLate is an event whose commit has not ended in time.
func (e *Engine) tooLate(r *record, t *tracked, now time.Time) {
	if t.state == pending {
		r.set(t, failed)
		e.notStored(r, t, "the commit took longer than 2 s", now)
	}
}

// notStored is a commit that failed or took too long. What a button said has
// been told and stays; what a person did is shown now if it may be shown
// without being durable, and has not happened otherwise: unless it proves
// durable later.
func (e *Engine) notStored(r *record, t *tracked, reason string, now time.Time) {
	e.metrics.unstored.Inc()
	if t.Rejectable() && !t.visible {
		if t.state == refused {
			r.drop(t)
		}
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
	e.raise(fault{school: r.view.School, cause: "journal", object: "journal.db"}, now)
}

// marked reports whether the present episode stands in the timeline already.
func (r *record) marked() bool {
	for i := len(r.events) - 1; i >= 0; i-- {
		if t := r.events[i]; t.Type == alerting.EventUnstored {
			return t.state != durable && t.state != lost
		}
	}
	return false
}

// dropped is an event that has not happened and never will.
func (e *Engine) dropped(r *record, t *tracked) {
	if t.visible {
		r.set(t, lost) // told all the same
		answer(t, ErrNotStored)
		return
	}
	r.drop(t)
	answer(t, alerting.ErrUnavailable)
	e.unblock(r, t, time.Now())
}

// answer tells whoever waits for the event.
func answer(t *tracked, err error) {
	for _, w := range t.waiters {
		w(err)
	}
	t.waiters = nil
}

// note writes down when a press was durable. Where the journal has no room
// nobody will know it after the next start.
func (e *Engine) note(t *tracked, now time.Time) {
	t.StoredAt = t.Press.ReceivedAt.Add(max(now.Sub(t.Press.ReceivedAt), 0)) // monotonic, also where the clock was set meanwhile
	_ = e.deps.Journal.Append(journal.Entry{Stamps: []journal.Stamp{{Seq: t.Seq, At: t.StoredAt}}, Lazy: true})
}

// keep stores what became of deliveries, without haste: losing the latest of
// it in a crash costs one repetition. Where the journal has no room it is
// handed over again later.
func (e *Engine) keep(r *record, changed []alerting.Delivery) {
	for _, d := range changed {
		r.change(d.Number)
	}
	e.keepChanged(r)
}

// keepSoon is keep for what is reported: three endpoints that hand and receive
// an update within gatherFor make one entry of it, not six.
func (e *Engine) keepSoon(r *record, changed alerting.Delivery, now time.Time) {
	if len(r.changed) == 0 {
		e.timers.at(now.Add(gatherFor), func(time.Time) { e.keepChanged(r) })
	}
	r.change(changed.Number)
}

func (e *Engine) keepChanged(r *record) {
	if len(r.changed) == 0 {
		return
	}
	tellings := make([]journal.Telling, 0, len(r.changed))
	for _, number := range r.changed {
		tellings = append(tellings, r.telling(number))
	}
	r.changed = r.changed[:0]
	if err := e.deps.Journal.Append(journal.Entry{Tellings: tellings, Lazy: true}); err != nil {
		e.metrics.lateDeliveries.Add(float64(len(tellings)))
		r.unkept = true
		e.retryLater(r, time.Now())
	}
}
