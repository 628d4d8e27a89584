package alerting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
)

func TestAnOverrunNamesEverybodyInAFixedOrder(t *testing.T) {
	late := []alerting.Delivery{
		{Recipient: "leader", Channel: alerting.ChannelMail, State: alerting.Failed, Reason: "refused", Path: 1},
		{Recipient: "desk-2", Channel: alerting.ChannelMQTT, State: alerting.Handed},
		{Recipient: "leader", Channel: alerting.ChannelSMS, State: alerting.Received},
		{Recipient: "desk-1", Channel: alerting.ChannelMQTT, State: alerting.Planned, Reason: "not connected"},
	}
	o := alerting.NewOverrun(alerting.Police, alerting.Received, 800*time.Millisecond, 3, late)
	e := alerting.Event{Type: alerting.EventOverrun, Audience: alerting.Police, Overrun: &o}
	assert.Equal(t, alerting.Text{
		ZH: "超时：警方 800 毫秒内无一送达：终端 desk-1（未连接）、终端 desk-2（已提交，未见回执）、短信 leader（已送达，迟到）、邮件 leader（未送达，refused）",
		EN: "Budget missed: to the police none was received within 800ms: terminal desk-1 (not connected), terminal desk-2 (handed over, no receipt), " +
			"text message leader (received, late), mail leader (not delivered, refused)",
	}, alerting.Timeline([]alerting.Event{e})[0].Text)
	late[0], late[3] = late[3], late[0]
	assert.Equal(t, o, alerting.NewOverrun(alerting.Police, alerting.Received, 800*time.Millisecond, 3, late))

	many := make([]alerting.Delivery, 30)
	for k := range many {
		many[k] = alerting.Delivery{Recipient: fmt.Sprintf("desk-%02d", k), Channel: alerting.ChannelMQTT, State: alerting.Planned}
	}
	o = alerting.NewOverrun(alerting.Police, alerting.Handed, 2*time.Second, 3, many)
	assert.Len(t, o.Missed, alerting.MaxMissed)
	e.Overrun = &o
	assert.Contains(t, alerting.Timeline([]alerting.Event{e})[0].Text.ZH, "、另 6 个")

	e.Overrun, e.Reason = nil, "of an earlier release"
	assert.Equal(t, "超时：of an earlier release", alerting.Timeline([]alerting.Event{e})[0].Text.ZH)
}

func TestTheLatestOverrunOfEachAudienceStandsOnTheIncident(t *testing.T) {
	var i alerting.Incident
	for n, a := range []alerting.Audience{alerting.Guards, alerting.Police, alerting.Guards} {
		o := alerting.NewOverrun(a, alerting.Received, time.Second, int64(n), []alerting.Delivery{{Recipient: "x"}})
		i.Apply(alerting.Event{Type: alerting.EventOverrun, Audience: a, At: noon, Overrun: &o})
	}
	assert.Equal(t, []alerting.Overrun{
		{Audience: alerting.Police, Stage: alerting.Received, Within: time.Second, Number: 1, At: noon},
		{Audience: alerting.Guards, Stage: alerting.Received, Within: time.Second, Number: 2, At: noon},
	}, i.Overruns, "without names: those are in the timeline")
}

func TestALevelThatIsToldAgainSaysSo(t *testing.T) {
	level := func(a alerting.Audience, level int, round int64) alerting.Event {
		return alerting.Event{Type: alerting.EventEscalated, Audience: a, Level: level, Number: round}
	}
	lines := alerting.Timeline([]alerting.Event{
		level(alerting.Police, 3, 1), level(alerting.Police, 3, 1), level(alerting.School, 3, 1), level(alerting.Police, 3, 1), level(alerting.Police, 3, 9),
	})
	assert.Equal(t, "升级通知警方（第 3 级）：无人接手", lines[0].Text.ZH)
	assert.Equal(t, "再次升级通知警方（第 3 级，第 2 次）：仍无人接手", lines[1].Text.ZH)
	assert.Equal(t, "升级通知学校（第 3 级）：无人接手", lines[2].Text.ZH)
	assert.Equal(t, "Level 3 of the police told again (time 3): still nobody has taken it on", lines[3].Text.EN)
	assert.Equal(t, lines[0].Text, lines[4].Text, "a new round counts anew")
}

func TestAnOverrunNamesNobodyTwice(t *testing.T) {
	late := []alerting.Delivery{
		{Recipient: "office-1", Channel: alerting.ChannelMQTT, State: alerting.Handed},
		{Recipient: "office-1", Channel: alerting.ChannelMQTT, State: alerting.Handed},
		{Recipient: "officer", Channel: alerting.ChannelConsole, State: alerting.Expired, Reason: alerting.Superseded},
	}
	o := alerting.NewOverrun(alerting.School, alerting.Received, 4*time.Second, 3, late)
	got := alerting.Timeline([]alerting.Event{{Type: alerting.EventOverrun, Audience: alerting.School, Overrun: &o}})
	assert.Len(t, got, 1)
	assert.Contains(t, got[0].Text.ZH, "终端 office-1（已提交，未见回执）2 次")
	assert.Contains(t, got[0].Text.ZH, "网页控制台 officer（已由更新的通知取代）")
	assert.Contains(t, got[0].Text.EN, "terminal office-1 (handed over, no receipt) 2 times")
	assert.Equal(t, 1, strings.Count(got[0].Text.EN, "office-1"))
}
