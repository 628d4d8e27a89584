package policy_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestEveryFaultOfAPolicyIsSaidWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"{kinds: {fires: {police: 0}}}":                                     `1:10: policies[0].kinds.fires: there is no such kind, want attack, `,
		"{kinds: {fire: {polise: 0}}}":                                      `1:17: policies[0].kinds.fire.polise: unknown key, want `,
		"{kinds: {fire: {parent: R1}}}":                                     `policies[0].kinds.fire.parent: unknown key`,
		"{kinds: {fire: {police: soon}}}":                                   `1:25: policies[0].kinds.fire.police: seconds, or want decide, show or never, found "soon"`,
		"{kinds: {fire: {police: -1}}}":                                     `found "-1"`,
		"{kinds: {fire: {police: 1.5}}}":                                    `found "1.5"`,
		"{kinds: {fire: {police: 86401}}}":                                  `want seconds as a whole number from 0 to 86400, found "86401"`,
		"{kinds: {fire: {police: 99999999999999999999}}}":                   `want seconds as a whole number`,
		"{kinds: {fire: {police: }}}":                                       `found nothing`,
		"{kinds: {fire: {police: [0]}}}":                                    `found a list`,
		"{kinds: {fire: {police: 0, police: 1}}}":                           `this key is here twice`,
		"{kinds: {fire: {severity: grave}}}":                                `want critical, high or low, found "grave"`,
		"{kinds: {fire: {parents: R9}}}":                                    `want R0, R1, R2, R3 or never, found "R9"`,
		"{kinds: {fire: {confidentiality: C3}}}":                            `want C0, C1 or C2, found "C3"`,
		"{kinds: {fire: {lead: parents}}}":                                  `want police or school, found "parents"`,
		"{kinds: {fire: {call: [fire service]}}}":                           `1:24: policies[0].kinds.fire.call[0]: want a telephone number, found "fire service"`,
		"{kinds: {fire: {call: 119}}}":                                      `want a list, found "119"`,
		"{kinds: {fire: {escalation: [E9]}}}":                               `want E1, E2, E3, E4 or once, found "E9"`,
		"{kinds: {fire: {escalation: []}}}":                                 `names no profile`,
		"{kinds: {fire: {escalation: [E1, E1]}}}":                           `"E1" is here twice`,
		"{kinds: {fire: {escalation: [E4]}}}":                               `policies[0].kinds.fire.police: is told, but E4 names nobody of police`,
		"{kinds: {fire: {to: {police: [guard]}}}}":                          `want station-desk, `,
		"{kinds: {fire: {to: {parents: [guard]}}}}":                         `policies[0].kinds.fire.to.parents: want police, school, guards, staff or district, found "parents"`,
		"{kinds: {fire: {to: {guards: []}}}}":                               `names nobody`,
		"{kinds: {fire: {masked: [neighbours]}}}":                           `found "neighbours"`,
		"{kinds: {fire: {wakes: maybe}}}":                                   `want true or false, found "maybe"`,
		"{kinds: {fire: {note: {zh: 好}}}}":                                  `want both zh and en`,
		"{kinds: {fire: {note: {zh: 【演练】, en: drill}}}}":                    `without 【】 and []`,
		"{kinds: {fire: {variants: {}}}}":                                   `this kind has no variants`,
		"{kinds: {missing: {variants: {late: {}}}}}":                        `there is no such variant, want urgent, found "late"`,
		"{kinds: {missing: {variants: {urgent: {when: [[]]}}}}}":            `names no fact: it would always hold`,
		"{kinds: {missing: {variants: {urgent: {when: [[young]]}}}}}":       `want night, closed-day, `,
		"{kinds: {missing: {variants: {urgent: {police: ever}}}}}":          `found "ever"`,
		"{kinds: {missing: {variants: {urgent: {escalation: [E4]}}}}}":      `policies[0].kinds.missing.police: is told, but E4 names nobody of police`,
		"{kinds: {emergency: {police: never}}}":                             `must be told: emergency is what a press means before anybody knows more`,
		"{kinds: {emergency: {school: decide}}}":                            `must be told: emergency`,
		"{kinds: {fire: {action: {guards: {zh: '{who} 去', en: '{who}'}}}}}": `unknown placeholder {who}, want {school}, {place}, {kind} or {callback}`,
		"{kinds: {fire: {action: {guards: {zh: '{place', en: go}}}}}":       `unknown placeholder {place,`,
		"{kinds: {fire: {action: {guards: {zh: 去}, en: x}}}}":               `unknown key`,
		"{kinds: []}":                            `want a mapping with attack`,
		"[]":                                     `1:1: policies[0]: want a mapping with night, quiet, clock, link_within, false_alarms, fresh_for, budgets, channels, drills, drill_targets, lost, button_tests, digest, reports, escalation, kinds or schools, found a list`,
		"{night: 22-6}":                          `want a time from and to, such as 22:00-06:00, found "22-6"`,
		"{night: 25:00-06:00}":                   `found "25:00-06:00"`,
		"{quiet: {}}":                            `found a mapping`,
		"{clock: {profile: village}}":            `want urban, suburban or rural, found "village"`,
		"{clock: {police: 900}}":                 `police is for a rural school`,
		"{clock: {marks: {urban: {school: 9}}}}": `1:34: policies[0].clock.marks.urban.school: want 10 to 7200 seconds, found 9`,
		"{clock: {marks: {urban: {police: 7201}}}}":                                 `want 10 to 7200 seconds, found 7201`,
		"{clock: {marks: {urban: {school: 200}}}}":                                  `1:25: policies[0].clock.marks.urban: school, mutual_aid and police must come in this order, found 3m20s, 3m0s and 5m0s`,
		"{clock: {marks: {fire: {police: 300}}}}":                                   `policies[0].clock.marks.fire.police: unknown key, want school or mutual_aid`,
		"{clock: {remind: 0}}":                                                      `1:18: policies[0].clock.remind: want 10 to 3600 seconds, found 0`,
		"{link_within: 3601}":                                                       `1:15: policies[0].link_within: want 0 to 3600 seconds, found 3601`,
		"{fresh_for: 59}":                                                           `1:13: policies[0].fresh_for: want 60 to 3600 seconds, found 59`,
		"{false_alarms: {device: 0}}":                                               `1:25: policies[0].false_alarms.device: want a whole number from 1 to 100, found "0"`,
		"{false_alarms: {school_days: 367}}":                                        `want a whole number from 1 to 366, found "367"`,
		"{false_alarms: {school: many}}":                                            `want a whole number from 1 to 100, found "many"`,
		"{drills: {police: sometimes}}":                                             `want never, filed or always, found "sometimes"`,
		"{drill_targets: {unit: 9}}":                                                `1:24: policies[0].drill_targets.unit: want 10 to 3600 seconds, found 9`,
		"{drill_targets: {evacuation: 901}}":                                        `want 60 to 900 seconds, found 901`,
		"{drill_targets: {unit: 200}}":                                              `1:17: policies[0].drill_targets: the unit of the school comes before mutual_aid, found 3m20s and 3m0s`,
		"{drill_targets: {evacuation: 200}}":                                        `policies[0].drill_targets: evacuation_high is of higher buildings, and takes no less than evacuation, found 3m0s and 3m20s`,
		"{drill_targets: {police: 300}}":                                            `drill_targets.police: unknown key, want unit, mutual_aid, evacuation, evacuation_high or head_count`,
		"{lost: {uplink: 59}}":                                                      `1:17: policies[0].lost.uplink: want 60 to 300 seconds, found 59`,
		"{lost: {uplink_lasting: 901}}":                                             `want 120 to 900 seconds, found 901`,
		"{lost: {button_lasting: 59}}":                                              `want 60 to 900 seconds, found 59`,
		"{lost: {uplink: 300}}":                                                     `1:8: policies[0].lost: uplink is when the way counts as lost, and comes before uplink_lasting, found 5m0s and 5m0s`,
		"{lost: {gate: 60}}":                                                        `lost.gate: unknown key, want uplink, uplink_lasting or button_lasting`,
		"{button_tests: {police: sometimes}}":                                       `want never, filed or always, found "sometimes"`,
		"{button_tests: {days: 0}}":                                                 `want a whole number from 1 to 366, found "0"`,
		"{button_tests: {school: always}}":                                          `button_tests.school: unknown key, want police, days, police_days or joint_days`,
		"{drills: {parents: always}}":                                               `found "parents"`,
		"{budgets: {police: {limit: 3s}}}":                                          `1:28: policies[0].budgets.police.limit: lifts the hard limit of 2s: it can only be tightened`,
		"{budgets: {police: {target: 3s}}}":                                         `target 3s and share 1s must lie within the limit of 2s`,
		"{budgets: {police: {handed: 600ms}}}":                                      `policies[0].budgets.police: handed 600ms must lie within the target of 500ms`,
		"{channels: {sms: {handed: 3s, target: 2s}}}":                               `policies[0].channels.sms: handed 3s must lie within the target of 2s`,
		"{budgets: {police: {share: 3s}}}":                                          `must lie within the limit of 2s`,
		"{budgets: {police: {limit: 0s}}}":                                          `want a duration of more than 0s`,
		"{budgets: {police: {limit: soon}}}":                                        `found "soon"`,
		"{budgets: {parents: {limit: 1s}}}":                                         `found "parents"`,
		"{channels: {sms: {limit: 16s}}}":                                           `lifts the hard limit of 15s`,
		"{channels: {mqtt: {limit: 1s}}}":                                           `want sms, voice, mail, push, wecom, dingtalk or feishu, found "mqtt"`,
		"{escalation: {E1: {police: {}}}}":                                          ``,
		"{escalation: {'E 1': {}}}":                                                 `"E 1" is no name for a profile`,
		"{escalation: {E1: {police: {levels: []}}}}":                                `names no level`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: []}]}}}}":          `tells nobody: want duties of police`,
		"{escalation: {E1: {police: {levels: [{after: 0}]}}}}":                      `tells nobody`,
		"{escalation: {E1: {police: {levels: [{duties: [station-desk]}]}}}}":        `after is missing`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [principal]}]}}}}": `found "principal"`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], channels: [pigeon]}]}}}}":                                              `found "pigeon"`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: [sms]}]}}}}":                                                  `1:82: policies[0].escalation.E1.police.levels[0].at_once: want a mapping with station-desk, `,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: {principal: [sms]}}]}}}}":                                     `found "principal"`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: {station-leader: [sms]}}]}}}}":                                `at_once.station-leader: the level does not ask for station-leader: want one of its duties`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: {station-desk: [sms, pigeon]}}]}}}}":                          `at_once.station-desk[1]: want mqtt, `,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: {station-desk: [sms, voice, sms]}}]}}}}":                      `at_once.station-desk[2]: "sms" is here twice`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk], at_once: {station-desk: []}}]}}}}":                                     `at_once.station-desk: names no channel`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [all]}]}}}}":                                                                           `only the last of several levels can tell all once more`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk]}, {after: 9, duties: [station-leader]}, {after: 9, duties: [all]}]}}}}": `policies[0].escalation.E1.police.levels[2]: level 2 is due after 9s, no later than level 1`,
		"{escalation: {E1: {police: {levels: [{after: 0, duties: [station-desk]}, {after: 9, duties: [station-leader]}, {after: 8, duties: [all]}]}}}}": `each level must come after the one before`,
		"{escalation: {E1: {police: {repeat: 9}}}}":                                      `want 0 or at least 10 s`,
		"{escalation: {E1: {police: {levels: [{after: 600, duties: [station-desk]}]}}}}": `the first level is due after 10m0s, want 0`,
		"{escalation: {E1: {parents: {}}}}":                                              `unknown key`,
		"{escalation: {E1: {police: {levels: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}}}":            `want at most 8, found 9`,
	} {
		_, faults := read(t, text)
		if want == "" {
			assert.Empty(t, faults, text)
			continue
		}
		var said string
		for _, f := range faults {
			said += f.String() + "\n"
			assert.Positive(t, f.Line+len(f.Path), text)
		}
		assert.Contains(t, said, want, text)
	}
}

func TestAllFaultsAreSaidAtOnce(t *testing.T) {
	_, faults := read(t, "night: x\nquiet: y\nkinds:\n  fire: {police: z, staff: 7}\n  fires: {}\n")
	var lines []int
	for _, f := range faults {
		lines = append(lines, f.Line)
	}
	assert.Equal(t, []int{1, 2, 5, 4}, lines)
	assert.Equal(t, "fires", faults[2].Found)
	assert.Contains(t, faults[2].Words, "fire")
}

func TestWhatAPolicyLeavesOutStays(t *testing.T) {
	changed := own(t, `
schools: [ziwei]
night: 21:00-07:00
clock: {profile: rural, police: 1200}
budgets: {police: {limit: 800ms}}
channels: {sms: {target: 2s}}
escalation:
  E1:
    guards: {repeat: 30}
  E2:
    police: {levels: [{after: 0, duties: [station-desk]}, {after: 20, duties: [station-leader, all], channels: [voice]}]}
kinds:
  fight: {police: 30, call: [], parents: R1}
  missing: {variants: {urgent: {severity: critical}}}
`)
	plain := policy.Compile(campus(), nil)
	same := []alerting.Kind{"attack", "drowning", "bullying", "hazard"}
	for _, kind := range same {
		for _, a := range []alerting.Audience{alerting.School, alerting.District} {
			assert.Equal(t, brief(legsFor(plain, live(kind), a)), brief(legsFor(changed, live(kind), a)), kind)
		}
	}
	assert.Equal(t, alerting.ClockRule{Profile: alerting.Rural, Police: 20 * time.Minute}.Marks("attack"), changed.Clock("ziwei").Marks("attack"))
	assert.Equal(t, alerting.ClockRule{Profile: alerting.Urban}.Marks("attack"), plain.Clock("ziwei").Marks("attack"))
	fight := changed.Explain(live("fight"))
	assert.Equal(t, policy.R1, fight.Release)
	assert.Empty(t, fight.Call)
	assert.Equal(t, []string{
		"0@30 desk mqtt/0", "0@30 console/liaison console/0", "0@30 desk sms/1",
		"1@50 leader voice/0", "1@50 leader sms/1",
	}, brief(legsFor(changed, live("fight"), alerting.Police)), "a new list of levels, and the repeat of before")
	for _, l := range changed.Open(live("fight")).Plan.Legs {
		switch {
		case l.Channel == alerting.ChannelSMS:
			assert.Equal(t, seconds(2), l.Budget)
		case l.Audience == alerting.Police && l.Channel == alerting.ChannelMQTT:
			assert.Equal(t, [3]time.Duration{500 * time.Millisecond, 800 * time.Millisecond, 800 * time.Millisecond},
				[3]time.Duration{l.Budget, l.Share, l.Limit}, "a tighter limit tightens what lies in it")
		}
	}
	assert.Equal(t, []string{"1@50 everybody every 120"}, climb(changed, live("fight"), alerting.Police))
	urgent := changed.Open(live("missing", policy.FactUnder10))
	assert.Equal(t, alerting.Critical, urgent.Severity)
	assert.Zero(t, legsOf(urgent, alerting.Police)[0].After, "the variant keeps what it said before")
	assert.Equal(t, alerting.High, changed.Open(live("missing")).Severity)
	o := live("intrusion", policy.FactSensor)
	o.At = time.Date(2026, 3, 2, 21, 30, 0, 0, china)
	assert.Zero(t, legsFor(changed, o, alerting.Police)[0].After)
	assert.Equal(t, seconds(60), legsFor(plain, o, alerting.Police)[0].After, "the built-in policy is untouched")
}

func TestOneSchoolsPolicyIsNoOtherSchools(t *testing.T) {
	rules, faults := read(t, `{kinds: {fight: {police: never}}}`)
	require.Empty(t, faults)
	d := directory()
	s := policy.Compile(d, map[string]*policy.Rules{"other": rules})
	assert.NotEmpty(t, legsFor(s, live("fight"), alerting.Police))
	o := live("fight")
	o.School = "other"
	assert.Empty(t, legsFor(s, o, alerting.Police))
}

func TestASchoolsOwnWordsReachItsPeople(t *testing.T) {
	s := own(t, `
kinds:
  fire:
    action:
      guards: {zh: "开东门,迎消防车到{place}", en: "open the east gate, fire engine to {place}"}
      staff: {zh: "到操场集合,有事打{callback}", en: "gather on the playground, call {callback}"}
`)
	for _, e := range s.Explain(live("fire")).Texts {
		if e.Audience == alerting.Guards {
			assert.Equal(t, "北门 火情。开东门,迎消防车到北门", e.Text.ZH)
			assert.Equal(t, "North gate, fire. Open the east gate, fire engine to North gate", e.Text.EN)
		}
	}
	f := facts(alerting.EventOpened, devices.Live)
	f.Incident.Kind = "fire"
	f.Actions = s.Actions(f.Incident)
	assert.Equal(t, "到操场集合,有事打010-5555", policy.Text(alerting.Staff, f).ZH)
	f.Incident.Silent = true
	assert.NotContains(t, policy.Text(alerting.Staff, f).ZH, "010-5555", "a silent alarm has no number to call")
	assert.Equal(t, policy.Actions{}, s.Actions(alerting.Incident{School: "ziwei", Kind: "attack"}))
	assert.Equal(t, policy.Actions{}, s.Actions(alerting.Incident{School: "nowhere", Kind: "invented"}))
}

// FuzzRead holds the reader of policies to its promises whatever they say: it
// ends, every fault has its place, and what it accepts makes plans that hold.
func FuzzRead(f *testing.F) {
	f.Add("{kinds: {fight: {police: 30}}}")
	f.Add("{escalation: {E1: {police: {repeat: 10, levels: [{after: 0, duties: [station-desk]}, {after: 9, duties: [all]}]}}}}")
	f.Add("{budgets: {police: {limit: 1s}}, night: 00:00-00:00, drills: {police: always}}")
	f.Add("{kinds: {missing: {variants: {urgent: {when: [[night], [sensor, violence]], to: {guards: [guard]}}}}}}")
	f.Add("{kinds: {fire: {action: {guards: {zh: '{place}', en: '{'}}}}}")
	f.Fuzz(func(t *testing.T, text string) {
		var doc yaml.Node
		if yaml.NewDecoder(bytes.NewBufferString(text)).Decode(&doc) != nil || len(doc.Content) == 0 {
			return
		}
		rules, faults := policy.Read(doc.Content[0], "policies[0]")
		for _, fault := range faults {
			require.NotEmpty(t, fault.Message)
			require.Positive(t, fault.Line)
		}
		if len(faults) == 0 {
			holds(t, rules)
		}
	})
}

// holds checks every plan of some rules.
func holds(t *testing.T, rules *policy.Rules) {
	t.Helper()
	s := policy.Compile(campus(), map[string]*policy.Rules{"ziwei": rules})
	for _, kind := range s.Kinds("ziwei") {
		for _, o := range []policy.Occasion{live(kind), live(kind, policy.AllFacts()...), at(kind, devices.Drill), at(kind, devices.Test)} {
			seen := map[alerting.LegKey]bool{}
			for _, l := range s.Open(o).Plan.Legs {
				require.False(t, seen[l.Key()])
				seen[l.Key()] = true
				require.GreaterOrEqual(t, l.After, time.Duration(0))
				require.Positive(t, l.Budget)
				require.LessOrEqual(t, l.Budget, l.Limit)
				require.LessOrEqual(t, l.Share, l.Limit)
				require.LessOrEqual(t, l.Limit, seconds(60))
			}
			for _, step := range s.Open(o).Plan.Steps {
				require.Positive(t, step.After)
				require.True(t, step.Repeat == 0 || step.Repeat >= seconds(10))
			}
			require.NotEmpty(t, s.Explain(o).String())
		}
	}
	require.NotEmpty(t, legsOf(s.Open(live("invented")), alerting.Police), "an unknown kind reaches the police")
}

func TestTheBuiltInNumbersAreThoseWithoutAPolicy(t *testing.T) {
	s := policy.Compile(campus(), nil)
	assert.Equal(t, alerting.FalseAlarmRule{}.Whole(), s.FalseAlarms("ziwei"))
	assert.Equal(t, alerting.LinkWithin, s.LinkWithin("ziwei"))
	assert.Zero(t, s.Open(live("fire")).Plan.FreshFor, "the built-in time is not written into every plan")
	assert.Equal(t, alerting.FreshFor, s.Explain(live("fire")).Shown.FreshFor)
}

// What the built-in policy says of the clock is what a clock without a policy
// runs by.
func TestTheBuiltInClockIsThatOfAClockWithoutAPolicy(t *testing.T) {
	for _, p := range []alerting.Profile{alerting.Urban, alerting.Suburban, alerting.Rural} {
		said := own(t, "{clock: {profile: "+string(p)+"}}").Clock("ziwei")
		for _, k := range []alerting.Kind{"attack", "fire", "medical"} {
			assert.Equal(t, alerting.ClockRule{Profile: p}.Marks(k), said.Marks(k), "%s %s", p, k)
		}
		i := alerting.Incident{
			Kind: "attack", Severity: alerting.Critical, Mode: devices.Live, OpenedAt: noon,
			Acknowledgements: []alerting.Acknowledgement{{Audience: alerting.Police, At: noon}},
		}
		assert.Equal(t, i.Reminders(alerting.ClockRule{Profile: p}), i.Reminders(said))
	}
}
