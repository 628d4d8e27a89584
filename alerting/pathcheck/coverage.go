package pathcheck

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// The least that a school needs: so many responders over so many independent
// paths.
const (
	LeastResponders = 2
	LeastPaths      = 2
)

// Coverage is who of a school's responders could be reached at a moment.
type Coverage struct {
	At         time.Time
	Responders int
	Vias       []alerting.Via // what their paths run over, each once
}

// Enough reports whether an alarm would reach two responders over two
// independent paths.
func (c Coverage) Enough() bool {
	return c.Responders >= LeastResponders && len(c.Vias) >= LeastPaths
}

// Connections says who is connected now.
type Connections interface {
	// Terminal reports whether a terminal has a live subscription.
	Terminal(user string) bool
	// Console reports whether an account has a page open.
	Console(account string) bool
}

// cover counts whom a school's alarms would reach now. Terminals and pages
// count while they are connected, and what a contact is reached by otherwise
// while its gateway has answered the last message; nobody counts twice.
func cover(d *people.Directory, school string, on Connections, answered map[string]bool, now time.Time) Coverage {
	c := Coverage{At: now}
	for _, r := range responders(d, school) {
		var up []alerting.Via
		for _, p := range r.paths {
			if p.up(r.name, r.audience, on, answered) {
				up = append(up, p.Via)
			}
		}
		if len(up) == 0 {
			continue
		}
		c.Responders++
		for _, v := range up {
			if !slices.Contains(c.Vias, v) {
				c.Vias = append(c.Vias, v)
			}
		}
	}
	slices.Sort(c.Vias)
	return c
}

type responder struct {
	name     string
	audience alerting.Audience
	paths    []path
}

type path struct{ people.Path }

func (p path) up(name string, a alerting.Audience, on Connections, answered map[string]bool) bool {
	switch p.Channel {
	case alerting.ChannelMQTT:
		return on.Terminal(string(a) + "/" + p.Address)
	case alerting.ChannelConsole:
		return on.Console(p.Address)
	case alerting.ChannelPush: // many telephones have no working push service
		return false
	case alerting.ChannelWebhook:
		return answered[contactPath(p.Address, p.Channel)]
	}
	return answered[contactPath(name, p.Channel)]
}

// responders lists who could act on a school's alarm, the written-down contacts
// first: what is a path of theirs is nobody beside them. A webhook that is
// nobody's path is a machine, and no responder.
func responders(d *people.Directory, school string) []responder {
	var out []responder
	taken := map[string]bool{}
	for _, c := range d.ContactsOf(school) {
		if !responding(c.Audience) {
			continue
		}
		r := responder{name: c.Name, audience: c.Audience}
		for _, p := range c.Paths {
			taken[string(c.Audience)+" "+contactPath(p.Address, p.Channel)] = true
			r.paths = append(r.paths, path{p})
		}
		out = append(out, r)
	}
	add := func(a alerting.Audience, c alerting.Channel, via alerting.Via, address string) {
		if responding(a) && !taken[string(a)+" "+contactPath(address, c)] {
			out = append(out, responder{audience: a, paths: []path{{people.Path{Channel: c, Via: via, Address: address}}}})
		}
	}
	for _, t := range d.TerminalsOf(school) {
		if !t.Public { // a sign acts on nothing
			add(t.Audience, alerting.ChannelMQTT, t.Via, t.ID)
		}
	}
	for _, a := range d.AccountsOf(school) {
		if a.Role.SeesIncidents() {
			add(a.Role.Audience(), alerting.ChannelConsole, a.Via, a.Name)
		}
	}
	return out
}

func responding(a alerting.Audience) bool {
	return a == alerting.Police || a == alerting.School || a == alerting.Guards
}
