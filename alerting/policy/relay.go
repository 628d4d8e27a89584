package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Relay is what somebody at the school has to pass on, because nobody is set up
// whom the hub could tell it.
type Relay struct {
	Audience alerting.Audience
	Text     alerting.Text // what the audience would have read
}

// relayed are those for whom the school passes it on: the police and the school
// itself are told, or the policy is refused.
var relayed = []alerting.Audience{alerting.Guards, alerting.Staff, alerting.District}

// Relays lists what an open incident has somebody at the school pass on: to each
// audience that its line tells by itself and of which nobody is set up. Of what
// is confidential, and of a test, nothing is; of a drill to those who take part.
func (s *Set) Relays(f Facts) []Relay {
	i := &f.Incident
	if i.Confidential || i.Mode == devices.Test || i.Resolved() {
		return nil
	}
	c, mask := s.now(i)
	f.Event, f.Actions = alerting.EventOpened, s.Actions(*i)
	var out []Relay
	for _, a := range c.cases[mask].unheard() {
		if i.Mode == devices.Live || s.of(i.School).rules.takesPart(a, false) {
			out = append(out, Relay{a, Text(a, f)})
		}
	}
	return out
}

// unheard are those whom the line tells and whom it cannot reach.
func (o *occasionPlan) unheard() []alerting.Audience {
	return slices.DeleteFunc(slices.Clone(relayed), func(a alerting.Audience) bool {
		return !o.cells[slices.Index(responders[:], a)].Told() ||
			slices.ContainsFunc(o.live.Legs, func(l alerting.Leg) bool { return l.Audience == a })
	})
}
