package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// adopt takes an incident over from the journal.
func (e *Engine) adopt(events []alerting.Event, deliveries []alerting.Delivery, now time.Time) *record {
	r := newRecord()
	for _, ev := range events {
		t := &tracked{Event: ev, state: durable, visible: true}
		r.add(t)
		r.view.Apply(ev)
		r.refers(ev)
		if ev.Told() {
			r.told = t
		}
		if begins(ev) {
			r.roundAt = ev.At
		}
		if ev.Type == alerting.EventEscalated {
			r.escalated[ev.Audience] = t
		}
		if ev.Type == alerting.EventOverrun {
			r.missed[update{ev.Audience, ev.Number}] = true
		}
		r.unreached = ev.Type == alerting.EventUnreached || (r.unreached && ev.Type != alerting.EventPressed)
	}
	r.view.Stored = true
	r.adoptDeliveries(deliveries)
	for id := range r.deliveries {
		e.owners[id] = r
	}
	e.records[r.view.ID] = r
	if r.view.Resolved() {
		r.ahead = e.sinceStart(r)
		e.linger(r, now)
		return r
	}
	e.activate(r)
	return r
}

// adoptDeliveries finds the newest delivery of each leg.
func (r *record) adoptDeliveries(all []alerting.Delivery) {
	for i := range all {
		d := all[i]
		r.plan(&d)
		newest, ok := r.deliveries[r.latest[d.Key()]]
		if !ok || d.Number >= newest.Number {
			r.latest[d.Key()] = d.ID
		}
	}
}

// activate makes an unresolved incident the one that its device, or its
// cause, joins; the newest wins.
func (e *Engine) activate(r *record) {
	if r.view.PressCount == 0 {
		e.raised[raisedKey{r.view.School, r.events[0].Reason, r.view.Device}] = r
		return
	}
	if r.view.Device == "" {
		return // a person raised it: no button joins
	}
	key := activeKey{r.device(), r.view.Mode}
	old, ok := e.active[key]
	if !ok || old.view.OpenedAt.Before(r.view.OpenedAt) {
		e.active[key] = r
	}
	for _, o := range [...]*record{old, r} {
		if o != nil && o.wasRevealed() && !o.view.Confidential {
			e.joinable(o)
		}
	}
}

// resume goes on where the hub stopped: every unresolved incident gets a
// number that no update before can have had, its timers, and every delivery
// without an outcome is attempted again under its id: the gravest first.
func (e *Engine) resume(now time.Time) {
	for _, id := range e.gravest() {
		r := e.records[id]
		r.resumed = map[string]bool{}
		if !r.view.Resolved() {
			e.watchAgain(r, now)
			e.resumeOne(r, now)
			e.resumeDrill(r, now)
			e.resumePaths(r, now)
			e.schedule(r, now)
		}
		if r.misfiled {
			e.refile(r, now)
		}
		e.tellLost(r, now)
		everybody := func(alerting.LegKey) bool { return true }
		e.tellAgain(r, now, everybody, func(d *alerting.Delivery) bool { return !d.Settled() && !r.resumed[d.ID] }) // once
		r.resumed = nil
	}
}

// resumeOne raises the number of an incident by ResumeStep for each start
// since the one that wrote its last: what those told may not be stored.
func (e *Engine) resumeOne(r *record, now time.Time) {
	events, _ := alerting.Step(&r.view, alerting.Input{Notice: &alerting.Notice{Type: alerting.EventResumed}}, now)
	ev := events[0]
	ev.Start = e.deps.Journal.Starts()
	ev.Base = e.sinceStart(r)
	if r.view.SetBack(now) {
		ev.Reason = alerting.ClockSetBack
	}
	e.showNow(r, e.append(r, ev), now)
}

// sinceStart is how many numbers the starts since the one that wrote the
// incident's last may have told.
func (e *Engine) sinceStart(r *record) int64 {
	return max(e.deps.Journal.Starts()-r.view.Start, 1) * alerting.ResumeStep
}

// refile writes once more that an incident is resolved whose resolution became
// durable behind later events, which were stored without it: the list has it
// open, and follows its last event. Where the hub stops before that is
// durable, the next start does it.
func (e *Engine) refile(r *record, now time.Time) {
	events, _ := alerting.Step(&r.view, alerting.Input{Notice: &alerting.Notice{
		Type: alerting.EventUnstored, Reason: string(alerting.EventResolved) + ": stored late",
	}}, now)
	ev := events[0]
	ev.Base = e.sinceStart(r)
	e.showNow(r, e.append(r, ev), now)
}

// tellLost tells the latest telling to the legs whose delivery of it is not
// known: its row was not on the disk when the hub stopped.
func (e *Engine) tellLost(r *record, now time.Time) {
	if r.told == nil {
		return
	}
	b := e.briefing(r, r.told, now)
	b.again, b.origin = true, originOf(r.told, now)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		if r.lost(leg, b) {
			planned = e.tellLeg(r, leg, b, planned)
		}
	}
	e.keep(r, planned)
	e.watchBudgets(r, planned, now)
}

// lost reports whether a leg was concerned by a telling of which it has no
// delivery.
func (r *record) lost(leg alerting.Leg, b *briefing) bool {
	d, begun := r.begun(leg.Key())
	later := !leg.AtOnce() || r.view.AddedAt[leg.Key()].After(b.event.At)
	if begun && !d.PlannedAt.Before(b.event.At) || !begun && later {
		return false // it began later, or has not begun
	}
	if begun && !b.follows(leg) {
		return false
	}
	m, ok := b.message(leg)
	_, known := r.deliveries[m.Delivery]
	return ok && !known
}

// adoptClosed takes a resolved incident over whose closing somebody may not
// have heard of; any other is left on the disk.
func (e *Engine) adoptClosed(h journal.History, now time.Time) {
	r := e.adopt(h.Events, h.Deliveries, now)
	b := e.briefing(r, r.told, now)
	for _, leg := range r.view.Plan.Legs {
		d, begun := r.begun(leg.Key())
		if (begun && d.State == alerting.Planned) || r.lost(leg, b) {
			return
		}
	}
	e.forget(r)
}

// tellAgain sends the latest telling once more, under the same delivery ids,
// to the chosen legs whose newest delivery is chosen. A leg that was to be
// told at once and has no delivery gets one: its recipient was unknown then,
// or the journal had no room for it before the hub stopped.
func (e *Engine) tellAgain(r *record, now time.Time, legs func(alerting.LegKey) bool, choose func(*alerting.Delivery) bool) {
	if r.told == nil {
		return
	}
	r.toldAs = r.view.Number
	b := e.briefing(r, r.told, now)
	b.again = true
	for _, leg := range r.view.Plan.Legs {
		if !legs(leg.Key()) {
			continue
		}
		d, begun := r.begun(leg.Key())
		b.held = r.heldFor(leg, now)
		if !begun && leg.AtOnce() && !r.view.Resolved() {
			if planned := e.tellLeg(r, leg, b, nil); len(planned) > 0 {
				e.keep(r, planned)
				e.watchBudgets(r, planned, now)
			}
			continue
		}
		if !begun || !choose(d) {
			continue
		}
		if m, ok := b.message(leg); ok {
			// A leg that the latest telling did not concern keeps the delivery
			// that it has.
			if m.Delivery != d.ID {
				m.Delivery, m.Press = d.ID, ""
			}
			e.deps.Sinks.Tell(m)
			e.callBack(r, leg, m.Lateness, now)
		}
	}
}
