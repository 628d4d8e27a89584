package people

import (
	"slices"

	"example.org/campushub/alerting"
)

// side is one audience at one school.
type side struct {
	school   string
	audience alerting.Audience
}

// standIn finds out where somebody is named for confidential incidents, and who
// stands in where nobody is.
func (d *Directory) standIn() {
	d.named = map[side]bool{}
	for _, a := range d.accounts {
		for _, s := range a.Schools {
			d.named[side{s, a.Role.Audience()}] = d.named[side{s, a.Role.Audience()}] || a.Named
		}
	}
	for name, a := range d.accounts {
		a.standsIn = slices.DeleteFunc(slices.Clone(a.Schools), func(s string) bool { return !d.Unnamed(s, a.Role.Audience()) })
		d.accounts[name] = a
	}
}

// Unnamed reports whether no account of an audience may open the confidential
// incidents of a school.
func (d *Directory) Unnamed(school string, a alerting.Audience) bool {
	return !d.named[side{school, a}]
}

// MaySee reports whether an account may open an incident: one of its own
// schools', no inner matter of a school that is kept from its audience, and a
// confidential one only if it is named or stands in. The rest do not exist for
// it.
func (a Account) MaySee(i alerting.Incident) bool {
	return a.Role.SeesIncidents() && slices.Contains(a.Schools, i.School) &&
		!slices.Contains(i.Plan.Unseen, a.Role.Audience()) && (!i.Confidential || a.Named || a.StandsIn(i))
}

// StandsIn reports whether an account has to answer a confidential incident in
// the place of named people, of whom its audience has none at that school: it
// sees that there is one and where, takes it on and closes it, and reads no more.
func (a Account) StandsIn(i alerting.Incident) bool {
	return i.Confidential && !a.Named && i.AsksFor(a.Role.Audience()) && slices.Contains(a.standsIn, i.School)
}

// StandsInAt lists the schools at which nobody of the account's audience is
// named; not to be changed.
func (a Account) StandsInAt() []string { return a.standsIn }
