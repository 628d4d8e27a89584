package api

import (
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
)

// stateOf is how a way stands: a terminal and a page by their connection, what
// is beyond the hub by the latest that went over it.
func (s *Service) stateOf(w Way) WayState {
	switch w.Leg.Channel {
	case alerting.ChannelMQTT:
		return worksIf(s.on != nil && s.on.Terminal(string(w.Leg.Audience)+"/"+w.Leg.Recipient))
	case alerting.ChannelConsole:
		return worksIf(s.on != nil && s.on.Console(w.Leg.Recipient))
	}
	return stateBy(w.Sign)
}

func worksIf(on bool) WayState {
	if on {
		return WayWorks
	}
	return WayFails
}

func stateBy(of trial.Sign) WayState {
	switch {
	case of.Works():
		return WayWorks
	case of.Fails():
		return WayFails
	}
	return WayUnknown
}

// deaf reports whether nothing beyond the acceptance is ever heard over a path:
// a mail server and a robot prove no more, and a text message's gateway without a
// key for callbacks could tell, and is not heard.
func (s *Service) deaf(p people.Path) bool {
	switch p.Channel {
	case alerting.ChannelMail, alerting.ChannelWeCom, alerting.ChannelDingTalk, alerting.ChannelFeishu:
		return true
	case alerting.ChannelSMS, alerting.ChannelVoice:
		g, known := s.people().Gateway(p.Gateway)
		return !known || len(g.Callback) == 0
	}
	return false
}

func (s *Service) carriedBy(all map[string]*Carrier, w Way) {
	g, known := s.people().Gateway(w.Gateway)
	if !known {
		return
	}
	c := all[g.Name]
	if c == nil {
		c = &Carrier{Name: g.Name, Channel: g.Channel, Via: g.Via, Deaf: w.Deaf}
		all[g.Name] = c
	}
	c.Ways++
	c.Sign = c.Sign.Latest(w.Sign)
	c.State = stateBy(c.Sign)
}

// masked is an address as it is shown: never whole. What is no address but a
// name of the hub's own, of a terminal, an account or a webhook, stays.
func masked(p people.Path) string {
	switch p.Channel {
	case alerting.ChannelSMS, alerting.ChannelVoice:
		const shown = 4
		if n := []rune(p.Address); len(n) > 2*shown {
			return "••••" + string(n[len(n)-shown:])
		}
		return "••••"
	case alerting.ChannelMail:
		name, host, _ := strings.Cut(p.Address, "@")
		if first := []rune(name); len(first) > 1 {
			return string(first[:1]) + "•••@" + host
		}
		return "•••@" + host
	case alerting.ChannelMQTT, alerting.ChannelConsole, alerting.ChannelPush, alerting.ChannelWebhook:
		return p.Address
	}
	return ""
}
