package policy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// What a school has to settle by itself stands on no page of the police: who
// of the parents is late, and which round was missed.
func TestWhatTheHubFoundAndThePoliceAreNeverToldStandsOnNoPageOfTheirs(t *testing.T) {
	s := set()
	kept := []alerting.Audience{alerting.Police}
	assert.Equal(t, kept, s.Open(live("post-missed")).Plan.Unseen, "a volunteer, a guard or a teacher")
	assert.Empty(t, s.Open(live("post-missed", policy.FactPoliceSlot)).Plan.Unseen)
	assert.Equal(t, kept, s.Open(live("patrol-missed")).Plan.Unseen)
	assert.Empty(t, s.Open(live("post-uncovered")).Plan.Unseen)
	for _, k := range s.Kinds("ziwei") {
		if policy.Known(k) && k != "post-missed" && k != "patrol-missed" && k != "device-lost" && k != "device-service" && k != "tamper" {
			assert.NotContains(t, s.Open(live(k)).Plan.Unseen, alerting.Police, k)
		}
	}
}

// A guard is told what to do at the place. That a disk is full, or a counter is
// silent, is for whoever looks after the hub; what a person raised a guard sees.
func TestWhatTheHubFoundAndGuardsAreNeverToldStandsOnNoPageOfTheirs(t *testing.T) {
	s := set()
	for _, k := range s.Kinds("ziwei") {
		kept := k == "device-lost" || k == "device-service" || k == "hub-fault"
		assert.Equal(t, kept, slices.Contains(s.Open(live(k)).Plan.Unseen, alerting.Guards), k)
		assert.NotContains(t, s.Open(live(k)).Plan.Unseen, alerting.School, k)
	}
	rules, faults := read(t, "kinds: {uplink-lost: {guards: never}, health: {guards: never}}")
	require.Empty(t, faults)
	d := campus()
	own := policy.Compile(d, map[string]*policy.Rules{"ziwei": rules})
	assert.Contains(t, own.Open(live("uplink-lost")).Plan.Unseen, alerting.Guards, "as the school's own policy has it")
	assert.Empty(t, own.Open(live("health")).Plan.Unseen, "somebody raised it")
}

func TestOfAMissedOfficerTheDutyLeaderIsToldAtOnce(t *testing.T) {
	s := policy.Compile(campus(), nil)
	p := s.Open(live("post-missed", policy.FactPoliceSlot)).Plan
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 0 1m0s"}, asked(p, alerting.School))
	assert.Empty(t, asked(p, alerting.Police), "shown, and not told")
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 1 11m0s"}, asked(s.Open(live("post-missed")).Plan, alerting.School))
}
