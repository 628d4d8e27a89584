package exercise

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// prefix begins the id of every text of a drill, and of the thing that it is
// about: neither is an incident's or a delivery's of one.
const prefix = "drill-"

// tellWithin is how long a text may take.
const tellWithin = 4 * time.Second

// Owns reports whether a delivery, or what it is about, is a drill's text.
func Owns(id string) bool { return strings.HasPrefix(id, prefix) }

// toldKey is one recipient, or one device, of one school.
type toldKey struct {
	school, device, recipient string
	audience                  alerting.Audience
	channel                   alerting.Channel
}

// telling is what became of telling one recipient, and what it was told.
type telling struct {
	Told
	message deliver.Message
}

// open is the kind of what is real, where everybody may read it; "" else: what
// to do is the duty leader's to say then.
func (l live) open() alerting.Kind {
	if alerting.AlwaysConfidential(l.kind) {
		return ""
	}
	return l.kind
}

// announce tells every school of the drill what an event makes due there.
func (x *Exercises) announce(d *running, e drill.Event, kind alerting.Kind, now time.Time) {
	for _, site := range d.state.Plan.Schools {
		if e.Type == drill.EventReturned && e.School != site.ID {
			continue
		}
		n := news{state: d.state, event: e, school: schoolOf(x.deps.People(), site.ID), kind: kind, now: now}
		if e.School != site.ID {
			n.kind = "" // it is real, and elsewhere: what to do here is the duty leader's to say
		}
		for _, r := range x.recipients(n) {
			x.tell(d, n, r)
		}
	}
}

// news is one event as one school is told of it.
type news struct {
	state  drill.State
	event  drill.Event
	school people.School
	kind   alerting.Kind // of what is real here; "" where nothing is
	now    time.Time
}

func (n news) isReal() bool { return slices.Contains(n.event.Texts, drill.StaffReal) }

// recipient is one who is told, and the text.
type recipient struct {
	toldKey
	text drill.TextID
}

// recipients are the school's terminals, and whoever else its policy tells of
// a drill; of the police the stations that were asked, or have accepted.
// Pages show the drill by themselves. Whoever is on another incident is told
// too: they are passed over where somebody has to take something on and another
// can, and of a text that nobody answers there is no other. Nor may one who heard
// that a drill begins miss that it is real.
func (x *Exercises) recipients(n news) []recipient {
	var out []recipient
	add := func(k toldKey, public bool) {
		if slices.ContainsFunc(out, func(r recipient) bool { return r.toldKey == k }) {
			return
		}
		if text, ok := n.textFor(k.audience, k.recipient, public); ok {
			out = append(out, recipient{k, text})
		}
	}
	dir := x.deps.People()
	for _, t := range dir.TerminalsOf(n.school.ID) {
		add(toldKey{school: n.school.ID, audience: t.Audience, recipient: t.ID, channel: alerting.ChannelMQTT}, t.Public)
	}
	plan := policy.Open(dir, policy.Occasion{School: n.school.ID, Kind: n.state.Plan.Kind, Mode: devices.Drill, At: n.now}).Plan
	for _, l := range plan.Legs {
		if l.Channel != alerting.ChannelConsole && l.Channel != alerting.ChannelMQTT && l.Audience != alerting.Police {
			add(toldKey{school: n.school.ID, audience: l.Audience, recipient: l.Recipient, channel: l.Channel}, policy.Aloud(l))
		}
	}
	return out
}

// textFor chooses the text of an audience; false where the event has none for
// it.
func (n news) textFor(a alerting.Audience, recipient string, public bool) (drill.TextID, bool) {
	has := func(ids ...drill.TextID) (drill.TextID, bool) {
		for _, id := range ids {
			if slices.Contains(n.event.Texts, id) {
				return id, true
			}
		}
		return "", false
	}
	switch {
	case a == alerting.Police && slices.Contains(n.state.Plan.Filed, recipient) && n.event.Type == drill.EventPlanned:
		return has(drill.PoliceFiled)
	case a == alerting.Police && slices.Contains(n.state.PoliceTold(), recipient):
		return has(drill.PoliceDrill)
	case a == alerting.Police || a == alerting.District || a == alerting.Parents:
		return "", false
	case public:
		return has(drill.VoiceReal, drill.VoiceDrill)
	case a == alerting.Guards:
		return has(drill.GuardsReal, drill.GuardsEnd, drill.VoiceDrill)
	}
	return has(drill.StaffReal, drill.StaffEnd, drill.VoiceDrill)
}

// tell hands one recipient its text. A newer text of the drill takes the place
// of an older one that still waits.
func (x *Exercises) tell(d *running, n news, r recipient) {
	x.number = max(x.number+1, n.now.UnixMilli())
	about := prefix + alerting.RaisedIncidentID(n.school.ID, "drill", d.state.Plan.ID, time.Time{})
	place := alerting.Place{ID: n.school.ID, Name: n.school.Name}
	m := deliver.Message{
		Delivery: prefix + alerting.DeliveryID(about, string(n.event.Type)+n.event.At.Format(time.RFC3339Nano), alerting.LegKey{
			Audience: r.audience, Recipient: r.recipient, Channel: r.channel,
		}),
		Incident: about, Number: x.number, Audience: r.audience, Recipient: r.recipient, Channel: r.channel,
		School: place, Place: place, Kind: n.state.Plan.Kind, Severity: alerting.Low, Mode: devices.Drill, State: alerting.StateOpen,
		PressedAt: n.event.At, Age: max(n.now.Sub(n.event.At), 0), Text: n.text(r.text), Deadline: n.now.Add(tellWithin),
	}
	switch {
	case n.isReal():
		m.Mode, m.Severity, m.Kind = devices.Live, alerting.Critical, n.realKind()
	case n.event.Type == drill.EventReturned:
		m.State = alerting.StateResolved
	}
	d.told[r.toldKey] = telling{message: m, Told: Told{
		School: n.school.ID, Audience: r.audience, Recipient: r.recipient, Channel: r.channel, Text: r.text, State: alerting.Planned, At: n.now,
	}}
	x.deps.Sinks.Tell(m)
}

func (n news) realKind() alerting.Kind {
	if n.kind == "" {
		return alerting.KindOf(devices.Emergency)
	}
	return n.kind
}

// reported notes what became of a text, while it is the latest of its
// recipient. States go forward only.
func (x *Exercises) reported(r report) {
	for _, d := range x.drills {
		for key, t := range d.told {
			if t.message.Delivery != r.Delivery || (r.audience != "" && (t.Audience != r.audience || t.Recipient != r.recipient)) {
				continue
			}
			after, changed := alerting.Delivery{ID: r.Delivery, State: t.State, Reason: t.Reason}.Advanced(r.Progress)
			if !changed {
				return
			}
			t.State, t.Reason, t.At = after.State, r.Reason, r.At
			d.told[key] = t
			if t.State == alerting.Failed {
				x.log.Error("a drill's text was not delivered", "drill", d.state.Plan.ID, "recipient", t.Recipient, "reason", r.Reason)
			}
			return
		}
	}
}

// again tells a terminal that has come up what it has missed of drills that
// matter still.
func (x *Exercises) again(up toldKey, now time.Time) {
	for _, id := range x.order {
		d := x.drills[id]
		if s := d.state; s.Phase != drill.Running && (s.EndedAt.IsZero() || now.Sub(s.EndedAt) > outside) {
			continue
		}
		for key, t := range d.told {
			missed := t.State == alerting.Planned || t.State == alerting.Failed
			if key.audience != up.audience || key.recipient != up.recipient || key.channel != up.channel || !missed {
				continue
			}
			t.message.Again, t.message.Deadline = !t.message.Urgent(), now.Add(tellWithin)
			x.deps.Sinks.Tell(t.message)
		}
	}
}

func schoolOf(dir *people.Directory, id string) people.School {
	if s, ok := dir.School(id); ok {
		return s
	}
	return people.School{ID: id, Name: alerting.Text{ZH: id, EN: id}}
}
