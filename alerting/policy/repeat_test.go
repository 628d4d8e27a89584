package policy_test

import (
	"fmt"
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

// policeLevels is a policy with its own escalation of critical alarms to the police.
func policeLevels(repeat int, levels ...string) string {
	return fmt.Sprintf("escalation: {E1: {police: {repeat: %d, levels: [%s]}}}", repeat, strings.Join(levels, ", "))
}

func rung(after int, duty string) string {
	return fmt.Sprintf("{after: %d, duties: [%s]}", after, duty)
}

// The last level repeats until somebody takes the incident on: whoever it names,
// and also where it is the first one.
func TestRepeatHoldsWhoeverTheLastLevelNames(t *testing.T) {
	for text, want := range map[string][]string{
		policeLevels(60, rung(0, "station-desk")):                                                            {"1@60 everybody every 60"},
		policeLevels(60, rung(0, "station-desk"), rung(15, "station-desk")):                                  {"1@15 everybody every 60"},
		policeLevels(60, rung(0, "station-desk"), rung(15, "station-leader"), rung(30, "station-desk")):      {"1@15", "2@30 everybody every 60"},
		policeLevels(60, rung(0, "station-desk"), rung(15, "station-leader")):                                {"1@15 every 60"},
		policeLevels(60, rung(0, "station-desk"), rung(20, "all")):                                           {"1@20 everybody every 60"},
		policeLevels(0, rung(0, "station-desk"), rung(15, "station-desk")):                                   nil,
		policeLevels(0, rung(0, "station-desk"), rung(15, "station-desk"), rung(30, "all")):                  {"2@30 everybody"},
		policeLevels(60, rung(0, "station-desk"), rung(15, "neighbour-station"), rung(40, "command-seat")):   {"1@15", "2@40 every 60"},
		policeLevels(60, rung(0, "station-leader"), rung(15, "assigned-officer"), rung(30, "command-chief")): {"1@15", "2@30 every 60"},
	} {
		assert.Equal(t, want, climb(own(t, text), live("emergency"), alerting.Police), text)
	}
}

// Somebody is missing at the last level, or at the only one behind the first.
func TestRepeatHoldsWhereTheLastLevelHasNobody(t *testing.T) {
	rules, faults := read(t, policeLevels(60, rung(0, "station-desk"), rung(15, "command-seat")))
	require.Empty(t, faults)
	d := people.New(people.Lists{
		Schools:   []people.School{ziwei},
		Terminals: []people.Terminal{{Audience: alerting.Police, ID: "desk-1", Schools: []string{"ziwei"}, Via: alerting.ViaLAN}},
	})
	s := policy.Compile(d, map[string]*policy.Rules{"ziwei": rules})
	assert.Equal(t, []string{"1@15 everybody every 60"}, climb(s, live("emergency"), alerting.Police))
}

// A first level whose people are off shift is joined by the next, which is then
// the only one.
func TestRepeatHoldsWhereAllLevelsCameTogether(t *testing.T) {
	rules, faults := read(t, "escalation: {E1: {school: {repeat: 40, levels: [{after: 0, duties: [duty-leader]}, {after: 30, duties: [principal]}]}}}")
	require.Empty(t, faults)
	own := map[string]*policy.Rules{"ziwei": rules}
	assert.Equal(t, []string{"1@30 every 40"}, climb(policy.Compile(shifted(t, nil), own), live("emergency"), alerting.School))
	off := policy.Compile(shifted(t, map[string]string{"leader-today": "19:00-07:00"}), own)
	assert.Equal(t, []string{"1@40 everybody every 40"}, climb(off, live("emergency"), alerting.School))
}

// What is explained of the levels is what the plan has, step for step, whatever
// the policy, kind, mode and hour.
func TestExplainedLevelsAreTheStepsOfThePlan(t *testing.T) {
	for _, s := range []*policy.Set{
		set(), policy.Compile(campus(), nil),
		own(t, policeLevels(60, rung(0, "station-desk"))),
		own(t, policeLevels(60, rung(0, "station-desk"), rung(15, "station-desk"))),
		own(t, policeLevels(60, rung(0, "station-desk"), rung(15, "station-desk"), rung(30, "station-leader"))),
		own(t, policeLevels(0, rung(0, "station-desk"), rung(15, "station-desk"))),
		own(t, "escalation: {E1: {guards: {repeat: 30}, school: {repeat: 40}}, E3: {school: {repeat: 900}}}"),
	} {
		for _, kind := range s.Kinds("ziwei") {
			for _, mode := range devices.Modes() {
				for _, when := range []time.Time{noon, midnight} {
					o := at(kind, mode)
					o.At, o.Filed = when, true
					e := s.Explain(o)
					assert.Equal(t, e.Plan.Steps, stepsIn(e), "%s %s", kind, mode)
				}
			}
		}
	}
}

// stepsIn are the steps of which an explanation speaks.
func stepsIn(e policy.Explanation) []alerting.EscalationStep {
	var out []alerting.EscalationStep
	for _, a := range e.Audiences {
		for _, l := range a.Levels {
			if l.Level > 0 && !l.LeftOut {
				out = append(out, alerting.EscalationStep{
					Audience: a.Audience, Level: l.Level, After: l.After + e.Held, Everybody: l.All, Repeat: l.Repeat,
				})
			}
		}
	}
	return out
}

func TestExplanationSaysWhichLevelsAreLeftOut(t *testing.T) {
	police := func(text string) string {
		_, rest, _ := strings.Cut(own(t, text).Explain(live("emergency")).String(), "\n警方 / police")
		part, _, _ := strings.Cut(rest, "\n学校 / school")
		return part
	}
	got := police(policeLevels(0, rung(0, "station-desk"), rung(15, "station-desk"), rung(30, "station-leader")))
	assert.Contains(t, got, "第 1 级 / level 1, 15 秒 / 15 s: 跳过 / passed over\n    其人员此前已通知 / its people were told before\n")
	assert.NotContains(t, got, "until taken on")
	got = police(policeLevels(60, rung(0, "station-desk")))
	assert.Contains(t, got, "第 1 级 / level 1, 60 秒 / 60 s: 以上所有人再次通知,此后每 60 秒一次,直到接手 / everybody above again, then every 60 s until taken on\n")
	got = police(policeLevels(60, rung(0, "station-desk"), rung(15, "station-desk")))
	assert.Contains(t, got, "第 1 级 / level 1, 15 秒 / 15 s: 以上所有人再次通知,此后每 60 秒一次,直到接手 / everybody above again, then every 60 s until taken on\n")
	assert.NotContains(t, got, "not configured")
}

// warned is what a policy is warned of at the campus.
func warned(t *testing.T, text string) string {
	t.Helper()
	found := checked(t, text, contacts())
	assert.Empty(t, said(found), text)
	var out []string
	for _, w := range found.Warnings {
		assert.NotEmpty(t, w.Do, text)
		out = append(out, w.String())
	}
	return strings.Join(out, "\n")
}

func TestEscalationThatTellsNobodyAgainIsWarnedOf(t *testing.T) {
	for text, want := range map[string]string{
		policeLevels(0, rung(0, "station-desk, assigned-officer"), rung(15, "station-leader")): "critical, and the police of ziwei are not told again after the last level, though nobody signs: want a repeat",
		"kinds: {fire: {escalation: [E1, once]}}":                                              "fire: critical, and the police of ziwei are not told again after the last level",
		policeLevels(60, rung(0, "station-desk, assigned-officer"), rung(15, "station-desk"), rung(30, "station-leader")): "policies[0].escalation.E1.police.levels[1]: " +
			"level 1 tells nobody at ziwei: whoever answers for station-desk is told before",
		"escalation: {E3: {police: {repeat: 60}}}": "policies[0].escalation.E3.police.repeat: repeats nothing: the profile has no level for police",
		policeLevels(60, rung(0, "station-desk, assigned-officer"), "{after: 15, duties: [station-leader], channels: [wecom]}"): "policies[0].escalation.E1.police.levels[1].channels: " +
			"nobody who answers for station-leader at ziwei is reached by wecom: they are told by what they have",
	} {
		assert.Contains(t, warned(t, text), want, text)
	}
	for _, text := range []string{
		"{}",
		policeLevels(60, rung(0, "station-desk, assigned-officer")),
		policeLevels(60, rung(0, "station-desk, assigned-officer"), rung(15, "station-desk")),
		policeLevels(60, rung(0, "station-desk, assigned-officer"), "{after: 15, duties: [station-leader], channels: [wecom, voice]}"),
		"kinds: {traffic: {escalation: [E2, once]}}", // high, and the school's own matter
	} {
		assert.Empty(t, warned(t, text), text)
	}
}
