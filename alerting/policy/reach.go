package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// implied begins the names of contacts that nobody has written down: terminals,
// console accounts and webhooks, each with one path. No contact's own name
// holds a slash, so that a receipt on the one never ends the other's retries.
func implied(c alerting.Channel, name string) string { return string(c) + "/" + name }

// Reached lists everybody whom a school's plans can reach, as contacts: the
// written-down ones, and the terminals, pages and webhooks that are nobody's path.
func Reached(d *people.Directory, school string) []people.Contact { return contactsOf(d, school) }

// LegTo is how a plan names a path of a contact.
func LegTo(c people.Contact, p people.Path) alerting.LegKey {
	return alerting.LegKey{Audience: c.Audience, Recipient: recipient(c, p), Channel: p.Channel}
}

// contactsOf lists everybody whom a school's plans can reach: terminals first,
// then pages, then webhooks, then the contacts that are written down. What a
// contact has as a path of its own is no contact beside it.
func contactsOf(d *people.Directory, school string) []people.Contact {
	written := d.ContactsOf(school)
	taken := func(a alerting.Audience, c alerting.Channel, address string) bool {
		return slices.ContainsFunc(written, func(w people.Contact) bool {
			return w.Audience == a && slices.ContainsFunc(w.Paths, func(p people.Path) bool {
				return p.Channel == c && p.Address == address
			})
		})
	}
	var out []people.Contact
	add := func(a alerting.Audience, c alerting.Channel, via alerting.Via, name string, named bool, duties ...people.Duty) {
		if !taken(a, c, name) {
			out = append(out, people.Contact{
				Name: implied(c, name), Audience: a, Duties: duties, Named: named,
				Paths: []people.Path{{Channel: c, Via: via, Address: name}},
			})
		}
	}
	for _, t := range d.TerminalsOf(school) {
		add(t.Audience, alerting.ChannelMQTT, t.Via, t.ID, false, deskDuty(t.Audience))
	}
	for _, acc := range d.AccountsOf(school) {
		if !acc.Role.SeesIncidents() {
			continue
		}
		a := acc.Role.Audience()
		duties := []people.Duty{deskDuty(a)}
		if acc.Named && a == alerting.School {
			duties = append(duties, people.DutyNamedPerson)
		}
		add(a, alerting.ChannelConsole, acc.Via, acc.Name, acc.Named, duties...)
	}
	for _, h := range d.WebhooksOf(school) {
		add(h.Audience, alerting.ChannelWebhook, h.Via, h.Name, false, people.DutyPlatform)
	}
	out = append(out, written...)
	for i := range out {
		out[i].StandsIn = d.Unnamed(school, out[i].Audience)
	}
	return out
}

// deskDuty is what a terminal or an account of an audience answers for where
// nobody says more.
func deskDuty(a alerting.Audience) people.Duty {
	switch a {
	case alerting.Police:
		return people.DutyStationDesk
	case alerting.School:
		return people.DutyOfficer
	case alerting.Guards:
		return people.DutyResponseUnit
	case alerting.Staff:
		return people.DutyStaff
	}
	return people.DutyBureauDuty
}

// recipient is whom a channel tells: it looks a contact's address up itself, at
// every send anew.
func recipient(c people.Contact, p people.Path) string {
	switch p.Channel {
	case alerting.ChannelMQTT, alerting.ChannelConsole, alerting.ChannelWebhook:
		return p.Address
	}
	return c.Name
}

// personal reports whether only the contact sees what comes over the channel.
func personal(c alerting.Channel) bool {
	switch c {
	case alerting.ChannelConsole, alerting.ChannelMail, alerting.ChannelPush, alerting.ChannelSMS, alerting.ChannelVoice:
		return true
	}
	return false
}

// step is one path of a contact and its place among them.
type step struct {
	people.Path
	place int // those of 0 begin together
}

// steps orders a contact's paths: the preferred channels first. Those of the
// together channels begin at once. pair has two independent ones among what
// begins at once: the first, and the next that runs over something else. Web
// push is an extra and never one of the two, nor waited for: many telephones
// have no working push service.
func steps(paths []people.Path, preferred, together []alerting.Channel, pair bool) []step {
	rest := slices.Clone(paths)
	slices.SortStableFunc(rest, func(a, b people.Path) int {
		return preference(preferred, a) - preference(preferred, b)
	})
	out := make([]step, 0, len(rest))
	start := func(i int) {
		if i >= 0 {
			out = append(out, step{rest[i], 0})
			rest = slices.Delete(rest, i, i+1)
		}
	}
	for i := 0; i < len(rest); {
		if slices.Contains(together, rest[i].Channel) {
			start(i)
		} else {
			i++
		}
	}
	if pair {
		if !slices.ContainsFunc(out, func(s step) bool { return sure(s.Path) }) {
			start(slices.IndexFunc(rest, sure))
		}
		start(independent(rest, out))
	}
	for _, p := range rest {
		place := 0
		if n := len(out); n > 0 {
			place = out[n-1].place + 1
		}
		out = append(out, step{p, place})
	}
	return out
}

func preference(preferred []alerting.Channel, p people.Path) int {
	if slices.Contains(preferred, p.Channel) {
		return 0
	}
	return 1
}

func sure(p people.Path) bool { return p.Channel != alerting.ChannelPush }

// independent is the first sure path that runs over something else than what has
// begun; -1 where there is none, or none is wanted any more.
func independent(paths []people.Path, begun []step) int {
	first := slices.IndexFunc(begun, func(s step) bool { return sure(s.Path) })
	if first < 0 {
		return -1
	}
	other := func(p people.Path) bool { return sure(p) && p.Via != begun[first].Via }
	if slices.ContainsFunc(begun, func(s step) bool { return other(s.Path) }) {
		return -1
	}
	return slices.IndexFunc(paths, other)
}
