package config

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/sms"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// texting is an SMS gateway over which somebody of an audience is told.
type texting struct {
	gateway, school string
	audience        alerting.Audience
}

// checkTelephones tries the longest texts of everybody who is told by text
// message, with the names of their school and its places: one that has to be
// told in fewer words is warned of, one for which even the fewest are too many
// is a fault. Neither may be found out in an emergency.
func (r *reader) checkTelephones() {
	tried := map[texting]bool{}
	for _, c := range r.config.Contacts {
		for _, p := range c.Paths {
			for _, s := range c.Schools {
				k := texting{p.Gateway, s, c.Audience}
				if p.Channel != alerting.ChannelSMS || tried[k] {
					continue
				}
				tried[k] = true
				r.texted(k)
			}
		}
	}
}

func (r *reader) texted(k texting) {
	at, named := r.named["gateway "+k.gateway]
	g, carries := r.gatewayCalled(k.gateway)
	s, serves := r.schoolCalled(k.school)
	if !named || !carries || !serves {
		return // reported already
	}
	for _, t := range policy.Samples(s, k.audience) {
		if err := sms.CheckAlarm(t.Fewest, g); err != nil {
			r.fault(at, "gateway %q could not carry what the %s of %s are told (%s), not even in the fewest words: %v; raise its segments, or shorten its signature", g.Name, k.audience, k.school, t.Event, err)
			return
		}
	}
	for _, t := range policy.Samples(s, k.audience) {
		if err := sms.CheckAlarm(t.Full, g); err != nil {
			r.warn(at, WarnShortened, k.school, holes{"gateway": g.Name, "audience": string(k.audience)}, "raise the gateway's segments, or shorten the names of school and places", "gateway %q would carry what the %s of %s are told (%s) only in fewer words: %v", g.Name, k.audience, k.school, t.Event, err)
			return
		}
	}
}

func (r *reader) gatewayCalled(name string) (people.Gateway, bool) {
	for _, g := range r.config.Gateways {
		if g.Name == name {
			return g, g.Channel == alerting.ChannelSMS
		}
	}
	return people.Gateway{}, false
}

func (r *reader) schoolCalled(id string) (people.School, bool) {
	for _, s := range r.config.Schools {
		if s.ID == id {
			return s, true
		}
	}
	return people.School{}, false
}
