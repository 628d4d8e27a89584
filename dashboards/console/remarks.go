package console

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// next is what happens by itself and when, or what a person has to do.
type next struct {
	Text  string
	Until string // when a countdown runs out, for the script; "" without one
	Left  string
}

// Next says what comes next.
func (c card) Next() next {
	switch {
	case c.Resolved():
		return next{}
	case !c.Taken():
		return c.escalation()
	}
	if owed, ok := c.owesNext(); ok {
		return owed
	}
	if c.Latched {
		return next{Text: c.Say("next.reset")}
	}
	return next{Text: c.Say("next.resolve." + string(c.Lead))}
}

// escalation is what the plan does by itself while nobody has it: an audience
// that is told later, or the next level.
func (c card) escalation() next {
	leg, at := c.delayed()
	who, word := c.Say("audience."+string(leg.Audience)), "next.tells"
	if e, ok := c.NextEscalation(); ok && (at.IsZero() || e.NextAt.Before(at)) {
		who, word, at = c.levelName(e), "next.escalates", e.NextAt
	}
	if at.IsZero() {
		return next{Text: c.Say("next.nothing")}
	}
	return next{Text: c.Say(word, "who", who), Until: rfc3339(at), Left: countdown(at.Sub(c.now))}
}

// delayed is the earliest leg that is told a while after the opening; the zero
// time where none is to come.
func (c card) delayed() (leg alerting.Leg, at time.Time) {
	for _, l := range c.Plan.Legs {
		due := c.LegFrom(l.Key()).Add(l.After)
		if l.Delayed() && due.After(c.now) && !c.AcknowledgedBy(l.Audience) && (at.IsZero() || due.Before(at)) {
			leg, at = l, due
		}
	}
	return leg, at
}

// levelName says whom an escalation level tells, by what they answer for.
func (c card) levelName(e alerting.Escalation) string {
	if step, _ := c.Plan.Step(e.Audience, e.NextLevel); step.Everybody || e.Level == e.NextLevel {
		return c.Say("next.everybody")
	}
	var titles []string
	for _, l := range c.Plan.Legs {
		title := c.vocabulary(people.Duty(l.Duty).Title())
		if l.Audience == e.Audience && l.Level == e.NextLevel && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return strings.Join(titles, c.Say("next.and"))
}

// remark is one short line under a card.
type remark struct {
	Text string
	Warn bool // abnormal: set apart by weight and a sign
}

// Remarks are the circumstances, what is abnormal first.
func (c card) Remarks() []remark {
	var out []remark
	add := func(when, warn bool, text string) {
		if when {
			out = append(out, remark{Text: text, Warn: warn})
		}
	}
	open := !c.Resolved()
	add(c.StandsIn(), true, c.Say("remark.stand-in"))
	add(c.Silent, true, c.Say("remark.silent"))
	add(policy.Soundless(c.Incident), false, c.Say("remark.soundless"))
	add(!c.Stored, true, c.Say("remark.unstored"))
	for _, o := range c.Overruns {
		add(open, !c.AcknowledgedBy(o.Audience), c.overrun(o))
	}
	add(c.Malformed, true, c.Say("remark.malformed"))
	for _, line := range c.unread() {
		add(true, true, line)
	}
	add(c.Late, true, c.Say("remark.late", "pressed", c.timeOf(c.Pressed(), c.Incident.School), "arrived", c.timeOf(c.OpenedAt, c.Incident.School)))
	add(policy.Of(c.people).InDigest(c.Incident, c.now), true, c.Say("remark.digest"))
	add(c.CallBack, true, c.Say("remark.call-back"))
	if k := c.CancelRequested; k != nil && open {
		add(true, true, c.Say("remark.cancel", "who", c.who(k.By), "reason", k.Reason))
	}
	whole := c.PressCount == len(c.Presses) // the board carries the first few of very many
	add(open && c.Lead == alerting.LeadPolice && c.atSchool() != "", false, c.Say("remark.taken", "who", c.atSchool()))
	add(c.PressCount > 1 && whole, false, c.Say("remark.presses", "n", c.PressCount, "time", c.lastPressed()))
	add(c.PressCount > 1 && !whole, false, c.Say("remark.presses.many", "n", c.PressCount))
	add(open && c.Latched, false, c.Say("remark.latched"))
	add(open && !c.Latched && c.Device != "", false, c.Say("remark.reset"))
	add(open && !c.Silent && c.callback() != "", false, c.Say("remark.callback", "number", c.callback()))
	add(true, false, c.Say("verify."+string(c.Verify)))
	add(len(c.Facts) > 0, true, c.FactLine())
	return out
}

// unread says what the device sent and nobody could read, each thing once.
func (c card) unread() []string {
	var out []string
	for _, p := range c.Presses {
		for _, t := range p.Unread() {
			if line := c.Text(t); !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

func (c card) lastPressed() string {
	if len(c.Presses) == 0 {
		return ""
	}
	return c.timeOf(c.Presses[len(c.Presses)-1].PressedAt, c.Incident.School)
}

func (c card) callback() string {
	s, _ := c.people.School(c.Incident.School)
	return s.Callback
}

// overrun says whom nobody could reach in time, and when that was known.
func (c card) overrun(o alerting.Overrun) string {
	return c.Say("remark.overrun", "audience", c.Say("audience."+string(o.Audience)), "within", took(o.Within), "time", c.timeOf(o.At, c.Incident.School))
}
