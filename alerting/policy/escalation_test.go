package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// brief writes legs as "level@seconds contact channel/path", without what
// stands for itself.
func brief(legs []alerting.Leg) []string {
	var out []string
	for _, l := range legs {
		out = append(out, fmt.Sprintf("%d@%d %s %s/%d", l.Level, int(l.After/time.Second), l.Contact, l.Channel, l.Path))
	}
	return out
}

func legsFor(s *policy.Set, o policy.Occasion, a alerting.Audience) []alerting.Leg {
	return legsOf(s.Open(o), a)
}

func TestCriticalIncidentClimbsToThePolice(t *testing.T) {
	s := policy.Compile(campus(), nil)
	assert.Equal(t, []string{
		// The desk on two independent ways at once, the assigned officer by text and
		// call; their push is an extra.
		"0@0 desk mqtt/0", "0@0 console/liaison console/0", "0@0 webhook/platform webhook/0",
		"0@0 assigned sms/0", "0@0 desk sms/0", "0@0 assigned voice/0", "0@0 seat voice/0",
		"0@0 assigned push/1",
		// The leader by voice first, though the text stands first in their paths.
		"1@15 leader voice/0", "1@15 leader sms/1",
		"2@30 chief voice/0", "2@30 neighbour voice/0",
	}, brief(legsFor(s, live("emergency"), alerting.Police)))
}

// A critical incident begins on two independent paths at every level, the
// preferred channel among them; a high one takes one path after the other.
func TestLaterLevelsOfACriticalIncidentBeginOnTwoPathsToo(t *testing.T) {
	overInternet := voice()
	overInternet.Via = alerting.ViaInternet
	d := people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: []people.Contact{
		contact(alerting.Police, "leader", paths(push(), sms(), overInternet), people.DutyStationLeader),
		contact(alerting.Police, "one-way", paths(sms(), voice()), people.DutyStationLeader),
		contact(alerting.School, "deputy", paths(sms(), voice(), group()), people.DutyDeputy),
		contact(alerting.School, "principal", paths(sms(), overInternet), people.DutyPrincipal),
	}})
	s := policy.Compile(d, nil)
	assert.ElementsMatch(t, []string{
		"1@15 leader voice/0", "1@15 leader sms/0", "1@15 leader push/1", "1@15 one-way voice/0", "1@15 one-way sms/1",
	}, brief(legsFor(s, live("emergency"), alerting.Police)), "push is none of the two, nor is what runs over the same")
	assert.ElementsMatch(t, []string{
		"1@30 deputy sms/0", "1@30 deputy wecom/0", "1@30 deputy voice/1", "2@60 principal sms/0", "2@60 principal voice/0",
	}, brief(legsFor(s, live("emergency"), alerting.School)))
	assert.Contains(t, s.Explain(live("emergency")).String(), "1. 语音电话 / voice call (互联网 / internet)")
	assert.ElementsMatch(t, []string{"1@30 leader push/0", "1@30 leader sms/1", "1@30 leader voice/2", "1@30 one-way sms/0", "1@30 one-way voice/1"},
		brief(legsFor(s, live("intrusion"), alerting.Police)))
}

func TestHighIncidentClimbsMoreSlowly(t *testing.T) {
	s := policy.Compile(campus(), nil)
	assert.Equal(t, []string{
		"0@0 desk mqtt/0", "0@0 console/liaison console/0", "0@0 webhook/platform webhook/0",
		"0@0 assigned push/0", "0@0 assigned sms/1", "0@0 desk sms/1", "0@0 assigned voice/2",
		"1@30 leader sms/0", "1@30 leader voice/1",
		"2@60 seat voice/0",
	}, brief(legsFor(s, live("intrusion"), alerting.Police)), "one path after the other")
	assert.Equal(t, []string{
		"0@0 officer console/0", "0@0 leader-today sms/0", "0@0 leader-today voice/1", "0@0 officer wecom/1", "0@0 officer sms/2", "0@0 officer voice/3",
	}, ofLevel(legsFor(s, live("intrusion"), alerting.School), 0))
	assert.Equal(t, []string{"1@60 deputy sms/0", "1@60 deputy voice/1"}, ofLevel(legsFor(s, live("intrusion"), alerting.School), 1))
	assert.Equal(t, []string{"2@180 principal sms/0", "2@180 principal voice/1"}, ofLevel(legsFor(s, live("intrusion"), alerting.School), 2))
}

func ofLevel(legs []alerting.Leg, level int) []string {
	return brief(slices.DeleteFunc(slices.Clone(legs), func(l alerting.Leg) bool { return l.Level != level }))
}

// climb writes the steps of an audience as "level@seconds".
func climb(s *policy.Set, o policy.Occasion, a alerting.Audience) []string {
	var out []string
	for _, step := range s.Open(o).Plan.Steps {
		if step.Audience != a {
			continue
		}
		text := fmt.Sprintf("%d@%d", step.Level, int(step.After/time.Second))
		if step.Everybody {
			text += " everybody"
		}
		if step.Repeat > 0 {
			text += fmt.Sprintf(" every %d", int(step.Repeat/time.Second))
		}
		out = append(out, text)
	}
	return out
}

func TestLastLevelTellsEverybodyAgain(t *testing.T) {
	s := policy.Compile(campus(), nil)
	assert.Equal(t, []string{"1@15", "2@30", "3@60 everybody every 60"}, climb(s, live("emergency"), alerting.Police))
	assert.Equal(t, []string{"1@30", "2@60"}, climb(s, live("emergency"), alerting.School))
	assert.Equal(t, []string{"1@30", "2@60", "3@120 everybody every 120"}, climb(s, live("intrusion"), alerting.Police))
	assert.Equal(t, []string{"1@90", "2@120", "3@180 everybody every 120"}, climb(s, live("fight"), alerting.Police))
	assert.Equal(t, []string{"1@600"}, climb(s, live("hazard"), alerting.School))
	assert.Equal(t, []string{"1@120", "2@300"}, climb(s, live("bullying"), alerting.School))
	assert.Empty(t, climb(s, live("bullying"), alerting.Police))
	bare := set()
	assert.Equal(t, []string{"3@60 everybody every 60"}, climb(bare, live("emergency"), alerting.Police), "a level that has nobody is passed over")
	assert.Empty(t, climb(s, at("emergency", devices.Test), alerting.Police))
	assert.Empty(t, climb(s, at("emergency", devices.Drill), alerting.Police))
	assert.NotEmpty(t, climb(s, at("emergency", devices.Drill), alerting.School))
}

func TestLevelsComeOnTopOfAnAudiencesOwnWait(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, l := range legsFor(s, live("fight"), alerting.Police) {
		assert.Equal(t, seconds(60+[]int{0, 30, 60}[l.Level]), l.After, l.Contact)
	}
	for _, l := range legsFor(s, live("emergency"), alerting.District) {
		assert.Equal(t, seconds(120), l.After)
	}
}

func TestNobodyIsListedTwice(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, kind := range s.Kinds("ziwei") {
		for _, mode := range devices.Modes() {
			levels, keys := map[string]int{}, map[alerting.LegKey]bool{}
			for _, l := range s.Open(at(kind, mode)).Plan.Legs {
				assert.False(t, keys[l.Key()], "%s: %s %s twice", kind, l.Contact, l.Channel)
				keys[l.Key()] = true
				who := string(l.Audience) + " " + l.Contact
				level, listed := levels[who]
				assert.True(t, !listed || level == l.Level, "%s: %s is told at two levels", kind, who)
				levels[who] = l.Level
			}
		}
	}
	officer := legsFor(s, live("emergency"), alerting.School)
	for _, l := range officer {
		if l.Contact == "officer" {
			assert.Zero(t, l.Level, "the officer is a deputy too: at their lowest level")
			assert.Equal(t, "officer", l.Duty)
		}
	}
}

func TestWhatAContactHasIsNoContactBesideIt(t *testing.T) {
	for _, l := range policy.Compile(campus(), nil).Open(live("emergency")).Plan.Legs {
		assert.NotEqual(t, "mqtt/desk-1", l.Contact)
		assert.NotEqual(t, "console/officer", l.Contact)
	}
	legs := legsFor(policy.Compile(campus(), nil), live("emergency"), alerting.Guards)
	assert.Equal(t, []string{"0@0 mqtt/gatehouse-1 mqtt/0", "0@0 console/guard console/0", "0@0 guard-1 sms/0"}, brief(legs))
	assert.Equal(t, "response-unit", legs[0].Duty, "a terminal without a contact is one of its own")
	assert.Equal(t, "gatehouse-1", legs[0].Recipient)
}

func TestOnlyOneOfTwoIndependentPathsMayBeAnExtra(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, kind := range []alerting.Kind{"emergency", "attack", "fire", "drowning"} {
		at0 := map[string][]alerting.Leg{}
		for _, l := range s.Open(live(kind)).Plan.Legs {
			if l.Level == 0 && l.Path == 0 {
				at0[string(l.Audience)+l.Contact] = append(at0[string(l.Audience)+l.Contact], l)
			}
		}
		for who, legs := range at0 {
			require.LessOrEqual(t, len(legs), 2, who)
			if len(legs) == 2 && who != "policeassigned" { // whom the policy has called at once, whatever that runs over
				assert.NotEqual(t, legs[0].Via, legs[1].Via, who)
				assert.NotEqual(t, alerting.ChannelPush, legs[0].Channel, who)
				assert.NotEqual(t, alerting.ChannelPush, legs[1].Channel, who)
			}
		}
		assert.Len(t, at0["policedesk"], 2)
		assert.Len(t, at0["schoolofficer"], 2)
		for _, l := range at0["policeassigned"] {
			assert.NotEqual(t, alerting.ChannelPush, l.Channel, "an extra")
		}
		assert.Len(t, at0["policeassigned"], 2)
	}
}

func TestSharesStandWhereANextPathWaits(t *testing.T) {
	for _, l := range legsFor(policy.Compile(campus(), nil), live("emergency"), alerting.Police) {
		switch l.Contact + " " + string(l.Channel) {
		case "assigned sms":
			assert.Equal(t, [3]time.Duration{seconds(15), seconds(10), seconds(15)}, [3]time.Duration{l.Budget, l.Share, l.Limit})
		case "assigned voice":
			assert.Equal(t, [3]time.Duration{seconds(20), seconds(20), seconds(30)}, [3]time.Duration{l.Budget, l.Share, l.Limit})
		case "assigned push":
			assert.Equal(t, [3]time.Duration{seconds(2), 0, seconds(10)}, [3]time.Duration{l.Budget, l.Share, l.Limit}, "the last path")
		case "desk mqtt":
			assert.Equal(t, [3]time.Duration{500 * time.Millisecond, 0, seconds(2)}, [3]time.Duration{l.Budget, l.Share, l.Limit})
		}
	}
}

func TestDrillReachesThePoliceOnlyWhereItWasFiled(t *testing.T) {
	s := policy.Compile(campus(), nil)
	unfiled := at("emergency", devices.Drill)
	filed := unfiled
	filed.Filed = true
	assert.Empty(t, legsFor(s, unfiled, alerting.Police))
	assert.Empty(t, legsFor(s, unfiled, alerting.District))
	assert.NotEmpty(t, legsFor(s, unfiled, alerting.School))
	assert.Equal(t, s.Open(live("emergency")).Plan.Legs, s.Open(filed).Plan.Legs)
	always := own(t, `{drills: {police: always, guards: never}}`)
	assert.NotEmpty(t, legsFor(always, unfiled, alerting.Police))
	assert.Empty(t, legsFor(always, filed, alerting.Guards))
	assert.NotEmpty(t, legsFor(always, live("emergency"), alerting.Guards), "a drill's rule touches no real alarm")
}

func TestConfidentialIncidentGoesToNamedPeopleOverTheirOwnChannels(t *testing.T) {
	s := policy.Compile(campusOf(
		people.Account{Name: "seat", Role: alerting.RoleLiaison, Named: true}, people.Account{Name: "head", Role: alerting.RoleOfficer, Named: true},
	), nil)
	assert.Equal(t, []string{
		"0@0 console/head console/0", "0@0 counsellor sms/0", "1@120 dean voice/0", "2@300 principal sms/0", "2@300 principal voice/1",
		"0@1800 protection sms/0",
	}, brief(s.Open(live("bullying")).Plan.Legs))
	danger := s.Open(live("welfare", policy.FactLifeInDanger))
	for _, l := range danger.Plan.Legs {
		if l.Channel == alerting.ChannelConsole {
			assert.Contains(t, []string{"seat", "head"}, l.Recipient, "a page would have the whole incident")
		}
		assert.NotContains(t, []alerting.Channel{alerting.ChannelWebhook, alerting.ChannelWeCom}, l.Channel)
		if l.Audience == alerting.School {
			assert.Contains(t, []string{"console/head", "counsellor", "principal"}, l.Contact)
		}
		assert.Equal(t, l.Channel == alerting.ChannelMQTT, policy.Masked(l, danger.Confidential, true))
		assert.True(t, policy.Masked(l, danger.Confidential, false), "whoever is not named")
		assert.False(t, policy.Masked(l, false, false))
	}
	assert.NotEmpty(t, legsOf(danger, alerting.Police), "the desk learns that help is needed")
	assert.NotEmpty(t, legsOf(danger, alerting.Guards))
}

func TestLowSeverityWaitsForTheMorning(t *testing.T) {
	s := policy.Compile(campus(), nil)
	first := func(kind alerting.Kind, when time.Time, facts ...policy.Fact) time.Duration {
		o := live(kind, facts...)
		o.At = when
		return legsFor(s, o, alerting.School)[0].After
	}
	late := time.Date(2026, 3, 2, 22, 0, 0, 0, china)
	assert.Equal(t, 8*time.Hour+30*time.Minute, first("hazard", late))
	assert.Equal(t, 8*time.Hour+30*time.Minute, first("hazard", late.UTC()), "by the school's own clock")
	assert.Equal(t, 6*time.Hour+30*time.Minute, first("hazard", midnight))
	assert.Equal(t, time.Second, first("hazard", midnight.Add(6*time.Hour+29*time.Minute+59*time.Second)))
	assert.Zero(t, first("hazard", midnight.Add(6*time.Hour+30*time.Minute)))
	assert.Zero(t, first("hazard", late.Add(-time.Second)))
	assert.Zero(t, first("hazard", time.Time{}), "nobody said when")
	for _, kind := range []alerting.Kind{"button-lost", "tamper", "uplink-lost", "hub-fault", "emergency", "intrusion"} {
		assert.Zero(t, first(kind, midnight), "%s waits for nobody's sleep", kind)
	}
	assert.Zero(t, first("post-uncovered", midnight, policy.FactPupilsMoving), "high")
	assert.Zero(t, first("lone-worker", late, policy.FactUnreached), "nobody knows how they are")
	test := live("hazard")
	test.Mode, test.At = devices.Test, midnight
	assert.Zero(t, legsFor(s, test, alerting.School)[0].After)
}

func TestNightBeginsAndEndsByTheSchoolsClock(t *testing.T) {
	s := policy.Compile(campus(), nil)
	after := func(h, m int) time.Duration {
		o := live("intrusion", policy.FactSensor)
		o.At = time.Date(2026, 3, 2, h, m, 0, 0, china).UTC()
		return legsFor(s, o, alerting.Police)[0].After
	}
	assert.Equal(t, []time.Duration{seconds(60), 0, 0, 0, seconds(60)},
		[]time.Duration{after(21, 59), after(22, 0), after(0, 0), after(5, 59), after(6, 0)})
}

func TestLegsFollowOneAnotherAsTheyAreTold(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, kind := range s.Kinds("ziwei") {
		legs := s.Open(live(kind)).Plan.Legs
		assert.True(t, slices.IsSortedFunc(legs, func(a, b alerting.Leg) int {
			x := slices.Index(alerting.Audiences(), a.Audience) - slices.Index(alerting.Audiences(), b.Audience)
			if x != 0 {
				return x
			}
			return a.Level - b.Level
		}), "%s: %s", kind, strings.Join(brief(legs), ", "))
	}
}

func TestSetsPlansAreTheCallersOwn(t *testing.T) {
	s := policy.Compile(campus(), nil)
	a := s.Open(live("emergency"))
	a.Plan.Legs[0].Recipient = "changed"
	assert.NotEqual(t, "changed", s.Open(live("emergency")).Plan.Legs[0].Recipient)
}

func TestPolicyStandsBesideItsPeople(t *testing.T) {
	d := campus()
	rules, faults := read(t, `{kinds: {fight: {police: 0}}}`)
	require.Empty(t, faults)
	governed := d.WithPolicy(policy.Compile(d, map[string]*policy.Rules{"ziwei": rules}))
	o := live("fight")
	assert.Zero(t, legsOf(policy.Open(governed, o), alerting.Police)[0].After)
	assert.Equal(t, policy.Of(governed).Open(o), policy.Open(governed, o))
	assert.Equal(t, seconds(60), legsOf(policy.Open(d, o), alerting.Police)[0].After, "without one the built-in policy")
	assert.Equal(t, policy.Of(d).Open(o), policy.Open(d, o))
	assert.Equal(t, policy.Open(d, o), policy.Opening(d, "ziwei", gate, "fight", devices.Live, false))
}
