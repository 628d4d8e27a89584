package simulation

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// counting is a press that may be told as a count, and when at the latest.
type counting struct {
	press    *pressing
	incident string
	due      time.Duration
}

// counting begins to wait for a press to be told as a count: neither one whose
// incident is gone nor junk, which is counted and told no further. w.mu is
// held, as in all of this file.
func (w *world) counting(p *pressing, v alerting.Incident, open bool) {
	if open && !p.Malformed && !v.Resolved() {
		w.counts = append(w.counts, counting{p, v.ID, w.now() + alerting.StuckTell + 20*time.Millisecond})
	}
}

// recounts: what a stuck button said is told to everybody who was told at once
// of its first press, a second later at most, by the latest of its presses.
func (w *world) recounts() {
	w.counts = slices.DeleteFunc(w.counts, func(c counting) bool {
		if w.now() < c.due {
			return false
		}
		v, open := w.views[c.incident]
		if !open || v.StoodDown {
			return true
		}
		w.dirs.happens("count of a stuck button")
		for _, l := range v.Plan.Legs {
			if t := w.of(v.ID).leg(l.Key()); l.AtOnce() && l.Channel == alerting.ChannelMQTT && w.tellable(l, v) && t.life == w.lives && t.at < c.due-alerting.StuckTell-20*time.Millisecond {
				w.fail(lawStuck, "%s/%s has not been told of press %s, which was counted", l.Audience, l.Recipient, c.press.ID)
			}
		}
		return true
	})
}

// outside: a press asks for people; it never joins an incident that everybody
// but the named is kept from, unless it says the same.
func (w *world) outside(e alerting.Event, i alerting.Incident, s *sighting) {
	if e.Type != alerting.EventPressed || !s.concealed {
		return
	}
	p := w.pressed[pressKey{deviceOf(e, i), e.Press.ID}]
	if p != nil && !p.Malformed && p.sent == 1 && p.asksOpenly() {
		w.fail(lawCurtain, "press %s joined %s, which is confidential", p.ID, e.Incident)
	}
}

func (p *pressing) asksOpenly() bool {
	return !alerting.AlwaysConfidential(alerting.KindOf(p.Alarm))
}

// shines: a button's light shows nothing of a press that was silent, and that
// the police have taken its alarm on only where they have.
func (w *world) shines(to devices.Address, c devices.Command) {
	p := w.pressed[pressKey{to, c.Receipt}]
	if p != nil && p.Silent && !w.heardSince(p) && c.Indicator != devices.IndicatorIdle {
		w.fail(lawSilent, "%s shows %s after the silent press %s", to, c.Indicator, p.ID)
	}
	if c.Indicator != devices.IndicatorAcknowledged {
		return
	}
	for id := range w.signed {
		if o := w.openers[id]; o != nil && o.From == to || w.views[id].School == to.School && w.views[id].Device == to.Device {
			return
		}
	}
	w.fail(lawLight, "%s says that the police come, and none have taken anything of it on", to)
}

// reopens: in the instant in which a concealment is undone everybody is told
// whom the plan tells at once.
func (w *world) reopens(v alerting.Incident, s *sighting) {
	was := s.hidden
	s.hidden = v.Confidential
	if !was || v.Confidential {
		return
	}
	for _, l := range v.Plan.Legs {
		if t := s.leg(l.Key()); l.AtOnce() && w.tellable(l, v) && (t.at != w.now() || t.life != w.lives) {
			w.fail(lawReopened, "%s/%s was not told over %s that %s is confidential no more", l.Audience, l.Recipient, l.Channel, v.ID)
		}
	}
}
