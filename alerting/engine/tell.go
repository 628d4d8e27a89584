package engine

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// effects does what follows from an event that has just become visible: it
// tells every leg that has begun, lights the button, sets the timers. It
// returns the deliveries it planned, for the journal.
func (e *Engine) effects(r *record, t *tracked, now time.Time) []alerting.Delivery {
	var planned []alerting.Delivery
	if begins(t.Event) {
		r.roundAt = t.At
	}
	if t.Class != nil && t.Class.Conceals { // first: what is on its way must not come after it
		e.cutOld(r, alerting.MadeConfidential, now)
	}
	overtaken := t.Type == alerting.EventReset && r.view.Latched // by a press: the reset is no news any more
	if t.Told() && !overtaken {
		planned = e.tell(r, t, now)
	}
	switch t.Type {
	case alerting.EventOpened:
		e.schedule(r, now)
		e.preempt(r)
	case alerting.EventPressed:
		e.pressedAgain(r, t, now)
	case alerting.EventOverrun:
		planned = e.tellUnreached(r, t, now)
	case alerting.EventReminded:
		planned = e.remindOf(r, t, now)
		e.watchBudgets(r, planned, now)
	case alerting.EventEscalated:
		r.escalated[t.Audience] = t
		planned = e.tellLevel(r, t, now)
	case alerting.EventAcknowledged:
		e.metrics.acknowledged(t.Event, r.view.Mode)
		e.lightAfter(r, t)
	case alerting.EventReset:
		e.lightAfter(r, t)
	case alerting.EventRevealed:
		e.revealed(r, t, now)
	case alerting.EventStoodDown:
		e.cutOld(r, alerting.StoodDownOver, now)
	case alerting.EventResolved:
		e.lightAfter(r, t)
		e.withdrawOld(r, alerting.ClosedBefore, alerting.WhyClosed, now)
		planned = append(append(planned, e.expireConsole(r, now)...), r.takeMarks()...)
		e.retire(r, now)
	case alerting.EventUnreached:
		r.unreached = true
		e.lightAfter(r, t)
	case alerting.EventNotice, alerting.EventCounted:
		e.besides.tell(t.Event)
		planned = e.tellReleased(r, t, now)
	}
	e.engage(r)
	e.scheduleEscalation(r, now)
	e.scheduleReminder(r, now)
	return planned
}

// pressedAgain starts a new round, or sees to it that a press which was only
// counted is told within StuckTell.
func (e *Engine) pressedAgain(r *record, t *tracked, now time.Time) {
	if !t.Quiet {
		e.delayed(r, t.At, now)
		e.watchReach(r, now)
		return
	}
	if r.quietAt.IsZero() && !strings.HasPrefix(t.Press.ID, "m-") { // junk is counted, and told no further
		r.quietAt = now.Add(alerting.StuckTell)
		e.timers.at(r.quietAt, func(now time.Time) { e.tellQuiet(r, now) })
	}
}

// tellQuiet tells the latest of the presses that were only counted.
func (e *Engine) tellQuiet(r *record, now time.Time) {
	r.quietAt = time.Time{}
	if r.view.Resolved() {
		return
	}
	for i := len(r.events) - 1; i >= 0; i-- {
		if t := r.events[i]; t.visible && t.Type == alerting.EventPressed {
			if t.Quiet { // otherwise the latest was told by itself
				e.renumber(r, now)
				e.keep(r, e.tell(r, t, now))
			}
			return
		}
	}
}

// renumber gives an incident a new number where something else was told with
// the present one.
func (e *Engine) renumber(r *record, now time.Time) {
	if r.toldAs < r.view.Number {
		return
	}
	events, _ := alerting.Step(&r.view, alerting.Input{Notice: &alerting.Notice{Type: alerting.EventStuck, Reason: r.view.Device}}, now)
	e.showNow(r, e.append(r, events[0]), now)
}

// tell tells an event to every leg that has begun, in the plan's order: the
// police first.
func (e *Engine) tell(r *record, t *tracked, now time.Time) []alerting.Delivery {
	r.told = t
	b := e.briefing(r, t, now)
	b.origin = originOf(t, now)
	var planned []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		_, begun := r.begun(leg.Key())
		starts := leg.AtOnce() && (t.Press != nil || begins(t.Event))
		if (!begun && !starts) || (begun && !b.follows(leg)) {
			continue
		}
		planned = e.tellLeg(r, leg, b, planned)
	}
	if len(planned) > 0 {
		e.watchBudgets(r, planned, now)
	}
	return planned
}

// begins reports whether everybody in the plan is to be reached from an event on:
// what came before it does not count.
func begins(ev alerting.Event) bool {
	return ev.Type == alerting.EventOpened || ev.Type == alerting.EventRevealed || (ev.Type == alerting.EventPressed && !ev.Quiet)
}

// originOf is the way of the press that is told; nil where none is.
func originOf(t *tracked, now time.Time) *alerting.Origin {
	if t.Press == nil {
		return nil
	}
	return alerting.OriginOf(*t.Press, now)
}

// tellLeg tells a leg's recipient, then notes the delivery: what becomes of it
// is told to the engine later, as a task. A newer delivery of a leg supersedes the
// older one. It adds what the journal has to know to planned: nothing where the
// recipient is not told.
func (e *Engine) tellLeg(r *record, leg alerting.Leg, b *briefing, planned []alerting.Delivery) []alerting.Delivery {
	last, begun := r.begun(leg.Key())
	if begun && slices.ContainsFunc(planned, func(d alerting.Delivery) bool { return d.ID == last.ID }) {
		return planned // told just now, in the place of a path that could not be
	}
	if begun && leg.Channel == alerting.ChannelConsole && !b.forConsole() {
		return planned
	}
	m, ok := b.message(leg)
	if !ok {
		return e.passOver(r, leg, b, planned)
	}
	e.deps.Sinks.Tell(m)
	if old, ok := r.deliveries[r.latest[leg.Key()]]; ok && old.ID != m.Delivery && !old.Settled() {
		old.State, old.Reason = alerting.Expired, alerting.Superseded
		planned = append(planned, *old)
	}
	d := &alerting.Delivery{
		ID: m.Delivery, Incident: r.view.ID, Number: m.Number, Audience: leg.Audience,
		Recipient: leg.Recipient, Channel: leg.Channel, State: alerting.Planned,
		PlannedAt: b.now, Deadline: m.Deadline, Via: leg.Via, Path: leg.Path, Origin: b.origin,
		Alarm: leg.Path == 0 && (b.alarm || !begun),
	}
	r.toldAs = m.Number
	r.plan(d)
	if r.resumed != nil {
		r.resumed[d.ID] = true
	}
	e.owners[d.ID] = r
	r.latest[leg.Key()] = d.ID
	e.watchPath(r, leg, d, b.now)
	return append(planned, *d)
}

// cause names what a delivery comes from, the same after a restart. The time
// stands beside the number because a number that was told and never stored is
// given again after a crash.
func cause(e alerting.Event) string {
	if e.Press != nil {
		return e.Press.ID
	}
	return "#" + itoa(e.Seq) + "@" + itoa(e.At.UnixMilli())
}

func pressID(e alerting.Event) string {
	if e.Press == nil {
		return ""
	}
	return e.Press.ID
}

// pressedAt is the moment of the first press, or of the opening.
func pressedAt(v *alerting.Incident) time.Time {
	if len(v.Presses) > 0 {
		return v.Presses[0].PressedAt
	}
	return v.OpenedAt
}

// light answers a press that is durable: the hub's own receipt.
func (e *Engine) light(r *record, press string) {
	if r.view.Device == "" {
		return
	}
	e.deps.Devices.Command(r.device(), devices.Command{Receipt: press, Indicator: r.indicator()})
}

// lightAfter shows a button what became of its incident.
func (e *Engine) lightAfter(r *record, t *tracked) {
	if r.view.Device == "" || r.view.PressCount == 0 {
		return
	}
	c := devices.Command{
		Receipt: r.receipt(), Indicator: r.indicator(),
		Reset: t.Type == alerting.EventReset && !r.view.Latched,
	}
	if newer := e.active[activeKey{r.device(), r.view.Mode}]; newer != nil && newer != r && !newer.view.Resolved() {
		c.Indicator, c.Reset = newer.indicator(), false // the button speaks of its latest alarm
	}
	e.deps.Devices.Command(r.device(), c)
}
