package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// short is a post with so many people at it, of which the school hears first.
func short(present int, facts2 ...string) policy.Facts {
	f := of("post-uncovered", facts(alerting.EventOpened, devices.Live))
	f.Incident.Presses, f.Incident.PressCount, f.Incident.Present, f.Incident.Facts = nil, 0, &present, facts2
	return f
}

func TestTheSchoolHoldsTheGateOfAPostBelowItsMinimum(t *testing.T) {
	moving := alerting.FactPupilsMoving
	text := policy.Text(alerting.School, short(1, moving))
	assert.Equal(t, "北门 08:00:00 缺岗,在岗 1 人,低于最低人数。暂缓开门", text.ZH)
	assert.Equal(t, "North gate uncovered at 08:00:00, 1 present, below minimum. Hold the gate", text.EN)
	assert.Equal(t, "北门 08:00:00 缺岗,在岗 0 人,低于最低人数。请安排替岗", policy.Text(alerting.School, short(0)).ZH, "nobody is at a gate that nobody goes through")

	none := short(0, alerting.FactNoRoster)
	none.Incident.Present = nil
	assert.Equal(t, "今天没有值班表,岗位是否有人无法判断。请派人到岗并导入值班表", policy.Text(alerting.School, none).ZH, "nobody says that a post is below its minimum")
	assert.Equal(t, "No roster for today: nobody knows who should be at the posts. Send people and import it", policy.Text(alerting.School, none).EN)

	counted := short(0, moving)
	counted.Incident.Present = nil
	assert.Equal(t, "北门 08:00:00 缺岗,低于最低人数。暂缓开门", policy.Text(alerting.School, counted).ZH, "a gate rule counts nobody")

	graver := short(0, moving)
	graver.Event, graver.Now = alerting.EventVerified, pressed.Add(20*time.Minute)
	assert.Equal(t, "北门 08:20:00 缺岗,低于最低人数。暂缓开门", policy.Text(alerting.School, graver).ZH, "pupils have begun to come since; how many are there now was not counted")
	graver.Incident.Verify = alerting.VerifiedReal
	assert.NotContains(t, policy.Text(alerting.School, graver).ZH, "暂缓开门", "what a person found is told as that")

	own := short(0, moving)
	own.Actions.Guards = alerting.Text{ZH: "去后门", EN: "go to the back gate"}
	assert.Contains(t, policy.Text(alerting.School, own).ZH, "去后门", "the school's own words")
	assert.Contains(t, policy.Text(alerting.Guards, short(0, moving)).ZH, "到场查看并报告", "a neighbour post goes and looks")
	assert.NotContains(t, policy.Text(alerting.School, of("tamper", short(0, moving))).ZH, "暂缓开门", "another kind")
	for _, s := range policy.Shorter(alerting.School, short(12, moving)) {
		assert.Contains(t, s.ZH, "暂缓开门", "what to do is left out last")
	}
}
