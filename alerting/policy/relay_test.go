package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// small is a campus that has no guards, no staff and no bureau to tell.
func small() *policy.Set {
	return policy.Compile(people.New(people.Lists{
		Schools: []people.School{ziwei}, Contacts: without("guard-1", "guard-2", "teachers", "bureau", "protection"),
	}), nil)
}

func relayed(s *policy.Set, i alerting.Incident) (out []string) {
	i.School, i.OpenedAt, i.Place = "ziwei", noon, gate
	for _, r := range s.Relays(policy.Facts{Incident: i, School: ziwei, Now: noon}) {
		out = append(out, string(r.Audience)+": "+r.Text.ZH)
	}
	return out
}

func TestSomebodyPassesOnWhatTheHubCanTellNobody(t *testing.T) {
	fire := alerting.Incident{Kind: "fire", Mode: devices.Live}
	all := relayed(small(), fire)
	require.Len(t, all, 3)
	assert.Equal(t, "guards: 北门 火情。开启通道和大门,引导消防车", all[0])
	assert.Equal(t, "staff: 【立即疏散】按路线到集合点,清点人数后上报", all[1])
	assert.Contains(t, all[2], "district: 【首报】")

	assert.Empty(t, relayed(policy.Compile(campus(), nil), fire), "each of them is told by the hub")
	for what, i := range map[string]alerting.Incident{
		"a test":              {Kind: "fire", Mode: devices.Test},
		"a confidential one":  {Kind: "fire", Mode: devices.Live, Confidential: true},
		"one that is over":    {Kind: "fire", Mode: devices.Live, State: alerting.StateResolved},
		"what nobody is told": {Kind: "bullying", Mode: devices.Live},
	} {
		assert.Empty(t, relayed(small(), i), what)
	}
	drill := relayed(small(), alerting.Incident{Kind: "fire", Mode: devices.Drill})
	require.Len(t, drill, 2, "the bureau hears of a drill that is filed")
	assert.Equal(t, "staff: 【演练】【立即疏散】按路线到集合点,清点人数后上报【演练】", drill[1])
	assert.Len(t, relayed(small(), alerting.Incident{Kind: "emergency", Mode: devices.Live}), 2, "of an alarm's staff a person decides")
}

func TestACheckNamesThoseWhomTheHubCannotTell(t *testing.T) {
	found := checked(t, "{}", without("teachers"))
	assert.Empty(t, said(found))
	require.Len(t, found.Warnings, 1)
	assert.Contains(t, found.Warnings[0].String(), "the hub has nobody of staff to tell at ziwei")
	assert.Equal(t, "add somebody of staff, or let the officer's page ask to pass it on", found.Warnings[0].Do)
}
