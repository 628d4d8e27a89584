package alerting_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

func refer(a alerting.Actor, to alerting.Audience) alerting.Command {
	return alerting.Command{Verb: alerting.VerbRefer, Actor: a, Audience: to, Reason: "needs help"}
}

func TestToReferAddsAnAudienceOnceAndTakesNothingOn(t *testing.T) {
	s := in(t, atOpen, alerting.LeadSchool)
	before := s.now
	events := s.do(refer(officer, alerting.District))

	require.Len(t, events, 1)
	assert.Len(t, events[0].Added(), 1)
	assert.Len(t, s.now.Plan.Legs, len(before.Plan.Legs)+1)
	assert.Equal(t, events[0].At, s.now.LegFrom(events[0].Added()[0].Key()), "it waits from the referral on")
	assert.Equal(t, []alerting.Referred{{Audience: alerting.District, By: officer.Name, Role: alerting.RoleOfficer, At: events[0].At}}, s.now.Referred)
	assert.Equal(t, alerting.StateOpen, s.now.State)
	assert.Equal(t, before.Kind, s.now.Kind)
	assert.Equal(t, alerting.Text{ZH: "转报教育局：needs help", EN: "Referred to the district: needs help"}, alerting.Timeline(s.events)[1].Text)
	assert.Empty(t, s.do(refer(liaison, alerting.District)), "it is so already")
	assert.Len(t, alerting.Fold(s.events).Referred, 1, "and after a restart")
}

func TestAReferralIsRefusedWithItsReason(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	for want, c := range map[string]alerting.Command{
		"not allowed: the school's officers and the police decide who else is told":   refer(guard, alerting.District),
		"conflict: the policy leaves it to nobody whether the staff are told of this": refer(officer, alerting.Staff),
		`invalid: audience: "parents" is none that an incident is referred to`:        refer(officer, alerting.Parents),
		`invalid: audience: "" is none that an incident is referred to`:               refer(officer, ""),
		"invalid: reason: a referral needs one":                                       {Verb: alerting.VerbRefer, Actor: officer, Audience: alerting.District, Reason: " "},
	} {
		_, err := s.try(c)
		assert.EqualError(t, err, want)
	}
	c := refer(officer, alerting.District)
	_, err := alerting.Step(&s.now, alerting.Input{Command: &c, Left: true}, noon)
	require.EqualError(t, err, "conflict: nobody of the district can be told: none is configured for it")
	test := s.now
	test.Mode = devices.Test
	_, err = alerting.Step(&test, alerting.Input{Command: &c, Left: true}, noon)
	assert.EqualError(t, err, "conflict: a test is referred to nobody")
}

// Who has to answer what is confidential goes on to, and whom it is referred to
// may have to beside them.
func TestAReferralAsksFurtherAudiencesToAnswer(t *testing.T) {
	s := in(t, atOpen, alerting.LeadSchool)
	s.now.Confidential, s.now.Asked = true, []alerting.Audience{alerting.School}
	c := refer(officer, alerting.Police)
	o := alerting.Opening{Asked: []alerting.Audience{alerting.Police}, Plan: alerting.Plan{Legs: []alerting.Leg{{Audience: alerting.Police, Recipient: "desk-2", Channel: alerting.ChannelMQTT}}}}
	events, err := alerting.Step(&s.now, alerting.Input{Command: &c, Opening: o, Left: true}, noon)
	require.NoError(t, err)
	s.keep(events)
	assert.Equal(t, []alerting.Audience{alerting.School, alerting.Police}, s.now.Asked)
	s.do(refer(officer, alerting.District))
	assert.Equal(t, []alerting.Audience{alerting.School, alerting.Police}, s.now.Asked)
}
