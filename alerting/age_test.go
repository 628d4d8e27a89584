package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestAnAgeNeverFallsWhenTheClockIsSetBack(t *testing.T) {
	s := opened(t, opening(alerting.High, alerting.LeadPolice))
	s.keep([]alerting.Event{{Type: alerting.EventNoted, Incident: s.now.ID, At: noon.Add(10 * time.Minute)}})
	assert.Equal(t, 12*time.Minute, s.now.Age(noon.Add(12*time.Minute)))

	back := noon.Add(-time.Hour)
	assert.True(t, s.now.SetBack(back))
	assert.Equal(t, 10*time.Minute, s.now.Age(back), "as old as it was at the latest event")
	s.keep([]alerting.Event{{Type: alerting.EventResumed, Incident: s.now.ID, At: back}})
	assert.False(t, s.now.SetBack(back))
	assert.Equal(t, 15*time.Minute, s.now.Age(back.Add(5*time.Minute)), "and older from then on")

	again := press("p-1", back.Add(time.Minute))
	again.Age = 11 * time.Minute
	require.Empty(t, s.press(again), "the same press, by another clock, was pressed no earlier")
	assert.Zero(t, alerting.Incident{OpenedAt: noon}.Age(back), "never less than nothing")
}

func TestAStageNeverComesBeforeItsPlanning(t *testing.T) {
	d := alerting.Delivery{State: alerting.Planned, PlannedAt: noon}
	handed, ok := d.Advanced(alerting.Progress{State: alerting.Handed, At: noon.Add(-time.Hour)})
	require.True(t, ok)
	assert.Equal(t, noon, *handed.HandedAt)
	assert.Equal(t, alerting.ClockSetBack, handed.Reason, "and says that nobody knows how long it took")
	_, ok = handed.Advanced(alerting.Progress{State: alerting.Handed, At: noon.Add(-time.Hour)})
	assert.False(t, ok, "the same report changes nothing")
	received, ok := handed.Advanced(alerting.Progress{State: alerting.Received, At: noon.Add(time.Second)})
	require.True(t, ok)
	assert.Equal(t, noon.Add(time.Second), *received.ReceivedAt)
	assert.Empty(t, received.Reason)
}
