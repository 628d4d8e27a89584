package simulation

import (
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// appended looks at what the engine wants to have stored.
func (w *world) appended(e alerting.Event, i alerting.Incident) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	s := w.of(e.Incident)
	w.record("append %d %s of %s #%d", e.Seq, e.Type, e.Incident[:6], i.Number)
	w.accountable(e)
	w.raises(e, i, s)
	w.resets(e, i, s)
	w.signs(e, i)
	w.excused(e)
	w.keepsMode(e, i, s)
	w.keepsAge(e, i)
	w.endsLevels(e, s)
	w.restsAfter(e, s)
	w.overran(e, s)
	w.remindsOnce(e, s)
	w.decided(e, i)
	w.closes(e, i)
	w.submits(e, i)
	w.outside(e, i, s)
	w.hushes(e, i, s)
	if e.Type == alerting.EventAcknowledged && e.Audience == alerting.Police {
		w.signed[e.Incident] = true
	}
	if e.Command != "" {
		s.commands[e.Command] = e.Type
	}
	w.widens(e, s)
	if s.reveals(e); e.Type == alerting.EventRevealed {
		w.dirs.happens("concealment undone")
	}
	s.standsDown = s.standsDown || e.Type == alerting.EventStoodDown
	if e.Class != nil {
		s.policeDrill = s.policeDrill || w.policeMay(e.School)
	}
}

// turnedAway looks at what the journal has no room for now: people see it all the
// same, and it is handed over again.
func (w *world) turnedAway(e alerting.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.record("no room for %s of %s", e.Type, e.Incident[:6])
	s := w.of(e.Incident)
	w.hushes(e, alerting.Incident{}, s)
	w.widens(e, s)
	s.reveals(e)
}

// widens notes whom a person's word has added to a confidential incident: by a
// kind that is not confidential, and has people who act on it, or for good by
// having them told where the policy leaves that to a person.
func (w *world) widens(e alerting.Event, s *sighting) {
	if e.Referral != nil {
		for _, l := range e.Referral.Added {
			s.referred[l.Key()] = true
		}
	}
	if e.Class == nil {
		return
	}
	s.coming, s.comingKind = nil, e.Class.Kind // one at a time: the one before is seen
	if !confides(e.Class.Kind) {
		for _, l := range e.Class.Added {
			s.widened[l.Key()] = true
			s.coming = append(s.coming, l.Key())
		}
	}
}

// reveals: once a person has undone a concealment everybody in the plan is told,
// until somebody conceals it again.
func (s *sighting) reveals(e alerting.Event) {
	switch {
	case e.Type == alerting.EventRevealed:
		s.opening, s.concealed = true, false
		clear(s.widened)
	case e.Class != nil && e.Class.Confidential:
		s.opening = false
	}
}

// narrows: once an incident is of a confidential kind again the named alone
// are told of it; those whom what nobody sees yet has added are told with that.
func (s *sighting) narrows(k alerting.Kind) {
	if s.kind != k && confides(k) {
		clear(s.widened)
		for _, l := range s.coming {
			s.widened[l] = true
		}
	}
	if k == s.comingKind {
		s.coming = nil
	}
	s.kind = k
}

// confides reports whether a kind is confidential.
func confides(k alerting.Kind) bool {
	return k == alerting.KindOf(devices.Bullying) || k == alerting.KindOf(devices.Welfare)
}

// accountable: who, when and why stands in every event.
func (w *world) accountable(e alerting.Event) {
	if e.Actor.Name == "" || e.At.IsZero() || e.At.After(time.Now()) || e.School == "" {
		w.fail(lawAudit, "%s of %s: by %q at %s", e.Type, e.Incident, e.Actor.Name, e.At)
	}
	if !hasReason(e) {
		w.fail(lawAudit, "%s of %s by %q says no reason", e.Type, e.Incident, e.Actor.Name)
	}
	if e.CommitFirst() && e.Actor.Name != alerting.ActorHub && e.Actor.Role == "" {
		w.fail(lawAudit, "%s of %s by %q, who has no role", e.Type, e.Incident, e.Actor.Name)
	}
}

// hasReason reports whether an event says what it follows from: the press, the
// person's words, the level, or what the hub has seen.
func hasReason(e alerting.Event) bool {
	switch e.Type {
	case alerting.EventOpened:
		return e.Opening != nil && (e.Press != nil || e.Reason != "")
	case alerting.EventPressed, alerting.EventPressAgain:
		return e.Press != nil && e.Press.ID != ""
	case alerting.EventAcknowledged:
		return e.Audience != "" && e.Number > 0
	case alerting.EventEscalated:
		return e.Audience != "" && e.Level > 0 && e.Number > 0
	case alerting.EventResumed:
		return e.Start > 0
	case alerting.EventReset, alerting.EventCancelRequested, alerting.EventStuck, alerting.EventUnstored, alerting.EventOverrun, alerting.EventReminded, alerting.EventRenewed, alerting.EventCallBack,
		alerting.EventStoodDown:
		return e.Reason != ""
	case alerting.EventResolved:
		return e.Outcome != ""
	case alerting.EventUnreached:
		return e.Audience != ""
	case alerting.EventNoted:
		return e.Text != ""
	}
	return e.Verify != "" || len(e.Facts)+len(e.Withdrawn) > 0 || e.Class != nil || e.Stage != "" || e.Arrival != nil || e.Call != nil || e.Other != "" || e.Beside != nil ||
		e.Referral != nil && e.Reason != "" || e.Submission != nil
}

// raises: a second press is graver than the first, unless the police had taken
// it on before it came through.
func (w *world) raises(e alerting.Event, i alerting.Incident, s *sighting) {
	least := min(s.severity.Rank()+1, alerting.Critical.Rank())
	if e.Type == alerting.EventPressed && !e.Quiet && !e.Covered && s.severity != "" && i.Severity.Rank() < least {
		w.fail(lawSecond, "press %s left %s %s", e.Press.ID, e.Incident, i.Severity)
	}
	s.severity = i.Severity
}

// resets: a latch ends by a person's reset.
func (w *world) resets(e alerting.Event, i alerting.Incident, s *sighting) {
	if e.Type == alerting.EventReset {
		s.reset = true
		if _, asked := w.asked[e.Command]; !asked || !e.Actor.Role.SeesIncidents() {
			w.fail(lawLatch, "%s was reset by %+v, whom nobody asked", e.Incident, e.Actor)
		}
	}
	if s.latched && !i.Latched && !s.reset {
		w.fail(lawLatch, "%s lost its latch by %s", e.Incident, e.Type)
	}
	s.latched = i.Latched
}

// keepsMode: an incident stays in the mode of what opened it.
func (w *world) keepsMode(e alerting.Event, i alerting.Incident, s *sighting) {
	if e.Type == alerting.EventOpened {
		s.mode = e.Opening.Mode
		if p := w.openers[e.Incident]; p != nil && p.Mode != s.mode {
			w.fail(lawMode, "the %s press %s opened a %s incident", p.Mode, p.ID, s.mode)
		}
	}
	if s.mode != "" && i.Mode != s.mode {
		w.fail(lawMode, "%s was %s and is %s by %s", e.Incident, s.mode, i.Mode, e.Type)
	}
}

// keepsAge: a press keeps its own time, and one that is a minute old is late.
func (w *world) keepsAge(e alerting.Event, i alerting.Incident) {
	if e.Press == nil || e.Type == alerting.EventPressAgain {
		return
	}
	age := time.Duration(e.Press.AgeMS) * time.Millisecond
	if off := e.Press.ReceivedAt.Sub(e.Press.PressedAt) - age; off < 0 || off >= time.Millisecond {
		w.fail(lawLate, "press %s is %s old and was pressed at %s, received at %s", e.Press.ID, age, e.Press.PressedAt, e.Press.ReceivedAt)
	}
	p := w.pressed[pressKey{deviceOf(e, i), e.Press.ID}]
	if p != nil && p.From.Device != "" && p.life == w.lives && p.sent == 1 && !p.Malformed && w.now()-p.made-age > 10*time.Second {
		w.fail(lawLate, "press %s is %s old, and %s to the hub", e.Press.ID, w.now()-p.made, age)
	}
	if age >= time.Minute && (!e.Late || !i.Late) {
		w.fail(lawLate, "press %s is %s old and not shown as late", e.Press.ID, age)
	}
}

func deviceOf(e alerting.Event, i alerting.Incident) devices.Address {
	return devices.Address{School: e.School, Device: i.Device}
}

// endsLevels: whoever took an update on hears no level of it any more.
func (w *world) endsLevels(e alerting.Event, s *sighting) {
	if e.Type != alerting.EventEscalated {
		return
	}
	if t, ok := s.taken[e.Audience]; ok && t.number >= e.Number && e.At.After(t.at) {
		w.fail(lawTaken, "level %d of the %s for %s, which they had taken on", e.Level, e.Audience, e.Incident)
	}
}

// committed looks at what is durable now.
func (w *world) committed(e alerting.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.of(e.Incident)
	w.record("stored %d %s", e.Seq, e.Type)
	w.changes++
	if e.Seq <= w.lastSeq {
		w.fail(lawAudit, "event %d was stored behind %d", e.Seq, w.lastSeq)
	}
	w.lastSeq = e.Seq
	w.noticed(e)
	if e.Command != "" {
		if s.stored[e.Command] {
			w.fail(lawAudit, "command %s was carried out twice on %s", e.Command, e.Incident)
		}
		s.stored[e.Command] = true
		if c, asked := w.asked[e.Command]; asked {
			w.dirs.happens(did(c.Verb))
		}
	}
	if e.Type == alerting.EventOpened {
		s.device = e.Opening.Device
	}
	w.disengages(e)
	if e.Press != nil && e.Type != alerting.EventPressAgain {
		w.holds(pressKey{devices.Address{School: e.School, Device: s.device}, e.Press.ID}, e.Incident)
	}
}

// holds: a press is in one incident.
func (w *world) holds(key pressKey, incident string) {
	w.durable[key] = append(w.durable[key], incident)
	if len(w.durable[key]) > 1 {
		w.fail(lawOnce, "press %s is in %v", key.id, w.durable[key])
	}
}

// promise: whoever is told that a press is durable is told the truth. w.mu is
// held.
func (w *world) promise(key pressKey, how string) {
	w.promised[key] = how
	if strings.HasPrefix(key.id, "m-") { // the hub may have given it an id of its own
		return
	}
	if len(w.durable[key]) == 0 {
		w.fail(lawDurable, "press %s is not on the disk, and %s", key.id, how)
	}
}

// done: what closes was durable when it was answered. w.mu is held.
func (w *world) done(c alerting.Command, _ alerting.Incident) {
	s := w.of(c.Incident)
	closes := map[alerting.Verb]alerting.EventType{alerting.VerbReset: alerting.EventReset, alerting.VerbResolve: alerting.EventResolved}[c.Verb]
	if closes != "" && c.ID != "" && s.commands[c.ID] == closes && !s.stored[c.ID] {
		w.fail(lawClosing, "%s of %s was answered and is not on the disk", c.Verb, c.Incident)
	}
}
