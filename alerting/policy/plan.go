package policy

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// responders are the audiences that a plan tells by itself, in the order in
// which they are told.
var responders = []alerting.Audience{alerting.Police, alerting.School, alerting.Guards}

// Opening is what an incident of the kind at the place starts with: severity,
// lead, confidentiality and the frozen plan. silent incidents are kept from
// what others can see.
func Opening(d *people.Directory, school string, place alerting.Place, kind alerting.Kind, mode alerting.Mode, silent bool) alerting.Opening {
	r := ruleOf(kind)
	o := alerting.Opening{
		Place: place, Kind: kind, Severity: r.severity, Mode: mode, Silent: silent,
		Lead: r.lead, Confidential: r.confidential,
	}
	o.Plan = plan(d, school, r, mode)
	return o
}

func plan(d *people.Directory, school string, r rule, mode alerting.Mode) alerting.Plan {
	var p alerting.Plan
	for _, audience := range responders {
		after := r.after(audience)
		if after == never {
			continue
		}
		if mode == devices.Test {
			after = 0
		}
		for _, leg := range legs(d, school, audience, r.confidential) {
			leg.After = after
			leg.Budget, leg.Limit = budgets[audience].target, budgets[audience].limit
			p.Legs = append(p.Legs, leg)
		}
	}
	return p
}

// legs lists how an audience of a school is reached: terminals first, then
// consoles, then webhooks. A confidential incident goes to named people only:
// terminals and webhooks name nobody.
func legs(d *people.Directory, school string, a alerting.Audience, confidential bool) []alerting.Leg {
	var out []alerting.Leg
	add := func(recipient string, c alerting.Channel, via alerting.Via) {
		out = append(out, alerting.Leg{Audience: a, Recipient: recipient, Channel: c, Via: via})
	}
	if !confidential {
		for _, t := range d.TerminalsOf(school) {
			if t.Audience == a {
				add(t.ID, alerting.ChannelMQTT, t.Via)
			}
		}
	}
	for _, acc := range d.AccountsOf(school) {
		if acc.Role.SeesIncidents() && acc.Role.Audience() == a && (acc.Named || !confidential) {
			add(acc.Name, alerting.ChannelConsole, alerting.ViaLAN)
		}
	}
	if !confidential {
		for _, h := range d.WebhooksOf(school) {
			if h.Audience == a {
				add(h.Name, alerting.ChannelWebhook, h.Via)
			}
		}
	}
	return out
}

// Deadline is when a delivery planned now must have reached its endpoint.
func Deadline(l alerting.Leg, now time.Time) time.Time { return now.Add(l.Limit) }
