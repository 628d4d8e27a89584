package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Named is somebody whom a roster names for one occasion. They have the duty
// for it, beside those who have it always, and are told where and when the
// policy asks for that duty.
type Named struct {
	Duty people.Duty
	// Contact is the contact that they are, as ContactOf finds it; "" where nobody
	// wrote down how they are reached.
	Contact string
}

// NamedIn lists whom a roster had named for a running incident, so that what
// its plan becomes still asks for them.
func NamedIn(p alerting.Plan) []Named {
	var out []Named
	for _, r := range p.Rostered {
		out = append(out, Named{Duty: people.Duty(r.Duty), Contact: r.Contact})
	}
	return out
}

// ContactOf finds the contact of a school that a person is who signs in with
// an account or has a telephone number: one of whose paths leads there. Of
// several it is the one of the duty's own audience; "" where there is none.
func ContactOf(d *people.Directory, school string, duty people.Duty, account, phone string) string {
	found := ""
	for _, c := range contactsOf(d, school) {
		switch {
		case !c.Is(account, phone):
		case c.Audience == audienceOf(duty):
			return c.Name
		case found == "":
			found = c.Name
		}
	}
	return found
}

// audienceOf is the audience that is asked for a duty.
func audienceOf(d people.Duty) alerting.Audience {
	for _, a := range responders {
		if slices.Contains(people.Duties(a), d) {
			return a
		}
	}
	return ""
}

// naming is the policy for one occasion: the named have their duty, and count
// as on shift, for the roster says so.
func (p *schoolPolicy) naming(all []Named) *schoolPolicy {
	if len(all) == 0 {
		return p
	}
	out := *p
	out.contacts = slices.Clone(p.contacts)
	for _, n := range all {
		out.contacts = given(out.contacts, n)
	}
	return &out
}

// AsksThere reports whether the line of an occasion tells those alone who stand
// at its place.
func AsksThere(d *people.Directory, o Occasion) bool {
	p := governing(d, o.School)
	l := p.rules.lineOf(o.Kind)
	l = l.under(p.mask(l, o))
	return slices.Contains(l.there[:], true)
}

// standing is a line with those in the first level who were named because they
// stand at the place, those who always have their duty, and the systems beside. It is as it was where the
// line does not ask for that, and where none of them can be told: somebody is.
func (p *schoolPolicy) standing(l rule, all []Named, on shift) rule {
	for a, audience := range responders {
		if !l.there[a] {
			continue
		}
		named := func(leg alerting.Leg) bool {
			return slices.Contains(all, Named{people.DutyRostered, leg.Contact}) && audienceOf(people.DutyRostered) == audience
		}
		alone := l
		alone.to[a] = []people.Duty{people.DutyRostered, people.DutyPlatform}
		if slices.ContainsFunc(p.rules.cast(alone, a, p.contacts, on).legs, named) {
			l = alone
		}
	}
	return l
}

// given is the contacts with one of them in a duty. Who is of another audience
// stands among those who are asked for it once more, over the ways that are
// theirs alone.
func given(contacts []people.Contact, n Named) []people.Contact {
	a := audienceOf(n.Duty)
	same := func(c people.Contact) bool { return c.Name == n.Contact && c.Audience == a }
	if i := slices.IndexFunc(contacts, same); i >= 0 {
		contacts[i].Duties = append(slices.Clip(contacts[i].Duties), n.Duty)
		contacts[i].Hours, contacts[i].Leave = nil, nil
		return contacts
	}
	i := slices.IndexFunc(contacts, func(c people.Contact) bool { return c.Name == n.Contact })
	if i < 0 {
		return contacts
	}
	c := contacts[i]
	c.Audience, c.Duties, c.Hours, c.Leave = a, []people.Duty{n.Duty}, nil, nil
	c.Paths = slices.DeleteFunc(slices.Clone(c.Paths), func(p people.Path) bool { return !personal(p.Channel) })
	return append(contacts, c)
}

// rostered says of each of the named what a plan does about them.
func (p *schoolPolicy) rostered(all []Named, legs []alerting.Leg) []alerting.Rostered {
	var out []alerting.Rostered
	for k, n := range all {
		if n.Contact != "" && slices.Contains(all[:k], n) { // two names of one person
			continue
		}
		r := alerting.Rostered{
			Audience: audienceOf(n.Duty), Duty: string(n.Duty), Title: n.Duty.Title(), Contact: n.Contact,
		}
		known := slices.ContainsFunc(p.contacts, func(c people.Contact) bool { return c.Name == n.Contact })
		i := slices.IndexFunc(legs, func(l alerting.Leg) bool { return l.Audience == r.Audience && l.Contact == n.Contact })
		switch {
		case !known:
			r.Contact, r.Untold = "", alerting.UntoldNoContact
		case i < 0:
			r.Untold = alerting.UntoldByPolicy
		default:
			r.Level = legs[i].Level
		}
		out = append(out, r)
	}
	return out
}
