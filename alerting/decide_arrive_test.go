package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestEachStageOfADispatchIsStampedOnce(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	sent := alerting.Command{Verb: alerting.VerbDispatch, Actor: liaison, Stage: alerting.ForceSent}
	left := sent
	left.Stage = alerting.ForceLeft
	assert.Len(t, s.do(sent), 1)
	assert.Empty(t, s.do(sent))
	assert.Len(t, s.do(left), 1)
	at := s.events[1].At
	assert.Equal(t, []alerting.Dispatch{{Stage: "sent", By: "desk", At: at}, {Stage: "left", By: "desk", At: at}}, s.now.Dispatched)
	sent.Stage = "soon"
	_, err := s.try(sent)
	require.ErrorIs(t, err, alerting.ErrInvalid)
}

func arrive(a alerting.Actor, p alerting.Party) alerting.Command {
	return alerting.Command{Verb: alerting.VerbArrive, Actor: a, Party: p}
}

func TestAnArrivalIsStampedOnceUnlessCorrected(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	s.do(arrive(guard, alerting.PartySchool))
	first := s.events[1].At
	assert.Equal(t, []alerting.Arrival{{Party: "school", At: first, By: "gate"}}, s.now.Arrivals)
	assert.Empty(t, s.do(arrive(officer, alerting.PartySchool)), "a second stamp changes nothing")
	s.do(arrive(officer, alerting.PartyPolice))
	before := s.now

	fix := arrive(officer, alerting.PartySchool)
	fix.When, fix.Correct = noon.Add(20*time.Second), true
	_, err := s.try(fix)
	require.ErrorIs(t, err, alerting.ErrInvalid, "a correction says why")
	fix.Reason = "stamped late"
	require.Len(t, s.do(fix), 1)
	a, ok := s.now.Arrival(alerting.PartySchool)
	require.True(t, ok)
	assert.Equal(t, alerting.Arrival{Party: "school", At: noon.Add(20 * time.Second), By: "office"}, a)
	assert.Len(t, s.now.Arrivals, 2)
	b, _ := before.Arrival(alerting.PartySchool)
	assert.Equal(t, first, b.At, "a published copy stays as it was")
	assert.Empty(t, s.do(fix), "the same correction again is none")
}

func TestWhoeverIsOnPostArrivedAtZero(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	c := arrive(liaison, alerting.PartyPolice)
	c.OnPost = true
	s.do(c)
	a, _ := s.now.Arrival(alerting.PartyPolice)
	assert.Equal(t, noon, a.At)
	assert.True(t, a.OnPost)
	assert.Equal(t, "民警到场（报警时已在岗）", alerting.Timeline(s.events)[1].Text.ZH)
}

func TestAStampLiesWithinTheIncident(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	for name, at := range map[string]time.Time{"before the alarm": noon.Add(-time.Second), "in the future": noon.Add(time.Hour)} {
		c := arrive(guard, alerting.PartySchool)
		c.When = at
		_, err := s.try(c)
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
		call := alerting.Command{Verb: alerting.VerbCall, Actor: guard, To: alerting.CallFire, When: at}
		_, err = s.try(call)
		require.ErrorIs(t, err, alerting.ErrInvalid, name)
	}
	_, err := s.try(arrive(guard, "press"))
	require.ErrorIs(t, err, alerting.ErrInvalid)
	for _, p := range alerting.Parties() {
		assert.True(t, hasHan(alerting.PartyText(p).ZH), p)
	}
}

func TestACallKeepsNoText(t *testing.T) {
	s := in(t, atResolved, alerting.LeadPolice)
	c := alerting.Command{Verb: alerting.VerbCall, Actor: officer, To: alerting.CallGuardian}
	s.do(c)
	c.Reached = true
	s.do(c)
	at := s.events[len(s.events)-1].At
	assert.Equal(t, []alerting.Call{
		{To: "guardian", At: at, By: "office", Role: alerting.RoleOfficer},
		{To: "guardian", At: at, By: "office", Role: alerting.RoleOfficer, Reached: true},
	}, s.now.Calls, "each call is a stamp of its own, also after the end")
	assert.Equal(t, "已致电监护人，未接通", alerting.Timeline(s.events)[3].Text.ZH)
	assert.Equal(t, "A guardian was called, reached", alerting.Timeline(s.events)[4].Text.EN)
	c.Text = "mother of …"
	_, err := s.try(c)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	c.Text, c.Reason = "", "mother of …"
	_, err = s.try(c)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	c.Reason, c.To = "", "911"
	_, err = s.try(c)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	c.To = alerting.CallFire
	for range alerting.MaxCalls - 2 {
		s.do(c)
	}
	_, err = s.try(c)
	require.ErrorIs(t, err, alerting.ErrConflict, "the list is bounded")
}
