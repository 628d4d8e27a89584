package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// briefing is what every leg of one telling shares.
type briefing struct {
	view  *alerting.Incident // the record's own; a briefing does not outlive its telling
	ahead int64              // its numbers beyond the view's
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
		view: &r.view, ahead: r.ahead, dir: dir, event: t.Event, now: now,
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
		Delivery: alerting.DeliveryID(v.ID, cause(b.event), leg.Key()), Incident: v.ID, Number: v.Number + b.ahead,
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
