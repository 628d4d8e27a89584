package policy_test

import (
	"testing"
	"time"

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

// A cut is told from when on the way was not proven, which is before anybody
// found it; with the day, where that was another one.
func TestACutIsToldFromTheLastProofOn(t *testing.T) {
	f := of("uplink-lost", facts(alerting.EventOpened, devices.Live))
	f.Incident.Since = pressed.Add(-90 * time.Second)
	assert.Equal(t, "【通路中断】紫薇小学 自 07:58:30 起报警通路未证实,请电联 010-5555", policy.Text(alerting.Police, f).ZH)
	assert.Contains(t, policy.Text(alerting.School, f).ZH, "07:58:30")
	f.Incident.Since = pressed.Add(-9 * time.Hour)
	assert.Contains(t, policy.Text(alerting.Police, f).ZH, "自 03-01 23:00:00 起")
}
