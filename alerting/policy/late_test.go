package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestALateAlarmEscalatesAsAHighOne(t *testing.T) {
	s := policy.Compile(campus(), nil)
	for _, k := range s.Kinds("ziwei") {
		o := live(k)
		now, o2 := s.Open(o), o
		o2.Late = true
		later := s.Open(o2)
		assert.Equal(t, now.Severity, later.Severity, "%s: it is as grave as it was", k)
		if now.Plan.Profile != "E1" {
			assert.Equal(t, now.Plan, later.Plan, k)
			continue
		}
		assert.Equal(t, "E2", later.Plan.Profile, k)
		assert.Equal(t, later.Plan, s.Explain(o2).Plan, k)
		assert.Equal(t, []string{"1@30", "2@60", "3@120 everybody every 120"}, climb(s, o2, alerting.Police), k)
	}
}

// arrived is a first press that took so long.
func arrived(took time.Duration) policy.Facts {
	f := facts(alerting.EventOpened, devices.Live)
	f.Incident.Presses[0].ReceivedAt = pressed.Add(took)
	f.Now = pressed.Add(took)
	return f
}

func TestYoungNewsIsToldAsLiveWithItsAge(t *testing.T) {
	young := policy.Text(alerting.Police, arrived(4*time.Minute)).ZH
	assert.Contains(t, young, "【校园警情】")
	assert.Contains(t, young, "(已 4 分钟)")
	assert.Contains(t, policy.Text(alerting.Police, arrived(5*time.Minute)).ZH, "【补报】")
}

func TestWhoWasOutOfReachIsToldSo(t *testing.T) {
	f := facts(alerting.EventAcknowledged, devices.Live)
	f.Held = 7 * time.Minute
	assert.Equal(t, "【补报】紫薇小学 北门 一键报警(待定性) 08:00:00 报警,通路中断,7 分钟后送达,尚未办结", policy.Text(alerting.Police, f).ZH)
	f = facts(alerting.EventResolved, devices.Live)
	f.Held = 90 * time.Minute
	text := policy.Text(alerting.Police, f)
	assert.Equal(t, "【补报】紫薇小学 北门 一键报警(待定性) 08:00:00 报警,学校已处置:未发现异常(善意报警)。请回访", text.ZH)
	assert.Equal(t, "Late: Ziwei Primary, North gate, emergency (not yet classified), pressed 08:00:00, handled: nothing found (pressed in good faith). Please call back", text.EN)
	assert.Contains(t, policy.Text(alerting.School, f).ZH, "【补报】北门")
	f.Incident.Confidential = true
	assert.NotContains(t, policy.Text(alerting.Police, f).ZH, "北门", "not late either")
}
