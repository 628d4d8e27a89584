package grafanatest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/grafana"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

func TestSeveralValuesAreAPattern(t *testing.T) {
	of := Chosen{"school": {"a", "b"}, "instance": {"127.0.0.1:8080"}}
	q := grafana.Question{Of: grafana.Prometheus, Text: `up{instance=~"$instance", school=~"$school"}[$__range]`}
	assert.Equal(t, `up{instance=~"(127\\.0\\.0\\.1:8080)", school=~"(a|b)"}[10s]`, filled(q, of, map[string]string{"__range": "10s"}))
	q = grafana.Question{Of: grafana.InfluxDB, Text: `"school" =~ /^$school$/`}
	assert.Equal(t, `"school" =~ /^(a|b)$/`, filled(q, of, map[string]string{}))
}

func TestSpansOfPages(t *testing.T) {
	for from, want := range map[string]time.Duration{"now-12h": 12 * time.Hour, "now-1y": 365 * 24 * time.Hour} {
		got, err := span(from)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := span("now-1y6M")
	require.Error(t, err)
}

// A time and a tag alone are no answer.
func TestASeriesWithoutAValueIsNoAnswer(t *testing.T) {
	assert.False(t, hasValue(influxtest.Series{Columns: []string{"time", "mean"}, Values: [][]any{{1, nil}, {2, nil}}}))
	assert.True(t, hasValue(influxtest.Series{Columns: []string{"time", "mean"}, Values: [][]any{{1, nil}, {2, 0}}}))
	assert.ElementsMatch(t, []string{"a", "b"}, namedBy(influxtest.Series{
		Tags: map[string]string{"school": "a"}, Columns: []string{"time", "学校 · school"}, Values: [][]any{{1, "b"}},
	}))
}
