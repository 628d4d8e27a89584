package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestThePoliceReadWhoIsOnPostAndNobodyElseDoes(t *testing.T) {
	f := facts(alerting.EventOpened, devices.Live)
	assert.NotContains(t, policy.Text(alerting.Police, f).ZH, "在岗", "nobody knows: nothing is said of it")
	f.Incident.OnPost = alerting.Text{ZH: "保安员2人、教职工1人", EN: "school guard 2, teacher 1"}
	text := policy.Text(alerting.Police, f)
	assert.Equal(t, "【校园警情】紫薇小学 北门 一键报警(待定性),08:00:00 报警(已 12 秒),未核实。在岗保安员2人、教职工1人。回拨010-5555", text.ZH)
	assert.Equal(t, "School alarm: Ziwei Primary, North gate, emergency (not yet classified), pressed 08:00:00 (12 s), unverified. "+
		"On post: school guard 2, teacher 1. Call 010-5555", text.EN)
	for _, a := range everybody[1:] {
		assert.NotContains(t, policy.Text(a, f).EN, "teacher 1", a)
	}
	for _, a := range everybody {
		assert.NotContains(t, policy.Text(a, confidential(f)).EN, "teacher 1", a)
	}
	assert.NotContains(t, policy.PublicText(f).EN, "teacher 1")
}
