package config

import (
	"bytes"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

// carrying is a gateway that a school named for its parents.
type carrying struct {
	at      value
	channel alerting.Channel
	gateway string
	school  int // in the order of the configuration
}

// checkParents looks at what could only be looked up once all was read.
func (r *reader) checkParents() {
	for _, c := range r.carriers {
		g, ok := r.carrying(c)
		if !ok {
			continue
		}
		switch c.channel {
		case alerting.ChannelSMS:
			r.fits(c, g, r.config.Schools[c.school])
		case alerting.ChannelWeCom:
			r.apart(c, g)
		}
	}
	r.oneKey()
}

func (r *reader) carrying(c carrying) (people.Gateway, bool) {
	var known []string
	for _, g := range r.config.Gateways {
		if g.Channel != c.channel {
			continue
		}
		if g.Name == c.gateway {
			return g, true
		}
		known = append(known, g.Name)
	}
	r.fault(c.at, "there is no %s gateway %q%s", c.channel, c.gateway, suggestion(c.gateway, known))
	return people.Gateway{}, false
}

// fits reports, once, that a text to the school's parents would be refused
// when it is sent: that must not be found out in an emergency.
func (r *reader) fits(c carrying, g people.Gateway, s people.School) {
	for id, text := range release.Every(release.SchoolOf(s, s.Pickups)) {
		if err := sms.Check(text, g); err != nil {
			r.fault(c.at, "gateway %q could not carry %s: %v; raise its segments, or shorten the names of school and pick-up place", g.Name, id, err)
			return
		}
	}
}

// apart reports a group of parents in which responders are told too: its robot
// would say there what no parent may read.
func (r *reader) apart(c carrying, g people.Gateway) {
	for _, contact := range r.config.Contacts {
		for _, p := range contact.Paths {
			if p.Channel == g.Channel && r.sameRobot(p.Gateway, g) {
				r.fault(c.at, "contact %q is told of incidents in the group of robot %q: parents need a group of their own", contact.Name, g.Name)
				return
			}
		}
	}
}

func (r *reader) sameRobot(name string, g people.Gateway) bool {
	for _, o := range r.config.Gateways {
		if o.Name == name {
			return name == g.Name || len(g.Token) > 0 && bytes.Equal(o.Token, g.Token)
		}
	}
	return false
}

// oneKey reports parents of schools that push under different keys: a browser
// subscribes with one.
func (r *reader) oneKey() {
	by := map[string]carrying{}
	for _, c := range r.carriers {
		if c.channel == alerting.ChannelPush {
			by[r.config.Schools[c.school].ID] = c
		}
	}
	for _, a := range r.config.Accounts {
		if a.Role != alerting.RoleParent {
			continue
		}
		first := ""
		for _, s := range a.Schools {
			switch c, ok := by[s]; {
			case ok && first == "":
				first = c.gateway
			case ok && c.gateway != first:
				r.fault(c.at, "account %q is of a school that pushes over %q: a browser can have one gateway", a.Name, first)
			}
		}
	}
}
