package policy_test

import (
	"fmt"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

var audiencesOfAPolicy = []alerting.Audience{alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District}

// lineChanges are the keys of a kind's line.
func lineChanges() []change {
	out := append(ofALine("kinds.*.", "{kinds: {fire: {%s}}}", "{kinds: {hazard: {%s}}}"),
		twice("kinds.*.parents", releases, "{kinds: {fire: {parents: %s}}}", "R1", "R3"),
		twice("kinds.*.masked", plans, "{kinds: {welfare: {guards: 0, escalation: [E1], masked: %s}}}", "[]", "[guards]"),
	)
	for _, a := range audiencesOfAPolicy {
		format := "{kinds: {crowd: {district: 0, to: {" + string(a) + ": [%s]}}}}"
		who, other := twoDuties(a)
		out = append(out, twice("kinds.*.to."+string(a), plans, format, who, other))
	}
	return out
}

// variantChanges are the keys of what a line becomes once more is known.
func variantChanges() []change {
	out := append(ofALine("kinds.*.variants.*.", "{kinds: {intrusion: {variants: {sensor: {%s}}}}}", "{kinds: {hazard: {variants: {sensor: {%s}}}}}"),
		twice("kinds.*.variants.*.parents", releases, "{kinds: {intrusion: {variants: {sensor: {parents: %s}}}}}", "R0", "R2"),
		twice("kinds.*.variants.*.masked", plans, "{kinds: {welfare: {variants: {life-in-danger: {masked: %s}}}}}", "[]", "[guards]"),
		twice("kinds.*.variants.*.when", plans, "{kinds: {intrusion: {variants: {sensor-at-night: {when: [%s]}}}}}", "[sensor]", "[violence]"),
		twice("kinds.*.variants.*.when", taps, "{kinds: {intrusion: {variants: {sensor-at-night: {when: [%s]}}}}}", "[sensor]", "[violence]"),
		twice("kinds.*.variants.*.title", grounds, "{kinds: {intrusion: {variants: {sensor: {title: {zh: %s, en: x}}}}}}", "一", "二"),
	)
	for _, a := range audiencesOfAPolicy {
		format := "{kinds: {intrusion: {variants: {sensor: {staff: 0, district: 0, to: {" + string(a) + ": [%s]}}}}}}"
		who, other := twoDuties(a)
		out = append(out, twice("kinds.*.variants.*.to."+string(a), plans, format, who, other))
	}
	return out
}

// ofALine are the keys that a line and a variant have in common; low is one of
// low severity, which the quiet hours hold back.
func ofALine(prefix, line, low string) []change {
	key := func(name string, meets surface, format, before, after string) change {
		return twice(prefix+name, meets, fmt.Sprintf(line, name+": "+format), before, after)
	}
	out := []change{
		key("severity", plans, "%s", "critical", "high"),
		key("confidentiality", plans, "%s", "C1", "C2"),
		key("lead", plans, "%s", "police", "school"),
		key("call", calls, "[%s]", "119", "021-5550100"),
		key("escalation", plans, "[%s]", "E1", "E2"),
		twice(prefix+"wakes", plans, fmt.Sprintf(low, "wakes: %s"), "false", "true"),
		key("there", standing, "%s", "[]", "[guards]"),
		key("note", grounds, "{zh: %s, en: x}", "一", "二"),
		twice(prefix+"action.guards", sentences, fmt.Sprintf(line, "action: {guards: {zh: %s, en: x}}"), "一", "二"),
		twice(prefix+"action.staff", sentences, fmt.Sprintf(line, "action: {staff: {zh: %s, en: x}}"), "一", "二"),
	}
	for _, a := range audiencesOfAPolicy {
		out = append(out, key(string(a), plans, "%s", "0", "30"))
	}
	return out
}

// twoDuties are two of an audience that different people answer for.
func twoDuties(a alerting.Audience) (one, other string) {
	switch a {
	case alerting.Police:
		return string(people.DutyStationDesk), string(people.DutyStationLeader)
	case alerting.School:
		return string(people.DutyOfficer), string(people.DutyPrincipal)
	case alerting.Guards:
		return string(people.DutyGuard), string(people.DutyNeighbourPost)
	case alerting.Staff:
		return string(people.DutyStaff), string(people.DutyPlatform)
	}
	return string(people.DutyBureauDuty), string(people.DutyBureauProtection)
}

// escalationChanges are the keys of a profile.
func escalationChanges() []change {
	out := []change{
		twice("escalation.*.title", grounds, "{escalation: {E1: {title: {zh: %s, en: x}}}}", "一", "二"),
		twice("escalation.*.quiet", plans, "{escalation: {E2: {quiet: %s}}}", "false", "true"),
		twice("escalation.*.digest", digests, "{escalation: {E3: {digest: %s}}}", "1800", "3600"),
	}
	for _, a := range audiencesOfAPolicy {
		one, other := twoDuties(a)
		key := func(name, row, before, after string) {
			format := "{kinds: {crowd: {A: 0}, hazard: {A: decide}}, escalation: {E2: {A: ROW}, E3: {A: ROW}}}"
			format = strings.NewReplacer("A", string(a), "ROW", row).Replace(format)
			out = append(out, twice("escalation.*."+string(a)+"."+name, plans, format, before, after))
		}
		two := fmt.Sprintf("levels: [{after: 0, duties: [%s]}, {after: 60, duties: [%s]}]", one, other)
		key("levels[].after", fmt.Sprintf("{levels: [{after: 0, duties: [%s]}, {after: %%s, duties: [%s]}]}", one, other), "60", "90")
		key("levels[].duties", "{levels: [{after: 0, duties: [%s]}]}", one, other)
		key("levels[].channels", fmt.Sprintf("{levels: [{after: 0, duties: [%s, %s], channels: [%%s]}]}", one, other), "sms", "voice")
		key("levels[].at_once.*", fmt.Sprintf("{levels: [{after: 0, duties: [%s, %s], at_once: {%s: [%%s]}}]}", one, other, one), "sms", "voice")
		key("repeat", "{"+two+", repeat: %s}", "60", "120")
		key("in_any_case", "{"+two+", in_any_case: %s}", "false", "true")
	}
	return out
}

// otherChanges are the keys that belong to no line and no profile.
func otherChanges() []change {
	out := []change{
		twice("night", plans, "{night: %s}", "22:00-06:00", "11:00-13:00"),
		twice("quiet", plans, "{quiet: %s}", "22:00-06:30", "22:00-06:00"),
		twice("link_within", groups, "{link_within: %s}", "30", "300"),
		twice("fresh_for", plans, "{fresh_for: %s}", "120", "600"),
		twice("fresh_for", lateness, "{fresh_for: %s}", "120", "300"),
		twice("fresh_for", lateSentences, "{fresh_for: %s}", "120", "300"),
		twice("drill_targets.unit", drillTargets, "{drill_targets: {unit: %s}}", "60", "45"),
		twice("drill_targets.mutual_aid", drillTargets, "{drill_targets: {mutual_aid: %s}}", "180", "150"),
		twice("drill_targets.evacuation", drillTargets, "{drill_targets: {evacuation: %s}}", "120", "100"),
		twice("drill_targets.evacuation_high", drillTargets, "{drill_targets: {evacuation_high: %s}}", "180", "200"),
		twice("drill_targets.head_count", drillTargets, "{drill_targets: {head_count: %s}}", "300", "240"),
		twice("lost.uplink", losses, "{lost: {uplink: %s}}", "90", "60"),
		twice("lost.uplink_lasting", losses, "{lost: {uplink_lasting: %s}}", "300", "240"),
		twice("lost.button_lasting", losses, "{lost: {button_lasting: %s}}", "300", "120"),
		twice("button_tests.police", tests, "{button_tests: {police: %s}}", "never", "filed"),
		twice("button_tests.police", tests, "{button_tests: {police: %s}}", "filed", "always"),
		twice("button_tests.days", tests, "{button_tests: {days: %s}}", "7", "14"),
		twice("button_tests.police_days", tests, "{button_tests: {police_days: %s}}", "31", "62"),
		twice("button_tests.joint_days", tests, "{button_tests: {joint_days: %s}}", "92", "184"),
		twice("false_alarms.device", falseAlarms, "{false_alarms: {device: %s}}", "2", "3"),
		twice("false_alarms.device_days", falseAlarms, "{false_alarms: {device: 2, device_days: %s}}", "10", "30"),
		twice("false_alarms.school", falseAlarms, "{false_alarms: {school: %s}}", "2", "3"),
		twice("false_alarms.school_days", falseAlarms, "{false_alarms: {school: 2, school_days: %s}}", "10", "30"),
		twice("digest.at", summaries, "{digest: {at: %s}}", "08:30", "12:30"),
		twice("digest.duties", summaries, "{digest: {duties: [%s]}}", "officer", "principal"),
		twice("reports.first", reports, "{reports: {first: %s}}", "1800", "3600"),
		twice("reports.remind", reports, "{reports: {remind: %s}}", "300", "600"),
		twice("reports.written", reports, "{reports: {written: %s}}", "3600", "0"),
		twice("reports.follow_up", reports, "{reports: {follow_up: %s}}", "7200", "3600"),
		twice("reports.final", reports, "{reports: {final: %s}}", "86400", "43200"),
		twice("reports.remind_final", reports, "{reports: {remind_final: %s}}", "7200", "3600"),
		twice("reports.duties", reports, "{reports: {duties: [%s]}}", "officer", "principal"),
		twice("clock.profile", marks, "{clock: {profile: %s}}", "urban", "suburban"),
		twice("clock.profile", reminders, "{clock: {profile: %s}}", "urban", "suburban"),
		twice("clock.police", marks, "{clock: {profile: rural, police: %s}}", "900", "1200"),
	}
	for row, profile := range map[string]string{"urban": "urban", "suburban": "suburban", "rural": "rural", "fire": "urban", "medical": "urban"} {
		mark := func(name, before, after string) {
			out = append(out, twice("clock.marks."+row+"."+name, marks, "{clock: {profile: "+profile+", marks: {"+row+": {"+name+": %s}}}}", before, after))
		}
		mark("school", "60", "90")
		mark("mutual_aid", "180", "200")
		if row == profile {
			mark("police", "900", "1000")
		}
	}
	out = append(out, twice("clock.remind", reminders, "{clock: {remind: %s}}", "60", "90"), twice("clock.call_back", reminders, "{clock: {call_back: %s}}", "60", "90"))
	for _, a := range audiencesOfAPolicy {
		of := string(a)
		out = append(out,
			twice("budgets."+of+".handed", plans, "{kinds: {crowd: {district: 0}}, budgets: {"+of+": {handed: %s}}}", "200ms", "300ms"),
			twice("budgets."+of+".target", plans, "{kinds: {crowd: {district: 0}}, budgets: {"+of+": {target: %s}}}", "200ms", "300ms"),
			twice("budgets."+of+".share", plans, "{kinds: {crowd: {district: 0}}, budgets: {"+of+": {share: %s}}}", "200ms", "300ms"),
			twice("budgets."+of+".limit", plans, "{kinds: {crowd: {district: 0}}, budgets: {"+of+": {target: 100ms, share: 100ms, limit: %s}}}", "200ms", "300ms"),
			twice("drills."+of, plans, "{kinds: {crowd: {district: 0}}, drills: {"+of+": %s}}", "always", "never"),
			twice("drills."+of, plans, "{kinds: {crowd: {district: 0}}, drills: {"+of+": %s}}", "filed", "always"),
		)
	}
	for _, c := range []string{"sms", "voice", "mail", "push", "wecom", "dingtalk", "feishu"} {
		out = append(out,
			twice("channels."+c+".handed", plans, "{channels: {"+c+": {handed: %s}}}", "200ms", "300ms"),
			twice("channels."+c+".target", plans, "{channels: {"+c+": {target: %s}}}", "200ms", "300ms"),
			twice("channels."+c+".share", plans, "{channels: {"+c+": {share: %s}}}", "200ms", "300ms"),
			twice("channels."+c+".limit", plans, "{channels: {"+c+": {target: 100ms, share: 100ms, limit: %s}}}", "200ms", "300ms"),
		)
	}
	return out
}
