package policy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// A test of a button disturbs the police within a filed drill alone; else it is
// the school's, who closes it too.
func TestATestReachesThePoliceOnlyWithinAFiledDrill(t *testing.T) {
	for _, row := range []struct {
		text          string
		filed, police bool
	}{
		{"{}", false, false},
		{"{}", true, true},
		{"{button_tests: {police: never}}", true, false},
		{"{button_tests: {police: always}}", false, true},
	} {
		s := own(t, row.text)
		for _, kind := range []alerting.Kind{"emergency", "attack", "fire"} {
			o := at(kind, devices.Test)
			o.Filed = row.filed
			opened, e := s.Open(o), s.Explain(o)
			police := legsOf(opened, alerting.Police)
			assert.Equal(t, row.police, len(police) > 0, "%s %s", row.text, kind)
			assert.NotEmpty(t, legsOf(opened, alerting.School), "it proves hub and school")
			lead := s.Open(at(kind, devices.Live)).Lead
			if !row.police {
				lead = alerting.LeadSchool
				assert.Contains(t, e.String(), "not told", "explain says so")
			}
			assert.Equal(t, lead, opened.Lead, "whoever closes it has heard of it: %s %s", row.text, kind)
			assert.Equal(t, opened.Lead, e.Lead)
			assert.Equal(t, opened.Plan, e.Plan)
			assert.False(t, slices.ContainsFunc(police, func(l alerting.Leg) bool {
				return l.Channel == alerting.ChannelSMS || l.Channel == alerting.ChannelVoice
			}))
		}
	}
	assert.Equal(t, policy.ButtonTests{Police: policy.DrillsFiled, Days: 7, PoliceDays: 31, JointDays: 92}, set().ButtonTests("ziwei"))
}
