package alerting_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// narrow is a mark of another script beside a Chinese character or mark.
var narrow = regexp.MustCompile(`[\p{Han}」）：，] ?[,;:!()]|[,;:!()] ?[\p{Han}「（]`)

// Every sentence of a timeline is punctuated in Chinese, whatever vocabulary
// stands in it: names of kinds and duties, facts and outcomes have narrow marks in
// messages.
func TestTimelinesArePunctuatedInChinese(t *testing.T) {
	hub := alerting.Actor{Name: alerting.ActorHub}
	class := &alerting.Classification{
		Kind: "emergency", Name: alerting.Text{ZH: "一键报警(待定性)", EN: "emergency"}, Severity: alerting.Critical, Conceals: true,
	}
	examined := &alerting.Opening{Mode: devices.Test, Facts: []string{alerting.FactExamination}}
	rostered := alerting.Plan{Rostered: []alerting.Rostered{
		{Title: alerting.Text{ZH: "值班领导(带班领导)", EN: "duty leader"}, Contact: "sun", Level: 1},
		{Title: alerting.Text{ZH: "学校安全员(安全办主任)", EN: "officer"}, Untold: alerting.UntoldNoContact},
		{Title: alerting.Text{ZH: "替岗人员", EN: "substitute"}, Untold: alerting.UntoldByPolicy},
	}}
	overrun := alerting.NewOverrun(alerting.School, alerting.Received, time.Second, 1, []alerting.Delivery{
		{Recipient: "a", Channel: alerting.ChannelMQTT, State: alerting.Handed}, {Recipient: "b", Channel: alerting.ChannelSMS, State: alerting.Received},
		{Recipient: "c", Channel: alerting.ChannelVoice, State: alerting.Failed, Reason: "no answer"},
		{Recipient: "d", Channel: alerting.ChannelConsole, State: alerting.Expired, Reason: alerting.ClosedBefore},
		{Recipient: "e", Channel: alerting.ChannelMail, State: alerting.Read},
	})
	unread := &alerting.PressRecord{Mistyped: []string{"kind", "mode", "silent", "age_ms"}}
	events := []alerting.Event{
		{Type: alerting.EventOpened, Opening: &alerting.Opening{}, Press: unread},
		{Type: alerting.EventOpened, Opening: &alerting.Opening{Malformed: true}, Press: &alerting.PressRecord{}},
		{Type: alerting.EventOpened, Opening: &alerting.Opening{DrillOf: "d"}},
		{Type: alerting.EventOpened, Opening: examined, Press: &alerting.PressRecord{}},
		{Type: alerting.EventOpened, Opening: &alerting.Opening{Plan: rostered}, Reason: "x"},
		{Type: alerting.EventPressed, Press: &alerting.PressRecord{}, Withdrawn: []string{alerting.FactExamination}},
		{Type: alerting.EventPressed, Press: &alerting.PressRecord{}, Covered: true},
		{Type: alerting.EventPressAgain}, {Type: alerting.EventCancelRequested, Reason: "x"}, {Type: alerting.EventReset, Reason: "x"},
		{Type: alerting.EventResolved, Actor: hub}, {Type: alerting.EventResolved, Actor: hub, Reason: alerting.ReasonUnseen}, {Type: alerting.EventResumed}, {Type: alerting.EventResumed, Reason: "x"},
		{Type: alerting.EventStuck}, {Type: alerting.EventUnstored, Reason: "x"}, {Type: alerting.EventOverrun, Overrun: &overrun}, {Type: alerting.EventOverrun, Reason: "x"},
		{Type: alerting.EventRenewed}, {Type: alerting.EventCallBack}, {Type: alerting.EventUnreached}, {Type: alerting.EventReal},
		{Type: alerting.EventEscalated, Audience: alerting.School, Level: 1}, {Type: alerting.EventEscalated, Audience: alerting.School, Level: 1},
		{Type: alerting.EventStoodDown}, {Type: alerting.EventStoodDown, Reason: alerting.StoodDownReal},
		{Type: alerting.EventReferred, Audience: alerting.District, Reason: "x"}, {Type: alerting.EventClassified, Class: class, Facts: []string{alerting.FactUnreached}},
		{Type: alerting.EventRevealed, Class: class, Reason: "x", Facts: []string{alerting.FactFlapping}},
		{Type: alerting.EventVerified, Verify: alerting.VerifiedReal, Facts: []string{alerting.FactUnreached}, Withdrawn: []string{alerting.FactSensorLost}, Class: class},
		{Type: alerting.EventArrived, Arrival: &alerting.Arrival{Party: alerting.PartySchool, OnPost: true}, Reason: "x"},
		{Type: alerting.EventReported, Submission: &alerting.Submission{Report: alerting.ReportFirst, Way: alerting.WayTelephone, Reference: "8"}},
		{Type: alerting.EventAcknowledged, Audience: alerting.Police, Actor: alerting.Actor{Channel: alerting.ChannelSMS}},
		{Type: alerting.EventAcknowledged, Audience: alerting.Police, Actor: alerting.Actor{Channel: alerting.ChannelVoice}},
	}
	for _, to := range alerting.Callees() {
		events = append(events, alerting.Event{Type: alerting.EventCalled, Call: &alerting.Call{To: to}}, alerting.Event{Type: alerting.EventCalled, Call: &alerting.Call{To: to, Reached: true}})
	}
	for _, o := range alerting.Outcomes(devices.Live, alerting.LeadPolice) {
		events = append(events, alerting.Event{Type: alerting.EventResolved, Outcome: o})
	}
	for k, line := range alerting.Timeline(events) {
		assert.NotRegexp(t, narrow, line.Text.ZH, "%d: %s", k, events[k].Type)
		assert.NotRegexp(t, narrow, line.Bare.ZH, "%d: %s", k, events[k].Type)
	}
	require.Regexp(t, narrow, class.Name.ZH)
	note := alerting.Timeline([]alerting.Event{{Type: alerting.EventNoted, Text: "北门已关(南门,没有)"}, {Type: alerting.EventReset, Reason: "看过,没事"}})
	assert.Equal(t, "北门已关(南门,没有)", note[0].Text.ZH, "what people wrote is theirs")
	assert.Equal(t, "人工复位：看过,没事", note[1].Text.ZH)
}

// What the hub itself says of a delivery is said in both languages; a far side's
// own words stay as they are.
func TestTheReasonOfADeliveryIsSaidInWords(t *testing.T) {
	for _, r := range []string{
		alerting.NotConnected, alerting.NoRoom, alerting.QueueFull, alerting.TooLate, alerting.Superseded, alerting.ClosedBefore, alerting.ClockSetBack,
		alerting.ReceivedElsewhere, alerting.MadeConfidential, alerting.StoodDownOver, alerting.NothingHeard, alerting.HubStopped,
		"no answer", "busy", "rejected", "call failed", "not delivered",
	} {
		got := alerting.ReasonText(r)
		assert.True(t, hasHan(got.ZH), r)
		assert.NotRegexp(t, `[A-Za-z]`, got.ZH)
		assert.NotEmpty(t, got.EN)
	}
	assert.Equal(t, alerting.Text{ZH: "网关报告未送达：DELIVRD-4", EN: "not delivered: DELIVRD-4"}, alerting.ReasonText("not delivered: DELIVRD-4"))
	for _, own := range []string{"", "post webhook city: status 500", "busy bee"} {
		assert.Equal(t, alerting.Text{ZH: own, EN: own}, alerting.ReasonText(own))
	}
}
