package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// asReferred are the escalation profiles by which an audience is told that none
// of the line's own asks for, by severity.
var asReferred = map[alerting.Severity][]string{
	alerting.Critical: {"E1"}, alerting.High: {"E2"}, alerting.Low: {"E2", "once"},
}

// Refer is what an occasion starts with for one audience, where a person
// decides that it is told: its legs and steps alone, from that moment on and
// whatever the hour. left is false where the line does not leave that to a
// person. Of what is confidential they are told masked: that help is wanted, and
// whom to call.
func Refer(d *people.Directory, o Occasion, a alerting.Audience) (_ alerting.Opening, left bool) {
	p := governing(d, o.School)
	l := p.rules.lineOf(o.Kind)
	l = l.under(p.mask(l, o))
	n := slices.Index(responders[:], a)
	if n < 0 || l.cells[n] != Decide {
		return alerting.Opening{}, false
	}
	l.cells[n], l.wakes = 0, true
	l.masked[n] = l.masked[n] || l.class == C2
	if len(p.rules.row(l, n).levels) == 0 {
		l.escalation = append(slices.Clip(l.escalation), asReferred[l.severity]...)
	}
	c := p.anew(l, o)
	out := p.opening(&c, o)
	out.Plan = onlyOf(out.Plan, a)
	return out, true
}

// onlyOf is an audience's part of a plan, from its first leg on.
func onlyOf(p alerting.Plan, a alerting.Audience) alerting.Plan {
	p.Legs = slices.DeleteFunc(p.Legs, func(l alerting.Leg) bool { return l.Audience != a })
	p.Steps = slices.DeleteFunc(p.Steps, func(s alerting.EscalationStep) bool { return s.Audience != a })
	if len(p.Legs) == 0 {
		return alerting.Plan{Profile: p.Profile}
	}
	first := slices.MinFunc(p.Legs, func(x, y alerting.Leg) int { return int(x.After - y.After) }).After
	for i := range p.Legs {
		p.Legs[i].After -= first
	}
	for i := range p.Steps {
		p.Steps[i].After = max(p.Steps[i].After-first, 0)
	}
	return p
}

// Referable lists the audiences of an incident of which a person decides
// whether they are told, as it is known now, and nobody did.
func (s *Set) Referable(i alerting.Incident) []alerting.Audience {
	var out []alerting.Audience
	line := s.lineNow(&i)
	for n, a := range responders {
		if line.cells[n] == Decide && !i.ReferredTo(a) {
			out = append(out, a)
		}
	}
	return out
}
