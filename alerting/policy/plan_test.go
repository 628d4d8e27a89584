package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// off is a cell of the table that is not told by itself.
const off = -1

// The default policy as it was agreed with schools and stations: seconds
// until an audience is told, by kind.
var table = []struct {
	kind                   alerting.Kind
	severity               alerting.Severity
	police, school, guards int
	confidential           bool
	lead                   alerting.Lead
}{
	{"emergency", "critical", 0, 0, 0, false, "police"},
	{"attack", "critical", 0, 0, 0, false, "police"},
	{"intrusion", "high", 0, 0, 0, false, "police"},
	{"fire", "critical", 0, 0, 0, false, "school"},
	{"medical", "high", off, 0, 0, false, "school"},
	{"health", "high", off, 0, off, false, "school"},
	{"fight", "high", 60, 0, 0, false, "school"},
	{"bullying", "high", off, 0, off, true, "school"},
	{"welfare", "high", off, 0, off, true, "school"},
	{"missing", "high", 300, 0, 0, false, "police"},
	{"traffic", "high", 0, 0, 0, false, "police"},
	{"drowning", "critical", 0, 0, 0, false, "police"},
	{"crowd", "high", 0, 0, 0, false, "school"},
	{"weather", "high", off, 0, off, false, "school"},
	{"hazard", "low", off, 0, off, false, "school"},
	{"hub-fault", "high", off, 0, off, false, "school"},
}

var gate = alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}}

// directory has two schools, with one recipient of every sort each and one of
// both.
func directory() *people.Directory {
	of := func(s string) []string { return []string{s} }
	var terminals []people.Terminal
	var hooks []people.Webhook
	var accounts []people.Account
	for _, s := range []string{"ziwei", "other"} {
		for _, a := range alerting.Audiences() {
			terminals = append(terminals, people.Terminal{Audience: a, ID: s + "-desk", Schools: of(s), Via: alerting.ViaLAN})
			hooks = append(hooks, people.Webhook{Name: s + "-hook-" + string(a), Audience: a, Schools: of(s), Via: alerting.ViaInternet})
		}
		for _, r := range alerting.Roles() {
			accounts = append(accounts,
				people.Account{Name: s + "-" + string(r), Role: r, Schools: of(s)},
				people.Account{Name: s + "-named-" + string(r), Role: r, Schools: of(s), Named: true})
		}
	}
	both := []string{"ziwei", "other", "ziwei"}
	terminals = append(terminals, people.Terminal{Audience: alerting.Police, ID: "station", Schools: both})
	return people.New(people.Lists{Terminals: terminals, Accounts: accounts, Webhooks: hooks})
}

func plan(kind alerting.Kind, mode alerting.Mode) alerting.Opening {
	return policy.Opening(directory(), "ziwei", gate, kind, mode, false)
}

func legsOf(o alerting.Opening, a alerting.Audience) []alerting.Leg {
	return slices.DeleteFunc(slices.Clone(o.Plan.Legs), func(l alerting.Leg) bool { return l.Audience != a })
}

func TestEveryKindHasARule(t *testing.T) {
	var kinds []alerting.Kind
	for _, a := range devices.Alarms() {
		kinds = append(kinds, alerting.KindOf(a))
	}
	kinds = append(kinds, alerting.KindHubFault)
	require.Len(t, table, len(kinds))
	emergency := policy.KindText(alerting.KindOf(devices.Emergency))
	for _, row := range table {
		assert.Contains(t, kinds, row.kind)
		words := policy.KindText(row.kind)
		assert.NotEmpty(t, words.ZH, row.kind)
		assert.NotEmpty(t, words.EN, row.kind)
		if row.kind != "emergency" {
			assert.NotEqual(t, emergency, words, "%s has words of its own", row.kind)
		}
		assert.NotEmpty(t, policy.ActionText(row.kind).ZH)
		assert.NotEmpty(t, policy.ActionText(row.kind).EN)
		assert.NotEmpty(t, policy.SeverityText(row.severity).ZH)
		assert.NotEmpty(t, policy.SeverityText(row.severity).EN)
	}
}

func TestPlanFollowsTheTable(t *testing.T) {
	for _, row := range table {
		for _, mode := range []alerting.Mode{devices.Live, devices.Drill} {
			o := plan(row.kind, mode)
			assert.Equal(t, row.severity, o.Severity, row.kind)
			assert.Equal(t, row.lead, o.Lead, row.kind)
			assert.Equal(t, row.confidential, o.Confidential, row.kind)
			assert.Equal(t, mode, o.Mode)
			assert.Equal(t, gate, o.Place)
			for audience, want := range map[alerting.Audience]int{
				alerting.Police: row.police, alerting.School: row.school, alerting.Guards: row.guards,
				alerting.Staff: off, alerting.District: off, alerting.Parents: off,
			} {
				legs := legsOf(o, audience)
				if want == off {
					assert.Empty(t, legs, "%s: %s are not told by themselves", row.kind, audience)
					continue
				}
				assert.NotEmpty(t, legs, "%s: %s", row.kind, audience)
				for _, l := range legs {
					assert.Equal(t, time.Duration(want)*time.Second, l.After, "%s: %s", row.kind, audience)
				}
			}
		}
	}
}

func TestUnknownKindIsAnEmergency(t *testing.T) {
	o, e := plan("invented", devices.Live), plan("emergency", devices.Live)
	assert.Equal(t, e.Severity, o.Severity)
	assert.Equal(t, e.Lead, o.Lead)
	assert.Equal(t, e.Plan, o.Plan)
	assert.Equal(t, policy.KindText("emergency"), policy.KindText("invented"))
}

func TestPlanListsTerminalsThenPagesThenWebhooks(t *testing.T) {
	var got []string
	for _, l := range plan("emergency", devices.Live).Plan.Legs {
		got = append(got, string(l.Audience)+" "+l.Recipient+" "+string(l.Channel))
	}
	assert.Equal(t, []string{
		"police station mqtt", "police ziwei-desk mqtt", "police ziwei-liaison console",
		"police ziwei-named-liaison console", "police ziwei-hook-police webhook",
		"school ziwei-desk mqtt", "school ziwei-named-officer console", "school ziwei-officer console",
		"school ziwei-hook-school webhook",
		"guards ziwei-desk mqtt", "guards ziwei-guard console", "guards ziwei-named-guard console",
		"guards ziwei-hook-guards webhook",
	}, got, "the police first, nobody twice, nobody of another school")
}

func TestConfidentialKindsGoToNamedPeopleOnly(t *testing.T) {
	for _, row := range table {
		if !row.confidential {
			continue
		}
		for _, mode := range devices.Modes() {
			var got []alerting.LegKey
			for _, l := range plan(row.kind, mode).Plan.Legs {
				got = append(got, l.Key())
			}
			assert.Equal(t, []alerting.LegKey{
				{Audience: alerting.School, Recipient: "ziwei-named-officer", Channel: alerting.ChannelConsole},
			}, got, "%s %s", row.kind, mode)
		}
	}
}

func TestForeignRecipientsAreInNoPlan(t *testing.T) {
	for _, row := range table {
		for _, l := range plan(row.kind, devices.Live).Plan.Legs {
			assert.NotContains(t, l.Recipient, "other", row.kind)
		}
	}
	assert.Empty(t, policy.Opening(directory(), "nowhere", gate, "emergency", devices.Live, false).Plan.Legs)
}

func TestTestIsToldAtOnceToWhoeverIsToldAtAll(t *testing.T) {
	for _, row := range table {
		live, test := plan(row.kind, devices.Live), plan(row.kind, devices.Test)
		require.Len(t, test.Plan.Legs, len(live.Plan.Legs), row.kind)
		for n, l := range test.Plan.Legs {
			assert.Zero(t, l.After)
			assert.Equal(t, live.Plan.Legs[n].Key(), l.Key(), "a test reaches nobody that an alarm would not")
		}
	}
}

func TestBudgetsAreThePublishedOnes(t *testing.T) {
	want := map[alerting.Audience][2]time.Duration{
		alerting.Police: {500 * time.Millisecond, 2 * time.Second},
		alerting.School: {time.Second, 4 * time.Second},
		alerting.Guards: {time.Second, 4 * time.Second},
	}
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, l := range plan("emergency", devices.Live).Plan.Legs {
		assert.Equal(t, want[l.Audience][0], l.Budget, l.Audience)
		assert.Equal(t, want[l.Audience][1], l.Limit, l.Audience)
		assert.Equal(t, now.Add(want[l.Audience][1]), policy.Deadline(l, now))
	}
}

func TestPlansShareNothing(t *testing.T) {
	d := directory()
	a := policy.Opening(d, "ziwei", gate, "emergency", devices.Live, true)
	require.True(t, a.Silent)
	a.Plan.Legs[0].Recipient = "changed"
	b := policy.Opening(d, "ziwei", gate, "emergency", devices.Live, false)
	assert.NotEqual(t, "changed", b.Plan.Legs[0].Recipient)
}
