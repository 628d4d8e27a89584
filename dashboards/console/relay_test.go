package console_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
)

// Where the hub has nobody of the staff to tell, the officer reads what they
// would have been told, and stamps that it was passed on.
func TestAnOfficerPassesOnWhatTheHubCanTellNobody(t *testing.T) {
	h := start(t)
	i := press(h, "b-2", devices.Attack)
	at := "/incidents/" + i.ID
	officer := h.as("officer-1", "zh")
	page := officer.get(at).html
	says(t, page, "未配置通知方式，请你转告：")
	says(t, page, `<strong class="warn">教职工</strong>`)
	says(t, page, "【校内避险】")
	for _, who := range []string{"liaison-1", "guard-1"} {
		lacks(t, h.as(who, "zh").get(at).html, "请你转告")
	}
	assert.Equal(t, at, officer.post(at+"/call", "id", "c-1", "to", "staff", "reached", "yes", "return", at).path)
	page = officer.get(at).html
	lacks(t, page, `<strong class="warn">教职工</strong>`)
	says(t, page, "学校安全员已转告")
	says(t, page, "已转告教职工")
	says(t, h.as("liaison-1", "en").get(at).html, "It was passed on to the staff")
}
