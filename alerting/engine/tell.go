package engine

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
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
		e.withdrawOld(r, alerting.MadeConfidential, "", true, now)
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
		e.withdrawOld(r, alerting.StoodDownOver, "", true, now)
	case alerting.EventResolved:
		e.lightAfter(r, t)
		e.withdrawOld(r, alerting.ClosedBefore, alerting.WhyClosed, false, now)
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
		_, begun := r.latest[leg.Key()]
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
	last, begun := r.latest[leg.Key()]
	if begun && slices.ContainsFunc(planned, func(d alerting.Delivery) bool { return d.ID == last }) {
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
		Alarm: leg.Path == 0 && (b.alarm || r.latest[leg.Key()] == ""),
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

// briefing is what every leg of one telling shares.
type briefing struct {
	view  *alerting.Incident // the record's own; a briefing does not outlive its telling
	facts policy.Facts
	dir   *people.Directory
	event alerting.Event
	now   time.Time
	again bool
	held  time.Duration // how old the news was when the leg that is told now could first hear of it; 0: it was in reach
	// alarm says that every audience must be reached by it in time; origin is the
	// way of the press that is told.
	alarm  bool
	origin *alerting.Origin
	texts  map[alerting.Audience]alerting.Text
}

func (e *Engine) briefing(r *record, t *tracked, now time.Time) *briefing {
	dir := e.deps.People()
	return &briefing{
		view: &r.view, dir: dir, event: t.Event, now: now,
		facts: policy.Facts{
			Incident: r.view, School: schoolOf(dir, r.view.School), Event: t.Type,
			By: policy.RoleText(t.Actor.Role), Reason: t.Reason, Level: t.Level, Missing: alerting.Missing(t.Reason), Now: now,
			Actions: policy.Wording(dir, &r.view), Open: policy.Unconfided(dir, &r.view),
		},
		texts: map[alerting.Audience]alerting.Text{}, alarm: r.alarming(t),
	}
}

// alarming reports whether an event is a press that is told by itself, or a
// level that is told for the first time in its round.
func (r *record) alarming(t *tracked) bool {
	switch t.Type {
	case alerting.EventOpened, alerting.EventPressed, alerting.EventRevealed:
		return !t.Quiet
	case alerting.EventEscalated:
		return !r.repeated(t)
	}
	return false
}

// message is what a leg's recipient may see; false where it is told nothing:
// it has gone, others could see it, or the event is not for its channel.
func (b *briefing) message(leg alerting.Leg) (deliver.Message, bool) {
	public, named, ok := b.recipient(leg)
	if !ok || (public && b.view.Silent) {
		return deliver.Message{}, false
	}
	v := b.view
	m := deliver.Message{
		Delivery: alerting.DeliveryID(v.ID, cause(b.event), leg.Key()), Incident: v.ID, Number: v.Number,
		Audience: leg.Audience, Recipient: leg.Recipient, Channel: leg.Channel,
		Mode: v.Mode, State: v.State, Deadline: policy.Deadline(leg, b.now), Again: b.again,
	}
	if public { // the text, and what tells a display when to take it down
		m.PressedAt, m.Text, m.Mute = b.now, policy.PublicText(b.facts), policy.Soundless(*v)
		return m, true
	}
	m.School = alerting.Place{ID: v.School, Name: b.facts.School.Name}
	if policy.Aloud(leg) { // whoever stands there hears it: the text, and nothing beside it
		m.PressedAt = b.now
		m.Text, ok = policy.LoudspeakerText(b.facts)
		return m, ok
	}
	m.Place, m.Device, m.Kind, m.Severity, m.Silent = v.Place, v.Device, v.Kind, v.Severity, v.Silent
	m.PressedAt = pressedAt(v)
	m.Age = v.Age(b.now)
	m.Text, m.Lateness = b.text(leg.Audience), b.lateness()
	m.Shorter = b.shorter(leg, m.Text)
	m.Once, m.Mute = policy.SoundsOnce(leg.Audience, *v), policy.Soundless(*v)
	shared := false
	if policy.Masked(leg, v.Confidential, named) { // others may read it: the sentence alone
		m.Place, m.Device, m.Kind = alerting.Place{}, "", ""
		if policy.Masked(leg, v.Confidential, true) { // a person's own telephone does not show it, and rings by it
			m.Severity, shared = "", true
			m.Text = b.shared(leg.Audience)
		}
	}
	if b.event.Type == alerting.EventOpened || b.event.Type == alerting.EventPressed {
		m.Press = pressID(b.event)
	}
	if leg.Channel != alerting.ChannelMQTT && leg.Channel != alerting.ChannelConsole && m.Text != policy.LastLine(v.Mode) {
		m.Made = b.now // before it is kept to be aged
		m.Aged = b.aging(leg, m, shared)
	}
	return m, true
}

// recipient looks a leg's recipient up in the present directory: whether
// others see what it is told, and whether it is named for confidential
// incidents. ok is false where it has gone, or serves the school no more.
func (b *briefing) recipient(leg alerting.Leg) (public, named, ok bool) {
	switch leg.Channel {
	case alerting.ChannelMQTT:
		t, ok := b.dir.Terminal(string(leg.Audience) + "/" + leg.Recipient)
		return t.Public, false, ok && slices.Contains(t.Schools, b.view.School)
	case alerting.ChannelConsole:
		a, ok := b.dir.Account(leg.Recipient)
		return false, a.Named, ok && a.MaySee(*b.view)
	case alerting.ChannelWebhook:
		h, ok := b.dir.Webhook(leg.Recipient)
		return false, false, ok && slices.Contains(h.Schools, b.view.School)
	}
	c, ok := b.dir.Contact(leg.Recipient)
	return false, c.Named, ok && slices.Contains(c.Schools, b.view.School) &&
		slices.ContainsFunc(c.Paths, func(p people.Path) bool { return p.Channel == leg.Channel })
}

// follows reports whether an event is told to a leg that has begun.
func (b *briefing) follows(leg alerting.Leg) bool {
	if policy.Aloud(leg) {
		return policy.WorthSaying(b.event.Type)
	}
	if leg.Channel == alerting.ChannelConsole {
		return b.forConsole()
	}
	return b.forPhone(leg.Channel)
}

// forPhone reports whether the event is worth a text message or a call to
// somebody who was told already. Who has just answered is not called to hear
// that somebody did.
func (b *briefing) forPhone(c alerting.Channel) bool {
	if c != alerting.ChannelSMS && c != alerting.ChannelVoice {
		return true
	}
	switch b.event.Type {
	case alerting.EventOpened, alerting.EventPressed, alerting.EventEscalated, alerting.EventReminded,
		alerting.EventClassified, alerting.EventRevealed:
		return true
	case alerting.EventCancelRequested, alerting.EventResolved, alerting.EventOverrun:
		return c == alerting.ChannelSMS
	case alerting.EventVerified: // armed, injured, false: who is on the way has the telephone alone
		return c == alerting.ChannelSMS && !b.view.Confidential && (b.event.Verify != "" || len(b.event.Facts) > 0)
	}
	return false
}

// forConsole reports whether the event makes a further delivery to a page that
// was asked to look before. Pages see every update on their stream; what asks
// somebody to look is a delivery, and the first one always is: the contact's
// next path waits for it.
func (b *briefing) forConsole() bool {
	switch b.event.Type {
	case alerting.EventOpened, alerting.EventPressed, alerting.EventCancelRequested, alerting.EventEscalated,
		alerting.EventReminded, alerting.EventRevealed:
		return true
	}
	return false
}

func (b *briefing) text(a alerting.Audience) alerting.Text {
	if b.held > 0 {
		f := b.facts
		f.Held = b.held
		return policy.Text(a, f)
	}
	t, ok := b.texts[a]
	if !ok {
		t = policy.Text(a, b.facts)
		b.texts[a] = t
	}
	return t
}

// shared is what a screen shows that others read, too, of what is confidential.
func (b *briefing) shared(a alerting.Audience) alerting.Text {
	if t := b.text(a); t == policy.LastLine(b.view.Mode) {
		return t
	}
	f := b.facts
	f.Held, f.Shared = b.held, true
	return policy.Text(a, f)
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
