package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/devices"
)

func staged(school, incident string, a alerting.Audience, s alerting.DeliveryState, mode devices.Mode, at time.Time, after time.Duration) []byte {
	one := Stage{
		School: school, Incident: incident, Mode: mode, State: s,
		Delivery: alerting.Delivery{ID: "d", Audience: a, Channel: alerting.ChannelMQTT, PlannedAt: at.Add(-after)}, At: at,
	}
	if s == alerting.Failed {
		one.Why = alerting.WhyUnanswered
	}
	return stageLine(one, at)
}

func TestStagesAreByAudienceAndHour(t *testing.T) {
	s, put := keep(t, spool.Config{})
	put(noon.Add(time.Minute), gateSays("a", "g-1", noon, 1, 3)) // of the other class
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	require.NoError(t, s.Append(spool.Alarm, [][]byte{
		staged("a", "i", alerting.School, alerting.Handed, devices.Live, at(5), time.Second),
		staged("a", "i", alerting.Police, alerting.Handed, devices.Live, at(5), 30*time.Millisecond),
		staged("a", "i", alerting.Police, alerting.Handed, devices.Live, at(6), 10*time.Millisecond),
		staged("a", "i", alerting.Police, alerting.Handed, devices.Live, at(7), 20*time.Millisecond),
		staged("a", "i", alerting.Police, alerting.Received, devices.Live, at(8), 40*time.Millisecond),
		staged("a", "i", alerting.Police, alerting.Read, devices.Live, at(9), time.Minute),
		staged("a", "i", alerting.Police, alerting.Failed, devices.Live, at(70), time.Minute),
		staged("a", "i", alerting.Police, alerting.Expired, devices.Live, at(71), time.Minute),
		staged("a", "i", alerting.Police, alerting.Handed, devices.Drill, at(5), time.Hour),
		staged("b", "i", alerting.Police, alerting.Handed, devices.Live, at(5), time.Hour),
		staged("a", "hidden", alerting.Police, alerting.Handed, devices.Live, at(5), time.Hour),
		staged("a", "i", alerting.Police, alerting.Handed, devices.Live, at(300), time.Hour), // behind the end
	}, at(10)))
	asked := map[string]int{}
	got, err := NewPast(s).Stages(t.Context(), AskStages{
		School: "a", From: noon, To: at(240), Admit: func(i string) bool { asked[i]++; return i != "hidden" },
	})
	require.NoError(t, err)
	assert.Equal(t, []Told{
		{Audience: alerting.Police, Hour: noon, Handed: []float64{.01, .02, .03}, Received: []float64{.04}},
		{Audience: alerting.Police, Hour: at(60), Undelivered: 2},
		{Audience: alerting.School, Hour: noon, Handed: []float64{1}},
	}, got.Told)
	assert.Equal(t, map[string]int{"i": 1, "hidden": 1}, asked)
	assert.Equal(t, noon, got.Since)
	assert.InDelta(t, .02, Median(got.Told[0].Handed), 1e-9)
	assert.InDelta(t, 2, Median([]float64{1, 2}), 1e-9, "the longer one of two")
}
