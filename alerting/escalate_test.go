package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// ladder is the escalation of a critical incident: police at 15, 30 and every
// 60 s, the school at 30 s.
func ladder() []alerting.EscalationStep {
	return []alerting.EscalationStep{
		{Audience: alerting.Police, Level: 1, After: 15 * time.Second},
		{Audience: alerting.Police, Level: 3, After: time.Minute, Everybody: true, Repeat: time.Minute},
		{Audience: alerting.School, Level: 1, After: 30 * time.Second},
	}
}

func pressedWith(steps []alerting.EscalationStep) alerting.Incident {
	p := press("p-1", noon)
	o := opening(alerting.Critical, alerting.LeadPolice)
	o.Plan.Steps = steps
	events, _ := alerting.Step(nil, alerting.Input{Press: &p, Opening: o}, noon)
	return alerting.Fold(events)
}

func notice(t *testing.T, i *alerting.Incident, n alerting.Notice, at time.Time) {
	t.Helper()
	events, err := alerting.Step(i, alerting.Input{Notice: &n}, at)
	require.NoError(t, err)
	i.Apply(events[0])
}

func next(t *testing.T, i alerting.Incident) (alerting.Audience, int, time.Duration) {
	t.Helper()
	e, ok := i.NextEscalation()
	require.True(t, ok)
	return e.Audience, e.NextLevel, e.NextAt.Sub(noon)
}

func TestLevelsFollowEachOther(t *testing.T) {
	i := pressedWith(ladder())
	for _, want := range []struct {
		audience alerting.Audience
		level    int
		at       time.Duration
	}{
		{alerting.Police, 1, 15 * time.Second},
		{alerting.School, 1, 30 * time.Second},
		{alerting.Police, 3, time.Minute},
		{alerting.Police, 3, 2 * time.Minute},
		{alerting.Police, 3, 3 * time.Minute},
	} {
		a, level, at := next(t, i)
		assert.Equal(t, want.audience, a)
		assert.Equal(t, want.level, level)
		assert.Equal(t, want.at, at)
		notice(t, &i, alerting.Notice{Type: alerting.EventEscalated, Audience: a, Level: level, Number: i.Round}, noon.Add(at))
	}
}

func TestAnAcknowledgementStopsItsOwnAudienceAlone(t *testing.T) {
	i := pressedWith(ladder())
	act(t, &i, alerting.RoleLiaison, alerting.VerbAcknowledge, noon.Add(time.Second))

	a, _, _ := next(t, i)
	assert.Equal(t, alerting.School, a, "the police's stops only the police's")

	i = pressedWith(ladder())
	act(t, &i, alerting.RoleOfficer, alerting.VerbAcknowledge, noon.Add(time.Second))
	for _, e := range i.Escalations() {
		assert.Equal(t, alerting.Police, e.Audience, "and the school's only the school's")
	}
}

func TestAFurtherPressBeginsEscalationAnew(t *testing.T) {
	i := pressedWith(ladder())
	act(t, &i, alerting.RoleLiaison, alerting.VerbAcknowledge, noon.Add(time.Second))
	p := press("p-2", noon.Add(10*time.Minute))
	events, err := alerting.Step(&i, alerting.Input{Press: &p}, noon.Add(10*time.Minute))
	require.NoError(t, err)
	i.Apply(events[0])

	a, level, at := next(t, i)
	assert.Equal(t, alerting.Police, a)
	assert.Equal(t, 1, level)
	assert.Equal(t, 10*time.Minute, at, "the first level is told at once")
	notice(t, &i, alerting.Notice{Type: alerting.EventEscalated, Audience: a, Level: level, Number: i.Round}, noon.Add(at))
	notice(t, &i, alerting.Notice{Type: alerting.EventEscalated, Audience: alerting.School, Level: 1, Number: i.Round}, noon.Add(at))
	_, level, at = next(t, i)
	assert.Equal(t, 3, level)
	assert.Equal(t, 11*time.Minute, at, "the others count from the press")
}

func TestWhoIsToldLaterIsSparedWhereSomebodyTookItOn(t *testing.T) {
	fight := func() alerting.Incident {
		i := pressedWith(ladder()[:2])
		i.Plan.Legs = []alerting.Leg{
			{Audience: alerting.School, Recipient: "officer", Channel: alerting.ChannelConsole},
			{Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT, After: time.Minute},
		}
		return i
	}
	i := fight()
	assert.False(t, i.Spared(alerting.Police))
	act(t, &i, alerting.RoleOfficer, alerting.VerbAcknowledge, noon.Add(59*time.Second))
	assert.True(t, i.Spared(alerting.Police))
	assert.Empty(t, i.Escalations(), "nor does it escalate there")

	i = fight()
	act(t, &i, alerting.RoleOfficer, alerting.VerbAcknowledge, noon.Add(61*time.Second))
	assert.False(t, i.Spared(alerting.Police), "it was told by then")
	assert.NotEmpty(t, i.Escalations())

	p := press("p-2", noon.Add(2*time.Minute))
	i = fight()
	act(t, &i, alerting.RoleOfficer, alerting.VerbAcknowledge, noon.Add(time.Second))
	events, err := alerting.Step(&i, alerting.Input{Press: &p}, noon.Add(2*time.Minute))
	require.NoError(t, err)
	i.Apply(events[0])
	assert.False(t, i.Spared(alerting.Police), "a further press asks anew")
}

func TestNothingEscalatesOnceItIsClosed(t *testing.T) {
	i := pressedWith(ladder())
	act(t, &i, alerting.RoleLiaison, alerting.VerbReset, noon.Add(time.Second))
	act(t, &i, alerting.RoleLiaison, alerting.VerbResolve, noon.Add(time.Second))
	_, ok := i.NextEscalation()
	assert.False(t, ok)
}

func TestANewKindsStepsCountFromTheClassification(t *testing.T) {
	i := pressedWith(nil)
	at := noon.Add(10 * time.Minute)
	o := opening(alerting.Critical, alerting.LeadPolice)
	o.Kind, o.Plan.Steps = "attack", ladder()
	c := alerting.Command{Incident: i.ID, Verb: alerting.VerbClassify, Kind: "attack", Actor: alerting.Actor{Name: "liu", Role: alerting.RoleLiaison}}
	events, err := alerting.Step(&i, alerting.Input{Command: &c, Opening: o}, at)
	require.NoError(t, err)
	i.Apply(events[0])

	a, level, due := next(t, i)
	assert.Equal(t, alerting.Police, a)
	assert.Equal(t, 1, level)
	assert.Equal(t, 10*time.Minute+15*time.Second, due)
}

func act(t *testing.T, i *alerting.Incident, r alerting.Role, v alerting.Verb, at time.Time) {
	t.Helper()
	c := alerting.Command{Incident: i.ID, Verb: v, Actor: alerting.Actor{Name: string(r), Role: r}, Reason: "looked", Outcome: alerting.OutcomeReal}
	events, err := alerting.Step(i, alerting.Input{Command: &c}, at)
	require.NoError(t, err)
	for _, e := range events {
		i.Apply(e)
	}
}

// A level that a classification adds below another is due behind it: the other
// comes when it was due, and whom the lower one would add is told with it.
func TestAnAddedLevelPutsNoOtherOff(t *testing.T) {
	o := opening(alerting.High, alerting.LeadPolice)
	o.Plan.Steps = []alerting.EscalationStep{
		{Audience: alerting.Police, Level: 1, After: 30 * time.Second},
		{Audience: alerting.Police, Level: 3, After: 2 * time.Minute, Repeat: time.Minute},
	}
	s := opened(t, o)
	s.keep([]alerting.Event{
		{Type: alerting.EventEscalated, Incident: s.now.ID, At: noon.Add(30 * time.Second), Audience: alerting.Police, Level: 1, Number: s.now.Round},
		{Type: alerting.EventClassified, Incident: s.now.ID, At: noon.Add(100 * time.Second), Class: &alerting.Classification{
			Kind: "attack", Severity: alerting.Critical, Steps: []alerting.EscalationStep{
				{Audience: alerting.Police, Level: 2, After: 30 * time.Second, Since: noon.Add(100 * time.Second)},
			},
		}},
	})
	next, ok := s.now.NextEscalation()
	require.True(t, ok)
	assert.Equal(t, 3, next.NextLevel)
	assert.Equal(t, noon.Add(2*time.Minute), next.NextAt)
}
