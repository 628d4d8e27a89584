package telemetry

import (
	"net/http"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
)

// series counts what is exposed of a metric, and what of that is above 0.
func series(t *testing.T, reg *prometheus.Registry, name string) (all, risen int) {
	t.Helper()
	families, err := reg.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			all++
			if m.GetCounter().GetValue() > 0 {
				risen++
			}
		}
	}
	return all, risen
}

// What has not happened yet is 0 and not absent; what happens makes no series
// that was not there.
func TestCountersAreThereBeforeTheFirstEvent(t *testing.T) {
	reg := prometheus.NewRegistry()
	m, err := newWriterMetrics(reg)
	require.NoError(t, err)
	before := map[string]int{}
	for _, name := range []string{"points_written_total", "points_rejected_total", "points_damaged_total", "writes_failed_total"} {
		name = "campushub_telemetry_" + name
		all, risen := series(t, reg, name)
		assert.Positive(t, all, name)
		assert.Zero(t, risen, name)
		before[name] = all
	}
	m.written.WithLabelValues(spool.Alarm.String()).Inc()
	for _, one := range []struct {
		status int
		text   string
	}{
		{http.StatusBadRequest, "field type conflict"}, {http.StatusBadRequest, "points beyond retention policy"}, {http.StatusBadRequest, "unable to parse"},
		{http.StatusBadRequest, "max-series-per-database"}, {http.StatusBadRequest, "what is this"}, {http.StatusRequestEntityTooLarge, "too long"},
	} {
		m.rejected.WithLabelValues(judge(said(one.status, one.text, true), 1).reason).Inc()
	}
	for _, status := range []int{http.StatusBadRequest, http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusTeapot, http.StatusLoopDetected} {
		m.failures.WithLabelValues(judge(said(status, "", false), 1).reason).Inc()
	}
	m.failures.WithLabelValues(judge(http.ErrHandlerTimeout, 1).reason).Inc()
	m.failures.WithLabelValues(reasonSpool).Inc()
	for name, n := range before {
		all, _ := series(t, reg, name)
		assert.Equal(t, n, all, name)
	}
	_, risen := series(t, reg, "campushub_telemetry_writes_failed_total")
	assert.Equal(t, 6, risen, "400, 503, 429, connection, spool; and other for the two that nobody knows")
}
