package alerting_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
)

func TestTheTimelineSaysWhoWasToldByTheRoster(t *testing.T) {
	substitute := alerting.Text{ZH: "替岗人员", EN: "substitute"}
	leader := alerting.Text{ZH: "值班领导", EN: "duty leader"}
	raised := alerting.Event{Type: alerting.EventOpened, Reason: "post-missed", Opening: &alerting.Opening{Plan: alerting.Plan{Rostered: []alerting.Rostered{
		{Title: substitute, Contact: "relief"}, {Title: leader, Contact: "sun", Level: 1},
		{Title: substitute, Untold: alerting.UntoldNoContact}, {Title: leader, Contact: "li", Untold: alerting.UntoldByPolicy},
	}}}}
	assert.Equal(t, alerting.Text{
		ZH: "系统上报：post-missed。按值班表通知：替岗人员（relief）、值班领导（sun，第 1 级）。值班表上的人未能通知：替岗人员（没有联系方式，请打电话或当面通知）、值班领导（预案不通知）",
		EN: "Raised by the hub: post-missed. Told by the roster: substitute (relief), duty leader (sun, at level 1). On the roster and not told: substitute (no contact is known: telephone or go to them), duty leader (the policy does not tell them)",
	}, alerting.Timeline([]alerting.Event{raised})[0].Text)
	raised.Opening.Plan.Rostered = nil
	assert.Equal(t, "Raised by the hub: post-missed", alerting.Timeline([]alerting.Event{raised})[0].Text.EN)
}
