package console

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// markLine is one mark of the 1·3·5 clock, or a party that is only stamped.
type markLine struct {
	Party, Name string
	Target      string // "" where the mark has none
	State       string // in words
	Arrived     bool
	Overdue     bool
	Until       string // when the target passes, for the script
	Left        string
	OnPost      bool // the party may have been there already
}

// MarkLines are the clock's marks as text, in their order.
func (d *detail) MarkLines() []markLine {
	var out []markLine
	for _, s := range d.Incident.Clock(policy.Of(d.people).Clock(d.Incident.School), d.now) {
		out = append(out, d.markLine(s))
	}
	if len(out) == 0 { // nobody runs for it; who comes is stamped all the same
		for _, p := range []alerting.Party{alerting.PartySchool, alerting.PartyPolice} {
			s := alerting.MarkState{Mark: alerting.Mark{Party: p, Text: alerting.PartyText(p)}}
			if a, ok := d.Arrival(p); ok {
				s.Arrived, s.Took = true, max(a.At.Sub(d.BegunAt()), 0)
			}
			out = append(out, d.markLine(s))
		}
	}
	return out
}

func (d *detail) markLine(s alerting.MarkState) markLine {
	l := markLine{
		Party: string(s.Party), Name: d.vocabulary(s.Text), Arrived: s.Arrived, Overdue: s.Overdue && d.Mode == devices.Live,
		OnPost: s.Party == alerting.PartySchool || s.Party == alerting.PartyPolice,
	}
	if s.Target > 0 {
		l.Target = countdown(s.Target)
	}
	switch {
	case s.Arrived && s.Took == 0:
		l.State = d.Say("mark.on-post")
	case s.Arrived && s.Overdue:
		l.State = d.Say("mark.late", "took", countdown(s.Took))
	case s.Arrived:
		l.State = d.Say("mark.arrived", "took", countdown(s.Took))
	case s.Overdue:
		l.State = d.Say("mark.overdue", "due", d.timeOf(s.Due, d.Incident.School))
	case s.Target > 0 && !d.Resolved():
		l.State, l.Until, l.Left = d.Say("mark.waiting"), rfc3339(s.Due), countdown(max(s.Due.Sub(d.now), time.Duration(0)))
	default:
		l.State = d.Say("mark.none")
	}
	return l
}
