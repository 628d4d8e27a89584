package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Where the hub itself found something, at one of several gates and doors, each
// sentence says which; somebody who pressed stands where they pressed.
func TestWhatTheHubFoundIsToldWithItsPlace(t *testing.T) {
	found := func(event alerting.EventType, k alerting.Kind) policy.Facts {
		f := facts(event, devices.Live)
		f.Incident.Kind, f.Incident.PressCount, f.Incident.Presses = k, 0, nil
		f.Incident.Place.Name = alerting.Text{ZH: "东侧楼顶门", EN: "East roof door"}
		return f
	}
	for _, event := range []alerting.EventType{
		alerting.EventOpened, alerting.EventAcknowledged, alerting.EventVerified, alerting.EventEscalated, alerting.EventReminded,
		alerting.EventCancelRequested, alerting.EventReset, alerting.EventResolved, alerting.EventOverrun,
	} {
		for _, a := range []alerting.Audience{alerting.Police, alerting.School, alerting.Guards} {
			for _, k := range []alerting.Kind{"hazard", "crowd", "intrusion"} {
				f := found(event, k)
				f.Unreached = []alerting.Overrun{{Audience: alerting.Police}}
				assert.Contains(t, policy.Text(a, f).ZH, "东侧楼顶门", "%s to the %s of %s", event, a, k)
				assert.Contains(t, policy.Text(a, f).EN, "East roof door", "%s to the %s of %s", event, a, k)
			}
		}
	}
	signed := facts(alerting.EventAcknowledged, devices.Live)
	assert.NotContains(t, policy.Text(alerting.School, signed).ZH, gate.Name.ZH)

	roof := found(alerting.EventOpened, "welfare")
	roof.Incident.Confidential, roof.Incident.Facts = true, []string{alerting.FactSensor}
	assert.Equal(t, "你有一件保密事件待处理:东侧楼顶门。请立即前往,并登录查看", policy.Text(alerting.School, roof).ZH)
	assert.Equal(t, "A confidential matter waits for you: East roof door. Go there now, and sign in", policy.Text(alerting.School, roof).EN)
	assert.NotContains(t, policy.Text(alerting.Police, roof).ZH, "东侧楼顶门", "the named alone learn the place")
	roof.Shared = true
	assert.NotContains(t, policy.Text(alerting.School, roof).ZH, "东侧楼顶门", "nor does a screen that others read")
	roof.Shared, roof.Event = false, alerting.EventEscalated
	roof.Now = pressed.Add(2 * time.Minute)
	roof.Incident.RoundAt = pressed
	assert.Equal(t, "你有一件保密事件:东侧楼顶门,已 2 分钟无人接手,请立即前往并登录接手", policy.Text(alerting.School, roof).ZH)
	said := facts(alerting.EventOpened, devices.Live)
	said.Incident.Kind, said.Incident.Confidential = "bullying", true
	assert.NotContains(t, policy.Text(alerting.School, said).ZH, gate.Name.ZH, "what a person raised says no place")
}

func TestWhatIsRevealedIsToldAnew(t *testing.T) {
	f := facts(alerting.EventRevealed, devices.Live)
	f.Reason = "in confidence"
	for a, want := range map[alerting.Audience]string{
		alerting.Police: "【撤销保密】紫薇小学 北门 一键报警(待定性),08:00:00 报警(已 12 秒),未核实。请处置。回拨010-5555",
		alerting.School: "【撤销保密】【特急】北门 一键报警(待定性),08:00:00。关闭校门,到位支援,保持距离",
		alerting.Guards: "北门 一键报警(待定性)。关闭校门,到位支援,保持距离",
	} {
		assert.Equal(t, want, policy.Text(a, f).ZH)
		assert.NotContains(t, policy.Text(a, f).EN, "in confidence")
	}
	assert.Contains(t, policy.Text(alerting.District, f).ZH, "【首报】")
	assert.Contains(t, policy.Text(alerting.Police, facts(alerting.EventRevealed, devices.Drill)).ZH, "无需出警")
	assert.Less(t, len([]rune(policy.Shorter(alerting.Police, f)[len(policy.Shorter(alerting.Police, f))-1].ZH)), 64)
}
