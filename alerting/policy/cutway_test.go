package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// A way that is not proven sounds once with the police, when it has lasted; at
// the school somebody has to take it on.
func TestALastingCutSoundsOnceWithThePoliceAlone(t *testing.T) {
	f := of("uplink-lost", facts(alerting.EventVerified, devices.Live))
	assert.False(t, policy.SoundsOnce(alerting.Police, f.Incident))
	f.Incident.Facts = []string{alerting.FactLasting}
	assert.True(t, policy.SoundsOnce(alerting.Police, f.Incident))
	assert.False(t, policy.SoundsOnce(alerting.School, f.Incident))
	assert.Equal(t, "【通路中断】紫薇小学 自 08:00:00 起报警通路未证实,请电联 010-5555", policy.Text(alerting.Police, f).ZH)
	lost := of("button-lost", f)
	assert.False(t, policy.SoundsOnce(alerting.Police, lost.Incident), "another kind that lasts")
	f.Incident.Verify = alerting.VerifiedReal
	assert.NotContains(t, policy.Text(alerting.Police, f).ZH, "请电联", "what a person found is told as that")
}
