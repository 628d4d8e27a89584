package console_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func TestWhoWasNotReachedInTimeIsOnTheCardAndInTheLedger(t *testing.T) {
	h := start(t)
	i := press(h, "b-1", devices.Emergency)
	zh, en := h.as("liaison-1", "zh"), h.as("liaison-1", "en")
	lacks(t, zh.get("/").html, "超时")
	lacks(t, zh.get("/incidents/"+i.ID).html, "超时")
	h.engine.Overrun(i.ID, alerting.Overrun{
		Audience: alerting.Police, Stage: alerting.Received, Within: 2 * time.Second, Number: i.Number,
		Missed: []alerting.Missed{{Recipient: "desk-1", Channel: alerting.ChannelMQTT, State: alerting.Handed}},
	})

	says(t, zh.get("/").html, "超时：警方 2.0 s 内未送达（")
	says(t, en.get("/").html, "overdue: police not reached within 2.0 s (")
	assert.Regexp(t, `<li class="warn" data-mark>超时：`, zh.get("/").html)
	page := zh.get("/incidents/" + i.ID).html
	says(t, page, "超时：警方 2 秒内无一送达：终端 desk-1（已提交，未见回执）", "the timeline names who")
	says(t, page, `<b class="missed">超时</b>`)
	says(t, page, "主通道 · 局域网")
	page = en.get("/incidents/" + i.ID).html
	says(t, page, `<b class="missed">overdue</b>`)
	says(t, page, "main path · LAN")
	lacks(t, page, "Signed")
	zh.post("/incidents/"+i.ID+"/acknowledge", "return", "/")
	says(t, zh.get("/incidents/"+i.ID).html, "<b>警方签收</b>", "the ledger's own row")
	assert.NotRegexp(t, `<li class="warn" data-mark>超时：`, zh.get("/").html, "they have it now: no warning any more")
}
