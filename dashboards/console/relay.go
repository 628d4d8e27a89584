package console

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// relayLine is what the school passes on to those whom the hub cannot tell.
type relayLine struct {
	callLine
	Text string
	Done bool // somebody has
}

// passedOn reports whether it is told to them by the school, and is no number.
func passedOn(to alerting.Callee) bool {
	return slices.Contains([]alerting.Callee{alerting.CallGuards, alerting.CallStaff, alerting.CallDistrict}, to)
}

// Relays are the reader's to pass on: of an officer of the school.
func (d *detail) Relays() []relayLine {
	if d.Account.Role != alerting.RoleOfficer {
		return nil
	}
	school, _ := d.people.School(d.Incident.School)
	var out []relayLine
	for _, r := range policy.Of(d.people).Relays(policy.Facts{Incident: d.Incident, School: school, Now: d.now}) {
		to := alerting.Callee(r.Audience)
		l := relayLine{Text: d.Text(r.Text), callLine: callLine{Code: string(to), Name: d.Say("audience." + string(r.Audience)), CommandID: d.CommandID()}}
		for _, k := range d.Calls {
			if k.To == to {
				l.Stamps, l.Done = append(l.Stamps, d.relayStamp(k)), l.Done || k.Reached
			}
		}
		out = append(out, l)
	}
	return out
}

func (d *detail) relayStamp(k alerting.Call) string {
	key := "relay.stamp.missed"
	if k.Reached {
		key = "relay.stamp"
	}
	return d.Say(key, "time", d.timeOf(k.At, d.Incident.School), "role", d.Say("role."+string(k.Role)))
}
