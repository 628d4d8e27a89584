package console

import (
	"time"

	"example.org/campushub/alerting"
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
	case c.Latched:
		return next{Text: c.Say("next.reset")}
	}
	return next{Text: c.Say("next.resolve." + string(c.Lead))}
}

// escalation is the earliest leg of the plan that is still to come.
func (c card) escalation() next {
	var leg alerting.Leg
	var at time.Time
	for _, l := range c.Plan.Legs {
		due := c.OpenedAt.Add(l.After)
		if due.After(c.now) && !c.AcknowledgedBy(l.Audience) && (at.IsZero() || due.Before(at)) {
			leg, at = l, due
		}
	}
	if at.IsZero() {
		return next{Text: c.Say("next.nothing")}
	}
	return next{
		Text:  c.Say("next.tells", "who", c.Say("audience."+string(leg.Audience))),
		Until: rfc3339(at), Left: countdown(at.Sub(c.now)),
	}
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
	add(c.Silent, true, c.Say("remark.silent"))
	add(!c.Stored, true, c.Say("remark.unstored"))
	add(c.Malformed, true, c.Say("remark.malformed"))
	add(c.Late, true, c.Say("remark.late", "pressed", c.timeOf(c.Pressed(), c.Incident.School), "arrived", c.timeOf(c.OpenedAt, c.Incident.School)))
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
