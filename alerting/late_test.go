package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// A press that the police had taken on with the others, before it came through,
// is kept and shown, and begins nothing anew. One that was pressed after they
// signed is an alarm, however long it took.
func TestALatePressIsNoNewAlarmWhereItWasTakenOnBefore(t *testing.T) {
	for _, c := range []struct {
		name            string
		pressed, signed time.Duration
		arrives         time.Duration
		covered         bool
	}{
		{"pressed before, arrives late", 10 * time.Second, time.Minute, 10 * time.Minute, true},
		{"pressed before, arrives soon", 10 * time.Second, time.Minute, 2 * time.Minute, false},
		{"pressed after, arrives late", 2 * time.Minute, time.Minute, 10 * time.Minute, false},
	} {
		s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
		events, err := s.tryAt(alerting.Command{Verb: alerting.VerbAcknowledge, Actor: liaison}, noon.Add(c.signed))
		require.NoError(t, err)
		s.keep(events)
		p := press("p-2", noon.Add(c.arrives))
		p.Age = c.arrives - c.pressed
		rounds := s.now.Rounds

		events = s.press(p)

		assert.Equal(t, c.covered, events[0].Covered, c.name)
		assert.True(t, events[0].Told(), "%s: it is never swallowed", c.name)
		assert.Equal(t, 2, s.now.PressCount, c.name)
		assert.True(t, s.now.Late, c.name)
		assert.Equal(t, c.covered, s.now.AcknowledgedBy(alerting.Police), c.name)
		assert.Equal(t, c.covered, s.now.Rounds == rounds, c.name)
	}
}

func TestNobodySignedNothingIsCovered(t *testing.T) {
	s := opened(t, opening(alerting.Critical, alerting.LeadPolice))
	p := press("p-2", noon.Add(10*time.Minute))
	p.Age = 9 * time.Minute
	assert.False(t, s.press(p)[0].Covered)
}

func TestTheStationCallsBackUntilItReachedTheSchool(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	s.notice(alerting.EventCallBack)
	assert.True(t, s.now.CallBack)
	call := alerting.Command{Verb: alerting.VerbCall, Actor: liaison, To: alerting.CallSchool}
	s.do(call)
	assert.True(t, s.now.CallBack, "not reached")
	call.Reached = true
	s.do(call)
	assert.False(t, s.now.CallBack)
	assert.Equal(t, "The school was called back, reached", alerting.Timeline(s.events)[len(s.events)-1].Text.EN)
}
