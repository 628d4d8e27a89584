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
	return people.New(people.Lists{
		Schools:   []people.School{{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Zone: china}, {ID: "other"}},
		Terminals: terminals, Accounts: accounts, Webhooks: hooks,
	})
}

func plan(kind alerting.Kind, mode alerting.Mode) alerting.Opening {
	return policy.Opening(directory(), "ziwei", gate, kind, mode, false)
}

func legsOf(o alerting.Opening, a alerting.Audience) []alerting.Leg {
	return slices.DeleteFunc(slices.Clone(o.Plan.Legs), func(l alerting.Leg) bool { return l.Audience != a })
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
		"district ziwei-desk mqtt", "district ziwei-hook-district webhook",
	}, got, "the police first, nobody twice, nobody of another school")
}

func TestForeignRecipientsAreInNoPlan(t *testing.T) {
	for _, row := range table {
		for _, l := range plan(row.kind, devices.Live).Plan.Legs {
			assert.NotContains(t, l.Recipient, "other", row.kind)
		}
	}
	assert.Empty(t, policy.Opening(directory(), "nowhere", gate, "emergency", devices.Live, false).Plan.Legs)
}

func TestTestIsToldAtOnceAndOnlyAtTerminalsAndPages(t *testing.T) {
	for _, row := range table {
		live, test := plan(row.kind, devices.Live), plan(row.kind, devices.Test)
		var want, got []alerting.LegKey
		for _, l := range live.Plan.Legs {
			if l.Audience == alerting.Police {
				continue
			}
			if l.Channel == alerting.ChannelMQTT || l.Channel == alerting.ChannelConsole {
				want = append(want, l.Key())
			}
		}
		for _, l := range test.Plan.Legs {
			assert.Zero(t, l.After)
			assert.Empty(t, test.Plan.Steps, "a test disturbs nobody twice")
			got = append(got, l.Key())
		}
		assert.Equal(t, want, got, "%s: a test reaches nobody that an alarm would not, and not the police", row.kind)
	}
}

func TestBudgetsAreThePublishedOnes(t *testing.T) {
	want := map[alerting.Audience][2]time.Duration{
		alerting.Police: {500 * time.Millisecond, 2 * time.Second},
		alerting.School: {time.Second, 4 * time.Second},
		alerting.Guards: {time.Second, 4 * time.Second}, alerting.District: {time.Second, 4 * time.Second},
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

func TestConfidentialKindsGoToNamedPeopleOnly(t *testing.T) {
	for _, row := range table {
		if !row.confidential || row.facts != "" {
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
