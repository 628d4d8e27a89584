package telemetry

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Vitals is what the hub's own metrics say of how it works inside.
type Vitals struct {
	JournalPending int           // entries that are not durable yet
	Commits        uint64        // since the start
	Committing     time.Duration // all of them together
	LanesWaiting   int           // messages that wait for a worker of their lane
	Connections    int           // of the broker, signed in
}

// ReadVitals takes them from the metrics. What no metric says is zero.
func ReadVitals(g prometheus.Gatherer) (Vitals, error) {
	all, err := g.Gather()
	if err != nil {
		return Vitals{}, fmt.Errorf("read the hub's metrics: %w", err)
	}
	var v Vitals
	for _, f := range all {
		switch f.GetName() {
		case "campushub_journal_pending_entries":
			v.JournalPending = int(gauges(f))
		case "campushub_deliver_lane_waiting_messages":
			v.LanesWaiting = int(gauges(f))
		case "campushub_broker_connections":
			v.Connections = int(gauges(f))
		case "campushub_journal_commit_seconds":
			for _, m := range f.GetMetric() {
				v.Commits += m.GetHistogram().GetSampleCount()
				v.Committing += time.Duration(m.GetHistogram().GetSampleSum() * float64(time.Second))
			}
		}
	}
	return v, nil
}

func gauges(f *dto.MetricFamily) (sum float64) {
	for _, m := range f.GetMetric() {
		sum += m.GetGauge().GetValue()
	}
	return sum
}

// CommitSince is how long a commit took on average since an earlier look; false
// where there was none.
func (v Vitals) CommitSince(earlier Vitals) (time.Duration, bool) {
	n := v.Commits - earlier.Commits
	if n == 0 || v.Commits < earlier.Commits {
		return 0, false
	}
	return (v.Committing - earlier.Committing) / time.Duration(n), true
}
