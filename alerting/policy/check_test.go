package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// checked is what is wrong with a policy at a campus of the contacts.
func checked(t *testing.T, text string, c []people.Contact) policy.Findings {
	t.Helper()
	return checkedWith(t, text, c, 2)
}

// checkedWith lets so many officers hold the release right.
func checkedWith(t *testing.T, text string, c []people.Contact, holders int) policy.Findings {
	t.Helper()
	rules, faults := read(t, text)
	require.Empty(t, faults)
	of := []string{"ziwei"}
	accounts := []people.Account{
		{Name: "officer", Role: alerting.RoleOfficer, Schools: of, Named: true},
		{Name: "seat", Role: alerting.RoleLiaison, Schools: of, Named: true, Via: alerting.ViaLAN},
	}
	for k := range holders {
		accounts = append(accounts, people.Account{Name: fmt.Sprintf("head-%d", k), Role: alerting.RoleOfficer, Schools: of, Release: true})
	}
	d := people.New(people.Lists{
		Schools:   []people.School{ziwei},
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: of, Via: alerting.ViaLAN}},
		Accounts:  accounts,
		Contacts:  c,
	})
	return policy.Check(rules, "policies[0]", d, ziwei, noon)
}

func said(f policy.Findings) string {
	var out []string
	for _, one := range f.Faults {
		out = append(out, one.String())
	}
	return strings.Join(out, "\n")
}

func without(names ...string) []people.Contact {
	return slices.DeleteFunc(contacts(), func(c people.Contact) bool { return slices.Contains(names, c.Name) })
}

func TestSchoolWithSomebodyForEveryDutyHolds(t *testing.T) {
	found := checked(t, "{}", contacts())
	assert.Empty(t, said(found))
	assert.Empty(t, found.Untold)
}

func TestSchoolWithoutContactsIsAskedForNoMoreAndWarned(t *testing.T) {
	found := checked(t, "{}", nil)
	assert.Empty(t, said(found), "one terminal is what it has, and it claims no more")
	require.Len(t, found.Warnings, 4)
	for i, want := range []string{
		"the hub has nobody of guards to tell at ziwei",
		"attack, crowd, fire, weather: the hub has nobody of staff to tell at ziwei",
		"the hub has nobody of district to tell at ziwei",
		"emergency, fire, lone-worker: critical, and the police of ziwei are told over lan alone",
	} {
		assert.Contains(t, found.Warnings[i].Message, want)
	}
	assert.Empty(t, checked(t, "{}", contacts()).Warnings)
}

func TestWhoeverIsMissingBehindALevelOrARightIsWarnedOf(t *testing.T) {
	found := checked(t, "{}", without("leader"))
	require.Len(t, found.Warnings, 1)
	assert.Contains(t, found.Warnings[0].Message, "nobody of police at ziwei answers for: E1 level 1 after 15s (station-leader); E2 level 1 after 30s (station-leader)")
	for held, want := range map[int]string{
		0: "crowd, emergency, fire, health, intrusion and 2 more: parents are told by somebody who may release, and ziwei has 0",
		1: "health: parents are told by two who may release, and ziwei has 1",
	} {
		found := checkedWith(t, "{}", contacts(), held)
		assert.Empty(t, said(found), "it is a gap and no contradiction")
		require.Len(t, found.Warnings, 1, held)
		assert.Contains(t, found.Warnings[0].Message, want)
	}
	assert.Empty(t, checkedWith(t, "kinds: {health: {parents: R1}}", contacts(), 1).Warnings, "the school asks for one alone")
}

func TestNoPolicyOpensWhatIsForNamedRecipientsAlone(t *testing.T) {
	for text, want := range map[string]string{
		"kinds: {bullying: {confidentiality: C0}}": "policies[0].kinds.bullying.confidentiality: bullying is for named recipients alone: want C2",
		"kinds: {welfare: {confidentiality: C1}}":  "policies[0].kinds.welfare.confidentiality: welfare is for named recipients alone: want C2",
		"kinds: {welfare: {parents: R1}}":          "policies[0].kinds.welfare.parents: welfare is for named recipients alone, and never told to parents: want R0 or never",
		"kinds: {crowd: {confidentiality: C2}}":    "policies[0].kinds.crowd.parents: crowd is for named recipients alone, and never told to parents: want R0 or never",
	} {
		assert.Contains(t, said(checked(t, text, contacts())), want, text)
	}
	assert.NotContains(t, said(checked(t, "kinds: {crowd: {confidentiality: C2, parents: never}}", contacts())), "parents")
}

func TestACriticalKindThatIsKeptFromThePoliceIsWarnedOf(t *testing.T) {
	found := checked(t, "kinds: {fire: {police: never}}", contacts())
	assert.Empty(t, said(found), "the school leads, and may decide so")
	require.Len(t, found.Warnings, 1)
	assert.Equal(t, "policies[0]: fire: critical, and the police are not told of it at ziwei by the plan", strings.TrimLeft(found.Warnings[0].String(), "0123456789: "))
}

// A roof's door at night is critical, and the built-in policy leaves the police to
// those who are named for it; a school that takes them from a life in danger is
// warned.
func TestWhatTheBuiltInPolicyLeavesToPeopleIsNoWarning(t *testing.T) {
	assert.Empty(t, checked(t, "{}", contacts()).Warnings)
	found := checked(t, "kinds: {welfare: {variants: {life-in-danger: {police: decide, lead: school}}}}", contacts())
	require.Len(t, found.Warnings, 1)
	assert.Contains(t, found.Warnings[0].Message, "welfare: critical, and the police are not told of it at ziwei by the plan")
}

func TestWhoLeadsIsTold(t *testing.T) {
	for text, want := range map[string]string{
		"kinds: {fire: {police: never, lead: police}}":                                     "kinds.fire.police: police is the lead, which closes it, and would never be told",
		"kinds: {fire: {school: never}}":                                                   "kinds.fire.school: school is the lead, which closes it, and would never be told",
		"kinds: {device-lost: {lead: police}}":                                             "kinds.device-lost.lead: police is the lead, which closes it, and would never be told",
		"kinds: {lone-worker: {variants: {second-window: {police: never, lead: police}}}}": "kinds.lone-worker.police: police is the lead",
		"kinds: {attack: {police: 5000}}":                                                  "kinds.attack.police: waits 5000 s: of a critical kind police must be told within 300 s",
		"kinds: {attack: {police: 300}}":                                                   "",
		"kinds: {traffic: {police: 5000}}":                                                 "",
		"kinds: {traffic: {police: 5000, severity: critical}}":                             "kinds.traffic.police: waits 5000 s",
	} {
		_, faults := read(t, text)
		if want == "" {
			assert.Empty(t, faults, text)
			continue
		}
		require.Len(t, faults, 1, text)
		assert.Contains(t, faults[0].String(), want)
	}
}

// What cannot be read is not judged, and nothing else is spared for it.
func TestOneFaultHidesNoOther(t *testing.T) {
	_, faults := read(t, "quiet: soon\nescalation: {E2: {police: {levels: [{after: 0, duties: [station-dsk]}]}}}\nkinds:\n  fire: {school: never}\n  crowd: {lead: polis, school: never}\n  drowning: {escalation: [E9]}\n  medical: {note: {zh: \"\", en: look}}\n")
	var got []string
	for _, f := range faults {
		got = append(got, f.Path)
	}
	assert.ElementsMatch(t, []string{
		"policies[0].quiet", "policies[0].escalation.E2.police.levels[0].duties[0]", "policies[0].kinds.fire.school",
		"policies[0].kinds.crowd.lead", "policies[0].kinds.drowning.escalation[0]", "policies[0].kinds.medical.note.zh",
	}, got)
}

func TestCriticalKindsNeedTwoWaysToThePolice(t *testing.T) {
	lan := contact(alerting.Police, "desk", paths(mqtt("desk-1")), people.DutyStationDesk)
	later := contact(alerting.Police, "leader", paths(sms()), people.DutyStationLeader)
	extra := contact(alerting.Police, "assigned", paths(push()), people.DutyAssignedOfficer)
	const want = "attack, drowning, emergency, fire, lone-worker: critical, and the police of ziwei are told over lan alone: want two paths over different ways at level 0"
	for name, c := range map[string][]people.Contact{
		"one way": {lan}, "the second way comes later": {lan, later}, "push is an extra": {lan, extra},
	} {
		assert.Contains(t, said(checked(t, "{}", c)), want, name)
	}
	desk := contact(alerting.Police, "desk", paths(mqtt("desk-1"), sms()), people.DutyStationDesk)
	assert.Empty(t, said(checked(t, "{}", []people.Contact{desk})))
}

// A console page is a way of its own where it runs over something else than the
// desk beside it.
func TestAPageIsAWayOfItsOwn(t *testing.T) {
	of := []string{"ziwei"}
	warned := func(via alerting.Via) []policy.Fault {
		found := policy.Check(policy.BuiltIn(), "", people.New(people.Lists{
			Schools:   []people.School{ziwei},
			Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: of, Via: alerting.ViaLAN}},
			Accounts: []people.Account{
				{Name: "liaison", Role: alerting.RoleLiaison, Schools: of, Via: via, Named: true},
				{Name: "officer", Role: alerting.RoleOfficer, Schools: of, Named: true},
			},
		}), ziwei, noon).Warnings
		return slices.DeleteFunc(found, func(f policy.Fault) bool { return !strings.Contains(f.Message, "the police of ziwei are told over") })
	}
	assert.Len(t, warned(""), 1, "on the school's network, as nobody says otherwise")
	assert.Len(t, warned(alerting.ViaLAN), 1)
	assert.Empty(t, warned(alerting.ViaInternet))
}

func TestLevelThatTellsNobodyIsSaid(t *testing.T) {
	text := "escalation:\n  E1:\n    police:\n      levels:\n        - {after: 0, duties: [station-desk]}\n        - {after: 9, duties: [neighbour-station]}\n"
	assert.Empty(t, said(checked(t, text, contacts())))
	assert.Contains(t, said(checked(t, text, without("neighbour"))),
		"6:11: policies[0].escalation.E1.police.levels[1]: nobody of police answers for neighbour-station at ziwei: this level would tell nobody")
	assert.Contains(t, said(checked(t, text, nil)), "levels[1]", "what a school writes itself it must be able to keep, contacts or not")
	to := "kinds: {fire: {to: {school: [technician]}}}"
	assert.Empty(t, said(checked(t, to, contacts())))
	assert.Contains(t, said(checked(t, to, without("technician"))), "policies[0].kinds.fire.to.school: nobody of school answers for technician")
}

func TestConfidentialKindsNeedSomebodyNamed(t *testing.T) {
	of := []string{"ziwei"}
	d := people.New(people.Lists{
		Schools:   []people.School{ziwei},
		Terminals: []people.Terminal{{Audience: alerting.School, ID: "office-1", Schools: of, Via: alerting.ViaLAN}},
		Contacts:  []people.Contact{contact(alerting.Police, "desk", paths(sms()), people.DutyStationDesk), contact(alerting.School, "officer", paths(sms()), people.DutyOfficer)},
	})
	text := said(policy.Check(policy.BuiltIn(), "", d, ziwei, noon))
	assert.Contains(t, text, "nobody of school would be told of bullying, welfare at ziwei: want a contact or account that is named")
}

func TestContactThatNoLineTellsIsSaid(t *testing.T) {
	c := contacts()
	c = append(c, contact(alerting.School, "second", paths(sms()), people.DutySecondDeputy))
	assert.Equal(t, []string{"second"}, checked(t, "{}", c).Untold, "not named, and asked for by confidential lines alone")
}

func TestOwnWordsMustFitATextMessage(t *testing.T) {
	school := ziwei
	school.Places = []alerting.Place{gate, {ID: "hall", Name: alerting.Text{ZH: strings.Repeat("厅", 20), EN: "Hall"}}}
	d := people.New(people.Lists{Schools: []people.School{school}})
	check := func(places int) string {
		zh := strings.Repeat("{place}", places)
		rules, faults := read(t, "kinds:\n  fire:\n    action: {guards: {zh: \""+zh+"\", en: go}}\n")
		require.Empty(t, faults)
		return said(policy.Check(rules, "policies[0]", d, school, noon))
	}
	assert.Empty(t, check(4))
	assert.Contains(t, check(6), "3:5: policies[0].kinds.fire.action: makes the text for school 157 characters long in Chinese",
		"a template is as long as what it becomes at the place with the longest name")
}
