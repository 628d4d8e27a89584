package api

import (
	"fmt"
	"time"

	dto "github.com/prometheus/client_model/go"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// HubState is how the hub works inside, by its own metrics: what whoever runs it
// looks at first when something is slow.
type HubState struct {
	Began       time.Time // of the process; zero where nobody can say
	Goroutines  int
	Heap        int64         // bytes
	LongestGC   time.Duration // of the pauses that the runtime remembers
	Journal     bool          // it takes what is told
	Pending     int           // entries that are not durable yet
	Commit      time.Duration // on average since the start
	Lanes       int           // messages that wait for a worker
	Connections int           // of the broker, signed in
	Spool       int64         // bytes on disk
	Waiting     int           // points that InfluxDB has not taken
	Dropped     int           // points given up since the start, for want of room or age
}

// Hub is how the hub works inside; it is for administrators.
func (s *Service) Hub(a people.Account) (HubState, error) {
	if a.Role != alerting.RoleAdmin {
		return HubState{}, fmt.Errorf("%w: %s runs no hub", alerting.ErrForbidden, a.Role)
	}
	all, err := s.gatherer.Gather()
	if err != nil {
		return HubState{}, fmt.Errorf("%w: the hub's metrics: %w", alerting.ErrUnavailable, err)
	}
	return stateOf(all), nil
}

func stateOf(all []*dto.MetricFamily) (h HubState) {
	for _, f := range all {
		switch n := value(f); f.GetName() {
		case "process_start_time_seconds":
			h.Began = time.UnixMilli(int64(n * 1000))
		case "go_goroutines":
			h.Goroutines = int(n)
		case "go_memstats_heap_alloc_bytes":
			h.Heap = int64(n)
		case "go_gc_duration_seconds":
			h.LongestGC = longest(f)
		case "campushub_journal_healthy":
			h.Journal = n > 0
		case "campushub_journal_pending_entries":
			h.Pending = int(n)
		case "campushub_journal_commit_seconds":
			h.Commit = mean(f)
		case "campushub_deliver_lane_waiting_messages":
			h.Lanes = int(n)
		case "campushub_broker_connections":
			h.Connections = int(n)
		case "campushub_telemetry_spool_bytes":
			h.Spool = int64(n)
		case "campushub_telemetry_spool_waiting_points":
			h.Waiting = int(n)
		case "campushub_telemetry_points_dropped_total", "campushub_telemetry_points_unspooled_total":
			h.Dropped += int(n)
		}
	}
	return h
}

// value is the sum of a family's gauges and counters.
func value(f *dto.MetricFamily) (sum float64) {
	for _, m := range f.GetMetric() {
		sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	return sum
}

// longest is the greatest quantile of a summary.
func longest(f *dto.MetricFamily) (out time.Duration) {
	for _, m := range f.GetMetric() {
		for _, q := range m.GetSummary().GetQuantile() {
			out = max(out, time.Duration(q.GetValue()*float64(time.Second)))
		}
	}
	return out
}

func mean(f *dto.MetricFamily) time.Duration {
	for _, m := range f.GetMetric() {
		if n := m.GetHistogram().GetSampleCount(); n > 0 {
			return time.Duration(m.GetHistogram().GetSampleSum() / float64(n) * float64(time.Second))
		}
	}
	return 0
}
