package engine

import (
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// schedule sets the timers of an incident: its delayed legs, and the watch on
// its way to the police. After a restart a timer is due at its stored time,
// but never later than its full length from now.
func (e *Engine) schedule(r *record, now time.Time) {
	e.delayed(r, r.view.OpenedAt, now)
	e.watchReach(r, now)
	e.scheduleEscalation(r, now)
	e.scheduleReminder(r, now)
}

// delayed sets the timers of the legs that are told later, counted from the
// opening or from a press that begins a new round.
func (e *Engine) delayed(r *record, from, now time.Time) {
	for _, leg := range r.view.Plan.Legs {
		if _, begun := r.begun(leg.Key()); !leg.Delayed() || begun {
			continue
		}
		due := from.Add(leg.After)
		if latest := now.Add(leg.After); due.After(latest) {
			due = latest
		}
		e.timers.at(due, func(now time.Time) { e.begin(r, leg, now) })
	}
}

// begin tells a leg that was to be told if nobody took the incident on.
func (e *Engine) begin(r *record, leg alerting.Leg, now time.Time) {
	if r.view.Resolved() || r.standsDown() || r.view.AcknowledgedBy(leg.Audience) || r.view.Spared(leg.Audience) || r.told == nil {
		return
	}
	if _, begun := r.begun(leg.Key()); begun || !r.plans(leg) {
		return
	}
	b := e.briefing(r, r.told, now)
	if r.told.Type != alerting.EventPressed { // whoever hears of it first is told what it is, whatever was said to others since
		b.asOpened(r)
	}
	if planned := e.tellLeg(r, leg, b, nil); len(planned) > 0 {
		e.keep(r, planned)
		e.watchBudgets(r, planned, now)
		e.publish(r, 0)
	}
}

// asOpened has a briefing say what the incident is, to whoever hears of it
// first, and not what was said or done since, or by whom.
func (b *briefing) asOpened(r *record) {
	opened := r.events[0]
	b.event.Type, b.facts.Event = alerting.EventOpened, alerting.EventOpened
	b.facts.By, b.facts.Reason = policy.RoleText(opened.Actor.Role), opened.Reason
}

// plans reports whether a leg is in the plan as it is now: where the incident
// has become confidential, it may have been taken out.
func (r *record) plans(leg alerting.Leg) bool {
	return slices.ContainsFunc(r.view.Plan.Legs, func(l alerting.Leg) bool { return l.Key() == leg.Key() })
}

// watchReach lights the button failed when, UnreachedAfter a press, nothing
// has reached the police (or whoever else the plan tells at once).
func (e *Engine) watchReach(r *record, now time.Time) {
	if r.view.PressCount == 0 {
		return
	}
	r.unreached, r.reachBy = false, now.Add(UnreachedAfter)
	e.timers.at(r.reachBy, func(now time.Time) {
		if r.view.Resolved() || r.reached() || r.told == nil || now.Before(r.reachBy) {
			return
		}
		e.notice(r, alerting.Notice{Type: alerting.EventUnreached, Audience: r.first()}, now)
	})
}

// first is the audience that the plan tells first.
func (r *record) first() alerting.Audience {
	for _, leg := range r.view.Plan.Legs {
		if leg.AtOnce() {
			return leg.Audience
		}
	}
	return alerting.Police
}

// reached reports whether the first audience has been told of the latest press
// or of anything since, or the police have taken the incident on.
func (r *record) reached() bool {
	if r.view.State == alerting.StateAcknowledged {
		return true
	}
	first := r.first()
	for _, d := range r.deliveries {
		if d.Audience == first && d.Settled() && d.State != alerting.Expired && !d.PlannedAt.Before(r.roundAt) {
			return true
		}
	}
	return false
}

// notice records something that the hub has seen; it commits first.
func (e *Engine) notice(r *record, n alerting.Notice, now time.Time) {
	events, _ := alerting.Step(&r.view, alerting.Input{Notice: &n}, now)
	for _, ev := range events {
		e.submit(r, e.append(r, ev))
	}
}

// retire lets a resolved incident go: when everybody has been told, and after
// ClosingFor at the latest.
func (e *Engine) retire(r *record, now time.Time) {
	if key := (activeKey{r.device(), r.view.Mode}); e.active[key] == r { // also of one that a person raised: a start makes it joinable
		delete(e.active, key)
		e.joinBehind(key)
	}
	for k, o := range e.raised {
		if o == r {
			delete(e.raised, k)
		}
	}
	e.linger(r, now)
}

// linger sets the timers of a resolved incident. They hold its id alone: most
// are gone long before ClosingFor.
func (e *Engine) linger(r *record, now time.Time) {
	r.stay = now.Add(lingerFor)
	id := r.view.ID
	e.timers.at(r.stay, func(now time.Time) {
		if r, ok := e.records[id]; ok {
			e.settle(r, now)
		}
	})
	e.timers.at(now.Add(ClosingFor), func(now time.Time) {
		if r, ok := e.records[id]; ok && !now.Before(r.stay) {
			e.evict(r)
		}
	})
}

// idle reports whether an incident is resolved and nothing of it under way.
func (r *record) idle() bool {
	return r.view.Resolved() && r.hidden == 0 && r.stored() && r.command == nil && len(r.waiting) == 0
}

// settle evicts a resolved incident once nothing of it is under way.
func (e *Engine) settle(r *record, now time.Time) {
	if !r.idle() || now.Before(r.stay) {
		return
	}
	for _, id := range r.latest {
		if d := r.deliveries[id]; d.State == alerting.Planned {
			return
		}
	}
	e.evict(r)
}

// evict expires what could not be delivered any more and forgets the incident.
func (e *Engine) evict(r *record) {
	if e.records[r.view.ID] != r {
		return
	}
	if !r.idle() {
		id := r.view.ID
		e.timers.at(time.Now().Add(lingerFor), func(time.Time) {
			if r, ok := e.records[id]; ok && r.view.Resolved() {
				e.evict(r)
			}
		})
		return
	}
	var gone []alerting.Delivery
	for _, id := range r.latest {
		if d := r.deliveries[id]; d.State == alerting.Planned {
			e.expire(r, d, time.Now())
			gone = append(gone, *d)
		}
	}
	e.keep(r, gone)
	e.forget(r)
	e.deps.Forget.Forget(r.view.ID)
}

// forget lets go of what the engine itself keeps of an incident.
func (e *Engine) forget(r *record) {
	for id := range r.deliveries {
		delete(e.owners, id)
	}
	delete(e.records, r.view.ID)
}

// expireConsole ends the deliveries to pages that were never open: the closed
// incident is in the list when they open.
func (e *Engine) expireConsole(r *record, now time.Time) []alerting.Delivery {
	var out []alerting.Delivery
	for key, id := range r.latest {
		if d := r.deliveries[id]; key.Channel == alerting.ChannelConsole && !d.Settled() {
			e.expire(r, d, now)
			out = append(out, *d)
		}
	}
	return out
}
