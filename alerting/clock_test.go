package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestMarksByProfileAndKind(t *testing.T) {
	s := func(n int) time.Duration { return time.Duration(n) * time.Second }
	urban, suburban, rural := alerting.ClockRule{}, alerting.ClockRule{Profile: alerting.Suburban}, alerting.ClockRule{Profile: alerting.Rural}
	agreed := alerting.ClockRule{Profile: alerting.Rural, Police: s(1500)}
	for _, c := range []struct {
		rule alerting.ClockRule
		kind alerting.Kind
		want []time.Duration
	}{
		{urban, "emergency", []time.Duration{s(60), s(180), s(300)}},
		{alerting.ClockRule{Profile: "lunar"}, "attack", []time.Duration{s(60), s(180), s(300)}},
		{suburban, "intrusion", []time.Duration{s(60), s(180), s(600)}},
		{rural, "attack", []time.Duration{s(60), s(300), s(900)}},
		{agreed, "attack", []time.Duration{s(60), s(300), s(1500)}},
		{alerting.ClockRule{Police: s(1500)}, "attack", []time.Duration{s(60), s(180), s(300)}},
		{urban, "fire", []time.Duration{s(60), s(180), s(300), 0}},
		{rural, "fire", []time.Duration{s(60), s(180), s(900), 0}},
		{urban, "medical", []time.Duration{s(60), s(180), 0}},
		{rural, "health", []time.Duration{s(60), s(180), 0}},
		{urban, "hazard", nil},
		{urban, "bullying", nil},
		{urban, alerting.KindHubFault, nil},
	} {
		var got []time.Duration
		for _, m := range c.rule.Marks(c.kind) {
			got = append(got, m.Target)
			assert.True(t, hasHan(m.Text.ZH), c.kind)
			assert.NotEmpty(t, m.Text.EN, c.kind)
		}
		assert.Equal(t, c.want, got, "%v %s", c.rule, c.kind)
	}
}

func TestTheClockSaysWhatIsOverdueAndWhatComesNext(t *testing.T) {
	s := in(t, atOpen, alerting.LeadPolice)
	at := func(sec int) []alerting.MarkState {
		return s.now.Clock(alerting.ClockRule{}, noon.Add(time.Duration(sec)*time.Second))
	}
	overdue := func(c []alerting.MarkState) (out []bool) {
		for _, m := range c {
			out = append(out, m.Overdue)
		}
		return out
	}
	assert.Equal(t, []bool{false, false, false}, overdue(at(60)), "in time to the second")
	assert.Equal(t, []bool{true, false, false}, overdue(at(61)))
	next, ok := alerting.NextMark(at(61))
	require.True(t, ok)
	assert.Equal(t, alerting.PartyMutualAid, next.Party)
	assert.Equal(t, noon.Add(3*time.Minute), next.Due)

	s.do(arrive(guard, alerting.PartyMutualAid)) // a minute after the alarm
	clock := at(400)
	assert.Equal(t, []bool{true, false, true}, overdue(clock))
	assert.True(t, clock[1].Arrived)
	assert.Equal(t, time.Minute, clock[1].Took)
	_, ok = alerting.NextMark(clock)
	assert.False(t, ok)

	late := arrive(liaison, alerting.PartyPolice)
	events, err := s.tryAt(late, noon.Add(400*time.Second))
	require.NoError(t, err)
	s.keep(events)
	clock = at(1000)
	assert.True(t, clock[2].Arrived)
	assert.True(t, clock[2].Overdue, "they came, and late")
	assert.Equal(t, 400*time.Second, clock[2].Took)
}

func TestTheClockCountsFromTheFirstPress(t *testing.T) {
	p := press("p-1", noon)
	p.Age = 40 * time.Second
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: policyOf("attack")}, noon)
	require.NoError(t, err)
	i := alerting.Fold(events)
	assert.Equal(t, noon.Add(20*time.Second), i.Clock(alerting.ClockRule{}, noon)[0].Due)
	c := arrive(liaison, alerting.PartyPolice)
	c.OnPost = true
	events, err = alerting.Step(&i, alerting.Input{Command: &c}, noon.Add(time.Hour))
	require.NoError(t, err)
	i.Apply(events[0])
	police := i.Clock(alerting.ClockRule{}, noon.Add(time.Hour))[2]
	assert.True(t, police.Arrived)
	assert.Zero(t, police.Took, "who was on post counts 0 s")
	assert.False(t, police.Overdue)
}

func TestTheClockStopsWithTheIncident(t *testing.T) {
	s := in(t, atResolved, alerting.LeadPolice) // closed at one minute
	for _, m := range s.now.Clock(alerting.ClockRule{}, noon.Add(time.Hour)) {
		assert.False(t, m.Overdue, m.Party)
	}
}

func TestAStampWithoutATargetIsNeverOverdue(t *testing.T) {
	s := of(t, "medical")
	clock := s.now.Clock(alerting.ClockRule{}, noon.Add(time.Hour))
	assert.Equal(t, alerting.PartyAmbulance, clock[2].Party)
	assert.False(t, clock[2].Overdue)
	assert.Zero(t, clock[2].Due)
}
