package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// doubtful is a post of which nobody can tell how it stands, since ten minutes before.
func doubtful(present int, facts ...string) policy.Facts {
	f := of("post-unseen", short(present, facts...))
	f.Incident.Since = pressed.Add(-10 * time.Minute)
	return f
}

// Of a post that cannot be seen every audience reads that, and nobody that it is
// uncovered or that somebody is missing.
func TestOfAPostThatCannotBeSeenNoTextSaysThatItIsUncovered(t *testing.T) {
	moving, reader, link := alerting.FactPupilsMoving, alerting.FactReaderLost, alerting.FactLinkCut
	for want, f := range map[alerting.Text]policy.Facts{
		{ZH: "北门:读卡器自 07:50:00 起失联,是否有人无法判断,已知在岗 1 人。请打电话核实,核实前暂缓开门",
			EN: "North gate: card reader lost since 07:50:00, cannot tell who is there, 1 known. Telephone, and hold the gate until you know"}: doubtful(1, reader, moving),
		{ZH: "北门:读卡器自 07:50:00 起失联,是否有人无法判断,已知在岗 0 人。请打电话核实",
			EN: "North gate: card reader lost since 07:50:00, cannot tell who is there, 0 known. Ask by telephone"}: doubtful(0, reader),
		{ZH: "学校链路自 07:50:00 起中断,各岗位是否有人无法判断。请逐岗打电话核实,核实前暂缓开门",
			EN: "Link cut since 07:50:00: cannot tell who is at the posts. Telephone each, and hold the gates until you know"}: doubtful(0, link, moving),
		{ZH: "学校链路自 07:50:00 起中断,各岗位是否有人无法判断。请逐岗打电话核实",
			EN: "Link cut since 07:50:00: cannot tell who is at the posts. Ask each by telephone"}: doubtful(0, link),
	} {
		assert.Equal(t, want, policy.Text(alerting.School, f))
		for _, s := range policy.Shorter(alerting.School, f) {
			assert.Contains(t, s.ZH, "请", "what to do is left out last")
		}
		for _, a := range alerting.Audiences() {
			for _, e := range []alerting.EventType{alerting.EventOpened, alerting.EventEscalated, alerting.EventAcknowledged, alerting.EventResolved} {
				f.Event, f.Now = e, pressed.Add(time.Minute)
				text := policy.Text(a, f)
				assert.NotContains(t, text.ZH, "缺岗", "%s %s", a, e)
				assert.NotContains(t, text.ZH, "未到岗", "%s %s", a, e)
				assert.NotContains(t, text.EN, "uncovered", "%s %s", a, e)
			}
		}
	}
	guards := policy.Text(alerting.Guards, doubtful(0, reader, moving))
	assert.Contains(t, guards.ZH, "岗位情况不明")
	assert.Contains(t, guards.ZH, "到场查看并报告", "a neighbour post goes and looks")
}
