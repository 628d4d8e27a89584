package telemetry

import (
	"encoding/json"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/telemetry/influxtest"
	"example.org/campushub/devices"
)

// thinned is what the course of a measurement holds of one step: each field
// that is a number, by its name.
func thinned(t *testing.T, s *influxtest.Server, measurement string, step time.Time) map[string]float64 {
	t.Helper()
	got, err := s.Query(t.Context(), database, `SELECT * FROM "trend"."`+measurement+`"`)
	require.NoError(t, err)
	out := map[string]float64{}
	for _, one := range got {
		for _, row := range one.Values {
			if row[0] != json.Number(strconv.FormatInt(step.UnixNano(), 10)) {
				continue
			}
			for i, column := range one.Columns[1:] {
				if n, ok := row[i+1].(json.Number); ok {
					v, err := n.Float64()
					require.NoError(t, err)
					out[column] = v
				}
			}
		}
	}
	return out
}

// What thins points out is run by InfluxDB itself: it begins with all of its
// window whenever it is started. What comes late, after days, is in the course
// the next time.
func TestTheCourseHoldsWhatCameLateToo(t *testing.T) {
	s := startInflux(t, t.TempDir())
	setUp(t, s)
	st := startStation(t, t.TempDir(), quick(s.URL))
	recent := time.Now().Add(-3 * time.Hour).Truncate(10 * time.Minute)
	old := time.Now().Add(-70 * time.Hour).Truncate(10 * time.Minute)
	read := func(at time.Time, level, in float64) {
		st.Reading(devices.Reading{From: gate, ReceivedAt: at, Values: map[string]float64{"level": level, "passages_in": in, "passages_out": 1}})
	}
	stage := func(at time.Time, after time.Duration) {
		d := alerting.Delivery{ID: "d-1", Audience: alerting.Police, Channel: alerting.ChannelMQTT, PlannedAt: at.Add(-after)}
		st.Stage(Stage{School: "no-1", Mode: devices.Live, Delivery: d, State: alerting.Handed, At: at})
	}
	course := func(measurement string, step time.Time, want map[string]float64) {
		t.Helper()
		var got map[string]float64
		require.Eventually(t, func() bool {
			got = thinned(t, s, measurement, step)
			return maps.Equal(want, got)
		}, patience, 100*time.Millisecond, "%s at %v: want %v, and it is %v", measurement, step, want, &got)
	}
	again := func() {
		st.drained(t)
		require.NoError(t, s.Stop())
		require.NoError(t, s.Start(t.Context()))
	}

	read(recent.Add(time.Minute), 10, 3)
	read(recent.Add(9*time.Minute), 20, 4)
	read(recent.Add(10*time.Minute), 1000, 1000) // the next step's
	for n := range 99 {
		stage(recent.Add(time.Duration(n)*time.Second), time.Duration(n+1)*time.Millisecond)
	}
	again()
	course(MeasureReading, recent, map[string]float64{
		"mean_level": 15, "mean_passages_in": 3.5, "mean_passages_out": 1, "sum_passages_in": 7, "sum_passages_out": 2,
	})
	course(MeasureDelivery, recent, map[string]float64{"count": 99, "p50": 0.05, "p99": 0.098, "max": 0.099})

	read(recent.Add(5*time.Minute), 60, 5)
	read(old.Add(time.Minute), 8, 2)
	stage(recent.Add(5*time.Minute), time.Minute)
	stage(old.Add(time.Minute), 2*time.Second)
	again()
	course(MeasureReading, recent, map[string]float64{
		"mean_level": 30, "mean_passages_in": 4, "mean_passages_out": 1, "sum_passages_in": 12, "sum_passages_out": 3,
	})
	course(MeasureReading, old, map[string]float64{
		"mean_level": 8, "mean_passages_in": 2, "mean_passages_out": 1, "sum_passages_in": 2, "sum_passages_out": 1,
	})
	course(MeasureDelivery, recent, map[string]float64{"count": 100, "p50": 0.05, "p99": 0.099, "max": 60})
	course(MeasureDelivery, old, map[string]float64{"count": 1, "p50": 2, "p99": 2, "max": 2})
}
