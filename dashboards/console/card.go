package console

import (
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// card is one incident as the board and the head of its own page show it:
// school and place, kind, clock, who has it, what happens next.
type card struct {
	*page
	alerting.Incident
	Selected bool
	with     *alerting.Group // that it belongs to; nil for none
	first    bool            // of the group on the board
}

// Group is where the card stands on the board, and its colour.
func (c card) Group() string {
	if c.Hushed() {
		return string(alerting.Low)
	}
	if c.Mode != devices.Live {
		return groupDrill
	}
	return string(c.Severity)
}

// Shape tells groups apart without colour.
func (c card) Shape() string { return shapes[c.Group()] }

var shapes = map[string]string{
	string(alerting.Critical): "▲", string(alerting.High): "◆", string(alerting.Low): "●", groupDrill: "▨",
}

// Masked reports whether the board keeps kind and place to itself: others may
// look at a board, and the incident's own page is one step away.
func (c card) Masked() bool { return c.Confidential || c.Hushed() }

// School is the school's name.
func (c card) SchoolName() string {
	if s, ok := c.people.School(c.Incident.School); ok {
		return c.Text(s.Name)
	}
	return c.Incident.School
}

// PlaceName is where it is.
func (c card) PlaceName() string {
	if name := c.Text(c.Place.Name); name != "" {
		return name
	}
	return c.Place.ID
}

// KindName is what it is about; whoever may not read that reads that it is
// confidential.
func (c card) KindName() string {
	if c.StandsIn() {
		return c.Say("masked")
	}
	return c.vocabulary(policy.KindText(c.Kind))
}

// StandsIn reports whether the reader answers it for named people.
func (c card) StandsIn() bool { return c.Account.StandsIn(c.Incident) }

// SeverityName is how grave it is.
func (c card) SeverityName() string {
	if c.Hushed() {
		return ""
	}
	return c.vocabulary(policy.SeverityText(c.Severity))
}

// ModeWord stands on everything that is not live.
func (c card) ModeWord() string {
	if c.Mode == devices.Live {
		return ""
	}
	return c.Say("mode." + string(c.Mode))
}

// Pressed is the moment that the clock counts from.
func (c card) Pressed() time.Time {
	if len(c.Presses) == 0 {
		return c.OpenedAt
	}
	first := c.Presses[0].PressedAt
	for _, p := range c.Presses {
		if p.PressedAt.Before(first) {
			first = p.PressedAt
		}
	}
	return first
}

// Since is Pressed for the script.
func (c card) Since() string { return rfc3339(c.Pressed()) }

// Stopped reports whether the clock has stopped.
func (c card) Stopped() bool { return c.Resolved() }

// Elapsed is what the clock shows now.
func (c card) Elapsed() string {
	end := c.now
	if c.Resolved() && !c.ResolvedAt.IsZero() {
		end = c.ResolvedAt
	}
	return c.elapsed(end.Sub(c.Pressed()))
}

// Taken reports whether whoever leads it has it, in the present round.
func (c card) Taken() bool {
	if c.State != alerting.StateOpen {
		return true
	}
	return c.Lead == alerting.LeadSchool && (c.AcknowledgedBy(alerting.School) || c.AcknowledgedBy(alerting.Guards))
}

// Holder says who has it, or that nobody has.
func (c card) Holder() string {
	switch {
	case c.Resolved():
		return c.Say("holder.resolved", "outcome", c.OutcomeName())
	case c.State == alerting.StateAcknowledged:
		return c.Say("holder.police", "who", c.who(c.last(alerting.Police).By))
	}
	if who := c.atSchool(); who != "" && c.Lead == alerting.LeadSchool {
		return c.Say("holder.school", "who", who)
	}
	switch {
	case c.Lead == alerting.LeadSchool:
		return c.Say("holder.school.nobody")
	case c.Account.Role == alerting.RoleLiaison:
		return c.Say("holder.nobody")
	}
	return c.Say("holder.police.nobody")
}

// atSchool is who took it on at the school, "" for nobody.
func (c card) atSchool() string {
	for _, a := range []alerting.Audience{alerting.School, alerting.Guards} {
		if c.AcknowledgedBy(a) {
			return c.who(c.last(a).By)
		}
	}
	return ""
}

func (c card) last(a alerting.Audience) alerting.Acknowledgement {
	for _, k := range slices.Backward(c.Acknowledgements) {
		if k.Audience == a {
			return k
		}
	}
	return alerting.Acknowledgement{}
}

// OutcomeName is how it ended.
func (c card) OutcomeName() string { return c.vocabulary(alerting.OutcomeText(c.Outcome)) }

// MayTake reports whether the reader's audience has not taken it on yet.
func (c card) MayTake() bool {
	if c.Resolved() {
		return false
	}
	a := c.Account.Role.Audience()
	return !c.AcknowledgedBy(a) || (a == alerting.Police && c.State == alerting.StateOpen)
}

// Minor reports whether taking it on is possible but not expected: the plan
// does not tell the reader's audience. The A key leaves such a one alone.
func (c card) Minor() bool { return !c.told() }

// TakenAt is when the reader's own audience took it on.
func (c card) TakenAt() string {
	return c.timeOf(c.last(c.Account.Role.Audience()).At, c.Incident.School)
}

// Sound is what the page sounds like while the reader's audience has not taken
// it on: "" for silence. A liaison's acknowledgement silences it for all, until
// what should follow has not.
func (c card) Sound() string {
	if c.Silent || policy.Soundless(c.Incident) || c.Mode == devices.Test || !c.told() {
		return ""
	}
	if !c.MayTake() || c.State != alerting.StateOpen {
		return c.lapseSound()
	}
	if policy.SoundsOnce(c.Account.Role.Audience(), c.Incident) {
		return "late"
	}
	if n := len(c.Presses); n > 0 && c.Mode == devices.Live && !c.Presses[n-1].Lateness(c.Plan).Repeats() {
		return "late" // once: it is old news
	}
	return c.Group()
}

// told reports whether the plan tells the reader's audience by now. Where
// there is no plan it does: a sound too many is better than one too few.
func (c card) told() bool {
	legs := c.Plan.Legs
	return len(legs) == 0 || slices.ContainsFunc(legs, func(l alerting.Leg) bool {
		return l.Audience == c.Account.Role.Audience() && !c.OpenedAt.Add(l.After).After(c.now)
	})
}

// Href opens the incident beside the board.
func (c card) Href() string { return "/?selected=" + url.QueryEscape(c.ID) }

// CommandID is a fresh id for a form, so that sending it twice is once.
func (c card) CommandID() string { return uuid.NewString() }

// who is an account with its role in words, or what else acted.
func (p *page) who(name string) string {
	if name == alerting.ActorHub {
		return p.Say("actor.hub")
	}
	if a, ok := p.people.Account(name); ok {
		return p.Say("role."+string(a.Role)) + " " + name
	}
	return name
}
