package policy_test

import (
	"slices"
	"strconv"
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

// The default policy as it was agreed with schools and stations: what is shown
// here in a line's cells is what "explain" gives. Seconds, d decide, i show,
// - never.
var table = []struct {
	kind                                                      alerting.Kind
	facts                                                     string
	severity, police, school, guards, staff, district, parent string
	class, lead, call, esc                                    string
	night                                                     bool
	confidential                                              bool // of the kind alone
}{
	{"emergency", "", "critical", "0", "0", "0", "d", "120", "R2", "C1", "police", "110", "E1", false, false},
	{"attack", "", "critical", "0", "0", "0", "0", "60", "R2", "C1", "police", "110 120", "E1", false, false},
	{"intrusion", "", "high", "0", "0", "0", "d", "d", "R2", "C1", "police", "110", "E2", false, false},
	{"fire", "", "critical", "0", "0", "0", "0", "60", "R2", "C0", "school", "119 120", "E1", false, false},
	{"medical", "", "high", "i", "0", "0", "-", "d", "R0", "C1", "school", "120", "E2", false, false},
	{"health", "", "high", "i", "0", "-", "d", "d", "R3", "C1", "school", "120", "E2", false, false},
	{"fight", "", "high", "60", "0", "0", "-", "d", "R0", "C1", "school", "110 120", "E2", false, false},
	{"bullying", "", "high", "d", "0", "-", "-", "d", "R0", "C2", "school", "110", "E4", false, true},
	{"bullying", "violence", "high", "60", "0", "0", "-", "d", "R0", "C2", "school", "110 120", "E2+E4", false, true},
	{"welfare", "", "high", "d", "0", "-", "-", "d", "R0", "C2", "school", "120", "E4", false, true},
	{"welfare", "life-in-danger", "critical", "0", "0", "0", "-", "d", "R0", "C2", "police", "110 119 120", "E1", false, true},
	{"missing", "", "high", "300", "0", "0", "d", "d", "R0", "C1", "police", "110", "E2", false, false},
	{"missing", "under-10", "high", "0", "0", "0", "d", "d", "R0", "C1", "police", "110", "E2", false, false},
	{"missing", "abduction", "high", "0", "0", "0", "d", "d", "R0", "C1", "police", "110", "E2", false, false},
	{"traffic", "", "high", "0", "0", "0", "-", "d", "R1", "C1", "police", "122 120", "E2", false, false},
	{"drowning", "", "critical", "0", "0", "0", "-", "60", "R0", "C1", "police", "120 119 110", "E1", false, false},
	{"crowd", "", "high", "0", "0", "0", "0", "d", "R1", "C0", "school", "110 120", "E2", false, false},
	{"weather", "", "high", "i", "0", "i", "0", "i", "R1", "C0", "school", "", "E3", false, false},
	{"hazard", "", "low", "d", "0", "i", "-", "d", "R0", "C0", "school", "", "E3", false, false},

	{"welfare", "sensor", "critical", "d", "0", "-", "-", "d", "R0", "C2", "school", "120", "E4", true, true},
	{"welfare", "sensor", "critical", "d", "0", "-", "-", "d", "R0", "C2", "school", "120", "E4", false, true},
	{"welfare", "sensor life-in-danger", "critical", "0", "0", "0", "-", "d", "R0", "C2", "police", "110 119 120", "E1", true, true},
	{"intrusion", "sensor", "high", "60", "0", "0", "-", "-", "R0", "C1", "police", "110", "E2", false, false},
	{"intrusion", "sensor", "high", "0", "0", "0", "-", "-", "R0", "C1", "police", "110", "E2", true, false},
	{"intrusion", "sensor closed-day", "high", "0", "0", "0", "-", "-", "R0", "C1", "police", "110", "E2", false, false},
	{"intrusion", "sensor second-sensor", "high", "0", "0", "0", "-", "-", "R0", "C1", "police", "110", "E2", false, false},
	{"intrusion", "", "high", "0", "0", "0", "d", "d", "R2", "C1", "police", "110", "E2", true, false},
	{"hazard", "sensor", "low", "d", "180", "0", "-", "-", "R0", "C0", "school", "", "E3", false, false},
	{"hazard", "sensor still-open", "low", "d", "0", "i", "-", "-", "R0", "C0", "school", "", "E3", false, false},
	{"hazard", "sensor nobody-enters", "low", "d", "0", "i", "-", "-", "R0", "C0", "school", "", "E3", false, false},
	{"hazard", "sensor urgent", "high", "d", "0", "0", "-", "-", "R0", "C0", "school", "", "E2", false, false},
	{"hazard", "sensor", "high", "d", "0", "0", "-", "-", "R0", "C0", "school", "", "E2", true, false},
	{"hazard", "sensor closed-day", "high", "d", "0", "0", "-", "-", "R0", "C0", "school", "", "E2", false, false},
	{"crowd", "sensor", "low", "i", "0", "0", "-", "d", "R1", "C0", "school", "110 120", "E3", false, false},
	{"crowd", "sensor urgent", "high", "i", "0", "0", "0", "d", "R1", "C0", "school", "110 120", "E2", false, false},
	{"post-missed", "police-slot", "low", "i", "60", "0", "-", "-", "", "C1", "school", "", "E3", false, false},
	{"post-missed", "", "low", "-", "60", "0", "-", "-", "", "C1", "school", "", "E3", false, false},
	{"post-uncovered", "", "low", "i", "0", "0", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"post-uncovered", "pupils-moving", "high", "i", "0", "0", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"post-unseen", "", "low", "i", "0", "0", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"post-unseen", "pupils-moving", "high", "i", "0", "0", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"patrol-missed", "", "low", "-", "0", "0", "-", "-", "", "C1", "school", "", "E3", false, false},
	{"patrol-missed", "second-round", "low", "-", "0", "0", "-", "-", "", "C1", "school", "", "E3", false, false},
	{"lone-worker", "", "high", "120", "0", "0", "-", "-", "R0", "C1", "school", "120", "E2", false, false},
	{"lone-worker", "second-window", "critical", "120", "0", "0", "-", "-", "R0", "C1", "school", "120", "E1", false, false},
	{"lone-worker", "unreached", "low", "i", "0", "0", "-", "-", "R0", "C1", "school", "120", "E3", false, false},
	{"button-lost", "", "low", "i", "0", "0", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"button-lost", "lasting", "high", "i", "0", "0", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"device-lost", "", "low", "-", "i", "-", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"tamper", "", "low", "-", "0", "0", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"tamper", "alarm-device", "high", "-", "0", "0", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"tamper", "alarm-device", "high", "120", "0", "0", "-", "-", "", "C0", "school", "", "E2", true, false},
	{"tamper", "", "low", "120", "0", "0", "-", "-", "", "C0", "school", "", "E2", true, false},
	{"uplink-lost", "", "high", "i", "0", "0", "-", "600", "", "C0", "school", "110", "E2", false, false},
	{"uplink-lost", "lasting", "high", "0", "0", "0", "-", "600", "", "C0", "school", "110", "E2+once", false, false},
	{"hub-fault", "", "high", "i", "0", "-", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"hub-fault", "journal", "high", "i", "0", "-", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"hub-fault", "path-check", "high", "i", "0", "-", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"hub-fault", "escalation", "high", "i", "0", "-", "-", "-", "", "C0", "school", "", "E2", false, false},
	{"hub-fault", "stuck-button", "low", "i", "0", "-", "-", "-", "", "C0", "school", "", "E3", false, false},
	{"hub-fault", "unexpected-drill", "low", "0", "0", "-", "-", "-", "", "C0", "school", "", "E2+once", false, false},
	{"device-service", "", "low", "-", "i", "-", "-", "-", "", "C0", "school", "", "E3", false, false},
}

// noon and midnight of a school day, by the school's clock.
var (
	noon     = time.Date(2026, 3, 2, 12, 0, 0, 0, china)
	midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, china)
)

func set() *policy.Set { return policy.Compile(directory(), nil) }

// cell reads a cell of the table: the seconds, or -1 where nobody is told.
func cell(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

var cellWords = map[string]string{
	"-": "never told", "d": "told when a person decides so", "i": "only shown on their pages: silent, no escalation", "0": "told at once",
}

func TestEveryLineSaysWhatWasAgreed(t *testing.T) {
	s := set()
	for _, row := range table {
		o := policy.Occasion{School: "ziwei", Place: gate, Kind: row.kind, Mode: devices.Live, At: noon}
		if row.night {
			o.At = midnight
		}
		for _, f := range strings.Fields(row.facts) {
			o.Facts = append(o.Facts, policy.Fact(f))
		}
		name := string(row.kind) + " " + row.facts
		e, opened := s.Explain(o), s.Open(o)
		assert.Equal(t, alerting.Severity(row.severity), opened.Severity, name)
		assert.Equal(t, alerting.Lead(row.lead), opened.Lead, name)
		assert.Equal(t, row.class == "C2", opened.Confidential, name)
		assert.Equal(t, row.class, string(e.Confidentiality), name)
		assert.Equal(t, row.parent, string(e.Release), name)
		assert.Equal(t, strings.Fields(row.call), append([]string{}, e.Call...), name)
		assert.Equal(t, row.esc, opened.Plan.Profile, name)
		for n, c := range []string{row.police, row.school, row.guards, row.staff, row.district} {
			says := e.Audiences[n].When.EN
			want, marked := cellWords[c]
			if !marked {
				want = "told after "
			}
			assert.True(t, strings.HasPrefix(says, want), "%s: %s are %s, want %s", name, e.Audiences[n].Audience, says, want)
			checkFirstLegs(t, name, opened, e.Audiences[n].Audience, cell(c))
		}
	}
}

// checkFirstLegs holds the legs of an audience to its cell.
func checkFirstLegs(t *testing.T, name string, o alerting.Opening, a alerting.Audience, seconds int) {
	t.Helper()
	legs := legsOf(o, a)
	if seconds < 0 {
		assert.Empty(t, legs, "%s: %s are not told by themselves", name, a)
		return
	}
	// A duty that only the roster knows has nobody in a bare directory; and a
	// confidential line tells only whom it masks or names.
	roster := slices.Contains([]string{"post-missed ", "post-missed police-slot", "post-uncovered ", "post-uncovered pupils-moving", "post-unseen ", "post-unseen pupils-moving", "patrol-missed ", "patrol-missed second-round"}, name) && a == alerting.Guards
	if roster {
		assert.Empty(t, legs, "%s: everybody instead of the one whom it is about", name)
		return
	}
	require.NotEmpty(t, legs, "%s: %s", name, a)
	for _, l := range legs {
		assert.Equal(t, time.Duration(seconds)*time.Second, l.After, "%s: %s", name, a)
	}
}

func TestEveryKindHasALineAndWords(t *testing.T) {
	kinds := set().Kinds("ziwei")
	lines := map[alerting.Kind]bool{}
	emergency := policy.KindText(alerting.KindOf(devices.Emergency))
	for _, row := range table {
		lines[row.kind] = true
		assert.Contains(t, kinds, row.kind)
		words := policy.KindText(row.kind)
		assert.NotEmpty(t, words.ZH, row.kind)
		assert.NotEmpty(t, words.EN, row.kind)
		if row.kind != "emergency" {
			assert.NotEqual(t, emergency, words, "%s has words of its own", row.kind)
		}
		assert.NotEmpty(t, policy.ActionText(nil, row.kind).ZH)
		assert.NotEmpty(t, policy.ActionText(nil, row.kind).EN)
		assert.NotEmpty(t, policy.SeverityText(alerting.Severity(row.severity)).ZH)
		assert.NotEmpty(t, policy.SeverityText(alerting.Severity(row.severity)).EN)
	}
	assert.Len(t, kinds, len(lines), "a kind that the table does not have")
	for _, a := range devices.Alarms() {
		assert.True(t, lines[alerting.KindOf(a)], a)
	}
	assert.True(t, lines[alerting.KindHubFault])
}

func TestBuiltInPolicyHoldsAtASchoolWithoutContacts(t *testing.T) {
	found := policy.Check(policy.BuiltIn(), "", directory(), people.School{ID: "ziwei"}, noon)
	assert.Empty(t, found.Faults)
	assert.Empty(t, found.Untold)
}
