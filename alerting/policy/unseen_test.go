package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
	assert.Empty(t, s.Open(live("hub-fault")).Plan.Unseen)
	for _, k := range s.Kinds("ziwei") {
		if policy.Known(k) && k != "post-missed" && k != "patrol-missed" && k != "device-lost" && k != "device-service" && k != "tamper" {
			assert.Empty(t, s.Open(live(k)).Plan.Unseen, k)
		}
	}
}

func TestOfAMissedOfficerTheDutyLeaderIsToldAtOnce(t *testing.T) {
	s := policy.Compile(campus(), nil)
	p := s.Open(live("post-missed", policy.FactPoliceSlot)).Plan
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 0 1m0s"}, asked(p, alerting.School))
	assert.Empty(t, asked(p, alerting.Police), "shown, and not told")
	assert.ElementsMatch(t, []string{"officer 0 1m0s", "leader-today 1 11m0s"}, asked(s.Open(live("post-missed")).Plan, alerting.School))
}
