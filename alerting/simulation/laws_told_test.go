package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// told holds one message to what may be told, and to what was told before.
// Like everything in this file it is called with w.mu held.
func (w *world) told(m deliver.Message) {
	s := w.of(m.Incident)
	if !slices.Contains(w.incidents, m.Incident) {
		w.incidents = append(w.incidents, m.Incident)
		s.begun = unbegun
	}
	if s.begun == unbegun {
		s.begun, s.clock = w.now(), w.clock
	}
	if s.begun == w.now() {
		s.policeDrill = s.policeDrill || w.policeMay(w.schoolOf(m.Incident, m.School.ID))
	}
	w.policeDrills(m, s)
	w.toParents(m)
	w.present(m)
	w.displayed(m)
	w.confided(m, s)
	w.inItsMode(m)
	w.aged(m)
	w.numbered(m, s)
	w.identified(m, s)
	w.together(m, s)
	leg := s.leg(keyOf(m))
	if leg.life != w.lives || leg.id != m.Delivery {
		leg.settled, leg.failed = false, false
	}
	if leg.born == 0 {
		leg.born, leg.first = w.lives, w.now()
	}
	leg.at, leg.life, leg.id, leg.fresh = w.now(), w.lives, m.Delivery, true
}

// toParents: they are told what a person has released, by nobody here.
func (w *world) toParents(m deliver.Message) {
	a, _ := w.dir.Account(m.Recipient)
	if m.Audience == alerting.Parents || a.Role == alerting.RoleParent {
		w.fail(lawParents, "%s was told %s", m.Recipient, m.Text.EN)
	}
}

// present: the directory of this moment knows the recipient, and that it
// serves the school.
func (w *world) present(m deliver.Message) {
	school := w.schoolOf(m.Incident, m.School.ID)
	if school != "" && !w.knows(keyOf(m), school) {
		w.fail(lawRevoked, "%s/%s was told of an incident of %s over %s", m.Audience, m.Recipient, school, m.Channel)
	}
}

// schoolOf is an incident's school: a public display is not told it.
func (w *world) schoolOf(incident, said string) string {
	if p := w.openers[incident]; p != nil {
		return p.From.School
	}
	return said
}

func (w *world) knows(k alerting.LegKey, school string) bool {
	var in []string
	switch k.Channel {
	case alerting.ChannelMQTT:
		t, _ := w.dir.Terminal(string(k.Audience) + "/" + k.Recipient)
		in = t.Schools
	case alerting.ChannelConsole:
		a, _ := w.dir.Account(k.Recipient)
		in = a.Schools
	case alerting.ChannelWebhook:
		h, _ := w.dir.Webhook(k.Recipient)
		in = h.Schools
	default:
		c, _ := w.dir.Contact(k.Recipient)
		for _, p := range c.Paths {
			if p.Channel == k.Channel {
				in = c.Schools
			}
		}
	}
	return slices.Contains(in, school)
}

func (w *world) public(k alerting.LegKey) bool {
	t, ok := w.dir.Terminal(string(k.Audience) + "/" + k.Recipient)
	return k.Channel == alerting.ChannelMQTT && ok && t.Public
}

// displayed: a public display has the text alone, and nothing of what is
// silent.
func (w *world) displayed(m deliver.Message) {
	if !w.public(keyOf(m)) {
		return
	}
	if m.Press != "" || m.Device != "" || m.Kind != "" || m.Severity != "" || m.Place.ID != "" || m.School.ID != "" {
		w.fail(lawPublic, "%s was told more than the text: %+v", m.Recipient, m)
	}
	if p := w.openers[m.Incident]; p != nil && p.Silent && !w.heardSince(p) {
		w.fail(lawPublic, "%s was told of the silent press %s", m.Recipient, p.ID)
	}
}

// heardSince reports whether the silence has been ended by a press that is
// not silent.
func (w *world) heardSince(p *pressing) bool {
	for _, o := range w.pressed {
		if o.From == p.From && o.Mode == p.Mode && o.sent > 0 && !o.Silent {
			return true
		}
	}
	return false
}

// confided: of a confidential incident, whoever is not named learns no more
// than the masked sentence, and only where the policy says so, or for as long
// as a person says that it is of an open kind, whose people have to act.
func (w *world) confided(m deliver.Message, s *sighting) {
	if !s.concealed && !w.opensConfidential(m.Incident) {
		return
	}
	if m.Text == policy.LastLine(m.Mode) {
		if m.Kind != "" || m.Place.ID != "" || m.Device != "" {
			w.fail(lawNamed, "%s was told with the last line what it is about: %+v", m.Recipient, m)
		}
		return
	}
	masked := m.Kind == "" && m.Place.ID == "" && m.Device == ""
	switch m.Channel {
	case alerting.ChannelConsole:
		if a, _ := w.dir.Account(m.Recipient); !a.Named && (!masked || !w.maskedFor(m) && !s.admits(keyOf(m))) {
			w.fail(lawNamed, "%s is not named and was told on a page: %+v", m.Recipient, m)
		}
	case alerting.ChannelMQTT, alerting.ChannelWebhook:
		if !masked || m.Severity != "" || (!w.maskedFor(m) && !s.admits(keyOf(m))) {
			w.fail(lawNamed, "%s/%s was told: %+v", m.Audience, m.Recipient, m)
		}
	default:
		if c, _ := w.dir.Contact(m.Recipient); !c.Named && (!masked || !w.maskedFor(m) && !s.admits(keyOf(m))) {
			w.fail(lawNamed, "%s is not named and was told over %s", m.Recipient, m.Channel)
		}
	}
}

// admits reports whether a person's word has let a recipient know.
func (s *sighting) admits(k alerting.LegKey) bool { return s.widened[k] || s.referred[k] }

func (w *world) opensConfidential(incident string) bool {
	p := w.openers[incident]
	return p != nil && !p.Malformed && (p.Alarm == devices.Bullying || p.Alarm == devices.Welfare)
}

// maskedFor reports whether the policy of the school tells the audience a
// masked sentence: lanhua's own does, of bullying, the police.
func (w *world) maskedFor(m deliver.Message) bool {
	return w.schoolOf(m.Incident, m.School.ID) == lanhua && m.Audience == alerting.Police
}

// inItsMode: what a press opened is told in the press's mode; what the hub
// opens, and what is no drill, is live.
func (w *world) inItsMode(m deliver.Message) {
	mode := devices.Live
	if p := w.openers[m.Incident]; p != nil {
		mode = p.Mode
	} else if strings.HasPrefix(m.Press, "m-") {
		return
	}
	if m.Mode != mode && w.openers[m.Incident] != nil {
		w.fail(lawMode, "%s was told as %s of a press that was %s", m.Recipient, m.Mode, mode)
	}
	if m.Text.ZH != "" && !w.wordsOf(m.Mode, m.Text) {
		w.fail(lawMode, "%s was told as %s: %s", m.Recipient, m.Mode, m.Text.ZH)
	}
}

// aged: what is told of a press says how old it is, by a clock that nobody
// has set since; by any other it is not younger than it was when it arrived.
func (w *world) aged(m deliver.Message) {
	p := w.openers[m.Incident]
	if m.Age < 0 || p != nil && !w.public(keyOf(m)) && m.Age < w.arrivedAt(m.Incident) {
		w.fail(lawLate, "%s was told that a press was %s old, which arrived %s old", m.Recipient, m.Age, w.arrivedAt(m.Incident))
	}
	if p == nil || m.Press != p.ID || m.Again || w.public(keyOf(m)) || p.Malformed || p.clock != w.clock {
		return
	}
	if old := w.now() - p.made; m.Age < old-2*time.Millisecond {
		w.fail(lawLate, "%s was told that a press was %s old, of %s", m.Recipient, m.Age, old)
	}
}

// arrivedAt is how old the first press of an incident was when the hub heard
// of it.
func (w *world) arrivedAt(incident string) time.Duration {
	if v, ok := w.views[incident]; ok && len(v.Presses) > 0 {
		return time.Duration(v.Presses[0].AgeMS) * time.Millisecond
	}
	return 0
}

// numbered: each recipient's numbers grow; what is sent again may repeat the
// last, and so may what somebody asks for again of a hub that has lost it.
func (w *world) numbered(m deliver.Message, s *sighting) {
	leg := s.leg(keyOf(m))
	d, known := w.ids[m.Delivery]
	lost := known && d.life < w.lives && s.begun == w.now()
	if m.Number < leg.number || (m.Number == leg.number && !m.Again && !lost) {
		w.fail(lawNumbers, "%s/%s over %s was told number %d of %s after %d", m.Audience, m.Recipient, m.Channel, m.Number, m.Incident, leg.number)
	}
	leg.number = m.Number
}

// identified: a press is one delivery to each recipient, and no delivery is
// two tellings.
func (w *world) identified(m deliver.Message, s *sighting) {
	k := keyOf(m)
	if m.Press != "" && m.Delivery != alerting.DeliveryID(m.Incident, m.Press, k) {
		w.fail(lawIDs, "%s was told press %s as delivery %s", m.Recipient, m.Press, m.Delivery)
	}
	d, known := w.ids[m.Delivery]
	if known && (d.incident != m.Incident || d.leg != k) {
		w.fail(lawIDs, "delivery %s is %v's and %v's", m.Delivery, d.leg, k)
	}
	if known && !m.Again && d.life == w.lives {
		w.fail(lawIDs, "%s was told something new under the known delivery %s: #%d %s", m.Recipient, m.Delivery, m.Number, m.Text.EN)
	}
	w.paced(m, d)
	if m.Press != "" {
		s.leg(k).byPress[m.Press] = m.Delivery
	}
}

// together: a press joins incidents of its own device and mode alone.
func (w *world) together(m deliver.Message, _ *sighting) {
	p := w.openers[m.Incident]
	if m.Press == "" || m.Press == m.Incident || strings.HasPrefix(m.Press, "m-") || p == nil {
		return
	}
	joined := w.pressed[pressKey{p.From, m.Press}]
	switch {
	case joined == nil:
		w.fail(lawFirst, "press %s was told in an incident of %s, which did not make it", m.Press, p.From)
	case joined.Mode != p.Mode:
		w.fail(lawMode, "the %s press %s was told in a %s incident", joined.Mode, m.Press, p.Mode)
	default:
		joined.life, joined.in = w.lives, m.Incident
	}
}

// fail notes the first broken law. w.mu is held.
func (w *world) fail(l law, format string, args ...any) {
	if w.broken == "" {
		w.broken = fmt.Sprintf("law %q is broken in life %d at %s: %s", l, w.lives, time.Now().Format("15:04:05.000"), fmt.Sprintf(format, args...))
		w.record("%s", w.broken)
		w.rouse()
	}
}
