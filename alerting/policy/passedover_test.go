package policy_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// crew is the campus with more contacts, and leave for some of all.
func crew(t *testing.T, leave map[string]string, more ...people.Contact) *policy.Set {
	t.Helper()
	all := append(contacts(), more...)
	for name, text := range leave {
		i := slices.IndexFunc(all, func(c people.Contact) bool { return c.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		span, err := calendar.ParseSpan(text)
		require.NoError(t, err)
		all[i].Leave = append(all[i].Leave, span)
	}
	d := campus()
	return policy.Compile(people.New(people.Lists{
		Schools: []people.School{ziwei}, Terminals: d.TerminalsOf("ziwei"), Accounts: d.AccountsOf("ziwei"), Contacts: all,
	}), nil)
}

// today is the day of noon, by the school's own clock.
var today = calendar.On(noon, china).String()

// deputyTwo is a second deputy head, whose page is an account's.
func deputyTwo() people.Contact {
	return contact(alerting.School, "deputy-2", paths(sms(), page("second-head")), people.DutyDeputy)
}

func missed(p alerting.Plan) (out []string) {
	for _, o := range p.OffShift {
		out = append(out, strings.Join(strings.Fields(o.Contact+" "+string(o.Why)+" "+string(o.Told)), " "))
	}
	return out
}

// Whoever is on leave is passed over in favour of the other of their level, on
// every day of it by the school's own clock, the last one too.
func TestWhoeverIsOnLeaveIsPassedOver(t *testing.T) {
	s := crew(t, map[string]string{"deputy": today + ".." + calendar.On(noon, china).Add(1).String()}, deputyTwo())
	tells := func(at time.Time) bool {
		o := live("medical")
		o.At = at
		return strings.Contains(strings.Join(asked(s.Open(o).Plan, alerting.School), " "), "deputy 1")
	}
	p := s.Open(live("medical")).Plan
	assert.Contains(t, asked(p, alerting.School), "deputy-2 1 1m0s", "the other one, at the level's own time")
	assert.Equal(t, []string{"deputy on-leave"}, missed(p))
	assert.Equal(t, alerting.Text{ZH: "安全副校长", EN: "deputy head for safety"}, p.OffShift[0].Title)
	begins := time.Date(2026, 3, 2, 0, 0, 0, 0, china)
	require.Equal(t, begins.YearDay(), noon.In(china).YearDay())
	for at, told := range map[time.Duration]bool{
		-time.Hour: true, -59 * time.Second: false, time.Hour: false, 24 * time.Hour: false, 48*time.Hour - 61*time.Second: false, 48 * time.Hour: true,
	} {
		assert.Equal(t, told, tells(begins.Add(at)), "%s, when the level would come", at)
	}
	assert.Empty(t, missed(s.Open(at("medical", devices.Test)).Plan), "a test asks for nobody's leave")
	assert.Equal(t, []string{"deputy on-leave"}, missed(s.Open(at("medical", devices.Drill)).Plan))
}

// Whoever has signed for a critical incident of another school, by their page or
// from their telephone, is passed over; desks work on several at once.
func TestWhoeverIsOnAnotherIncidentIsPassedOver(t *testing.T) {
	s := crew(t, nil, deputyTwo())
	for by, want := range map[string][]string{
		"deputy":      {"deputy on-incident"},   // by the telephone
		"second-head": {"deputy-2 on-incident"}, // by their page
		"officer":     {"officer on-incident"},
		"desk":        nil, "desk-1": nil, "liaison": nil, "seat": nil, "chief": nil, "neighbour": nil, "somebody": nil,
	} {
		o := live("medical")
		o.Engaged = []string{by}
		assert.Equal(t, want, missed(s.Open(o).Plan), by)
		o.At = time.Time{}
		assert.Equal(t, want, missed(s.Open(o).Plan), "%s, whatever the time of day", by)
		o.Kind, o.At = "emergency", noon
		p := s.Open(o).Plan
		for _, desk := range []string{"desk", "seat", "console/liaison", "chief", "neighbour"} {
			assert.True(t, slices.ContainsFunc(p.Legs, func(l alerting.Leg) bool { return l.Contact == desk }), "%s: %s", by, desk)
		}
		o.Mode = devices.Test
		assert.Empty(t, s.Open(o).Plan.OffShift)
	}
	o := live("post-missed")
	o.Engaged, o.Named = []string{"guard-1"}, []policy.Named{{Duty: people.DutySubstitute, Contact: "guard-1"}}
	assert.Empty(t, s.Open(o).Plan.OffShift, "whom the roster names for it stands here")
	o.Named = nil
	assert.Equal(t, []string{"guard-1 on-incident nobody-on-shift"}, missed(s.Open(o).Plan))
}

// No level is left with nobody: where all of it would be passed over all of it
// are told, and the next one does not wait for them.
func TestALevelIsNeverEmptied(t *testing.T) {
	s := crew(t, map[string]string{"deputy-2": today, "principal": today}, deputyTwo())
	o := live("medical")
	o.Engaged = []string{"deputy", "officer"}
	p := s.Open(o).Plan
	assert.Equal(t, []string{"deputy 1 1m0s", "deputy-2 1 1m0s", "leader-today 0 0s", "officer 1 1m0s", "principal 1 1m0s"}, asked(p, alerting.School),
		"the first level has its duty leader; of the deputies, of whom the officer is one, nobody is there, and the head is told with them")
	assert.ElementsMatch(t, []string{
		"officer on-incident nobody-on-shift", "deputy on-incident nobody-on-shift", "deputy-2 on-leave nobody-on-shift", "principal on-leave nobody-on-shift",
	}, missed(p))
	steps := slices.DeleteFunc(p.Steps, func(s alerting.EscalationStep) bool { return s.Audience != alerting.School })
	assert.Equal(t, []alerting.EscalationStep{{Audience: alerting.School, Level: 1, After: time.Minute}}, steps)
	alone := crew(t, map[string]string{"leader-today": today})
	o.Engaged = []string{"officer"}
	o.Kind = "medical"
	assert.Subset(t, asked(alone.Open(o).Plan, alerting.School), []string{"leader-today 0 0s", "officer 0 0s"})
}

// Whoever is off shift stays so: they are not woken because the others of their
// level are elsewhere.
func TestWhoeverIsOffShiftIsNotWokenForOneWhoIsElsewhere(t *testing.T) {
	hours, err := people.ParseSpan("19:00-07:00")
	require.NoError(t, err)
	two := deputyTwo()
	two.Hours = people.Hours{hours}
	s := crew(t, map[string]string{"deputy": today}, two)
	o := live("medical")
	o.Engaged = []string{"officer"}
	assert.Equal(t, []string{"deputy 1 1m0s", "leader-today 0 0s", "officer 1 1m0s", "principal 1 1m0s"}, asked(s.Open(o).Plan, alerting.School))
	assert.ElementsMatch(t, []string{"deputy-2", "deputy on-leave nobody-on-shift", "officer on-incident nobody-on-shift"}, missed(s.Open(o).Plan))
}

// The police keep their second way of what is critical, whoever has gone.
func TestNobodyIsPassedOverWhoseWayIsTheSecondOne(t *testing.T) {
	d := campus()
	s := policy.Compile(people.New(people.Lists{
		Schools: []people.School{ziwei}, Terminals: d.TerminalsOf("ziwei"),
		Contacts: []people.Contact{contact(alerting.Police, "assigned", paths(sms(), voice()), people.DutyAssignedOfficer)},
	}), nil)
	o := live("emergency")
	o.Engaged = []string{"assigned"}
	assert.Equal(t, []string{"assigned on-incident one-way"}, missed(s.Open(o).Plan))
	assert.Contains(t, asked(s.Open(o).Plan, alerting.Police), "assigned 0 0s")
	o.Kind = "intrusion"
	assert.Equal(t, []string{"assigned on-incident"}, missed(s.Open(o).Plan), "of what is high the desk is told")
}

func TestWhoIsPassedOverIsExplainedAndFrozen(t *testing.T) {
	s := crew(t, map[string]string{"principal": today, "deputy-2": today}, deputyTwo())
	o := live("medical")
	o.Engaged = []string{"officer"}
	e := s.Explain(o)
	text := e.String()
	assert.Contains(t, text, "  学校安全员(安全办主任) / school safety officer: 正在处置另一起特急事件,略过 / on another critical incident, passed over\n")
	assert.Contains(t, text, "  校长 / principal: 休假,别无他人,仍通知 / on leave, and told all the same: there is nobody else\n")
	assert.Equal(t, s.Open(o).Plan, e.Plan)
	frozen, err := json.Marshal(e.Plan)
	require.NoError(t, err)
	assert.Contains(t, string(frozen), `{"audience":"school","contact":"officer","duty":"officer","why":"on-incident","title":{"zh":"学校安全员(安全办主任)","en":"school safety officer"}}`)
	assert.Contains(t, string(frozen), `"why":"on-leave","title":{"zh":"校长","en":"principal"},"told":"nobody-on-shift"}`)
}

// Where nobody of an audience is there at all, off shift or elsewhere, all of them
// are told at their own times.
func TestWhereNobodyIsThereEverybodyIsTold(t *testing.T) {
	hours, err := people.ParseSpan("19:00-07:00")
	require.NoError(t, err)
	asleep := contact(alerting.School, "deputy", paths(sms()), people.DutyDeputy)
	asleep.Hours = people.Hours{hours}
	away := contact(alerting.School, "officer", paths(sms()), people.DutyOfficer)
	s := policy.Compile(people.New(people.Lists{Schools: []people.School{ziwei}, Contacts: []people.Contact{asleep, away}}), nil)
	o := live("medical")
	o.Engaged = []string{"officer"}
	assert.Equal(t, []string{"deputy 1 1m0s", "officer 0 0s"}, asked(s.Open(o).Plan, alerting.School))
	assert.ElementsMatch(t, []string{"deputy nobody-on-shift", "officer on-incident nobody-on-shift"}, missed(s.Open(o).Plan))
}
