package policy_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

var ziwei = people.School{
	ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Callback: "010-5555", Zone: china,
	Places: []alerting.Place{gate},
}

func contact(a alerting.Audience, name string, paths []people.Path, duties ...people.Duty) people.Contact {
	title := alerting.Text{ZH: duties[0].Title().ZH, EN: duties[0].Title().EN}
	return people.Contact{Name: name, Title: title, Audience: a, Duties: duties, Schools: []string{"ziwei"}, Paths: paths}
}

func named(c people.Contact) people.Contact { c.Named = true; return c }

func mqtt(id string) people.Path {
	return people.Path{Channel: alerting.ChannelMQTT, Via: alerting.ViaLAN, Address: id}
}

func page(name string) people.Path {
	return people.Path{Channel: alerting.ChannelConsole, Via: alerting.ViaLAN, Address: name}
}

func sms() people.Path {
	return people.Path{Channel: alerting.ChannelSMS, Via: alerting.ViaCellular, Address: "+8613900000001", Gateway: "sms"}
}

func voice() people.Path {
	return people.Path{Channel: alerting.ChannelVoice, Via: alerting.ViaCellular, Address: "+8613900000001", Gateway: "voice"}
}

func push() people.Path {
	return people.Path{Channel: alerting.ChannelPush, Via: alerting.ViaInternet, Address: "x", Gateway: "push"}
}

func group() people.Path {
	return people.Path{Channel: alerting.ChannelWeCom, Via: alerting.ViaInternet, Gateway: "group"}
}

func paths(p ...people.Path) []people.Path { return p }

// contacts is a school with somebody for every duty of the built-in policy.
func contacts() []people.Contact {
	return []people.Contact{
		contact(alerting.Police, "assigned", paths(push(), sms(), voice()), people.DutyAssignedOfficer),
		contact(alerting.Police, "chief", paths(voice()), people.DutyCommandChief),
		contact(alerting.Police, "desk", paths(mqtt("desk-1"), sms()), people.DutyStationDesk),
		contact(alerting.Police, "leader", paths(sms(), voice()), people.DutyStationLeader, people.DutyCommandChief),
		contact(alerting.Police, "neighbour", paths(voice()), people.DutyNeighbourStation),
		contact(alerting.Police, "seat", paths(voice()), people.DutyCommandSeat),
		named(contact(alerting.School, "counsellor", paths(group(), sms()), people.DutyNamedPerson)),
		contact(alerting.School, "deputy", paths(sms(), voice()), people.DutyDeputy),
		named(contact(alerting.School, "dean", paths(voice()), people.DutySecondDeputy)),
		contact(alerting.School, "leader-today", paths(sms(), voice()), people.DutyDutyLeader),
		contact(alerting.School, "officer", paths(page("officer"), group(), sms(), voice()), people.DutyOfficer, people.DutyDeputy),
		named(contact(alerting.School, "principal", paths(sms(), voice()), people.DutyPrincipal)),
		contact(alerting.School, "technician", paths(sms()), people.DutyTechnician),
		contact(alerting.Guards, "guard-1", paths(sms()), people.DutyGuard, people.DutySubstitute),
		contact(alerting.Guards, "guard-2", paths(sms()), people.DutyNeighbourPost, people.DutyRostered),
		contact(alerting.Staff, "teachers", paths(group()), people.DutyStaff),
		contact(alerting.District, "bureau", paths(sms()), people.DutyBureauDuty),
		named(contact(alerting.District, "protection", paths(sms()), people.DutyBureauProtection)),
	}
}

func campus() *people.Directory { return campusOf() }

// campusOf is the campus with further accounts.
func campusOf(further ...people.Account) *people.Directory {
	of := []string{"ziwei"}
	for i := range further {
		further[i].Schools = of
	}
	return people.New(people.Lists{
		Schools: []people.School{ziwei},
		Terminals: []people.Terminal{
			{Audience: alerting.Police, ID: "desk-1", Schools: of, Via: alerting.ViaLAN},
			{Audience: alerting.Guards, ID: "gatehouse-1", Schools: of, Via: alerting.ViaLAN},
		},
		Accounts: append([]people.Account{
			{Name: "liaison", Role: alerting.RoleLiaison, Schools: of},
			{Name: "officer", Role: alerting.RoleOfficer, Schools: of},
			{Name: "guard", Role: alerting.RoleGuard, Schools: of},
		}, further...),
		Webhooks: []people.Webhook{{Name: "platform", Audience: alerting.Police, Schools: of, Via: alerting.ViaInternet}},
		Contacts: contacts(),
	})
}

func at(kind alerting.Kind, mode alerting.Mode, facts ...policy.Fact) policy.Occasion {
	return policy.Occasion{School: "ziwei", Place: gate, Kind: kind, Mode: mode, At: noon, Facts: facts}
}

func live(kind alerting.Kind, facts ...policy.Fact) policy.Occasion {
	return at(kind, devices.Live, facts...)
}

// read reads a school's policy.
func read(t *testing.T, text string) (*policy.Rules, []policy.Fault) {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.NewDecoder(bytes.NewBufferString(text)).Decode(&doc))
	return policy.Read(doc.Content[0], "policies[0]", "schools")
}

// own is the campus under a policy of its own.
func own(t *testing.T, text string) *policy.Set {
	t.Helper()
	rules, faults := read(t, text)
	require.Empty(t, faults)
	return policy.Compile(campus(), map[string]*policy.Rules{"ziwei": rules})
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
