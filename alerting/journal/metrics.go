package journal

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	commits           prometheus.Counter
	failures          prometheus.Counter
	reopens           prometheus.Counter
	dropped           prometheus.Counter
	refused           prometheus.Counter
	batch             prometheus.Histogram
	commitSeconds     prometheus.Histogram
	checkpointSeconds prometheus.Histogram
	checkpointErrors  prometheus.Counter
	pending           prometheus.Gauge
	healthy           prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "journal", Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return f.NewGauge(prometheus.GaugeOpts{Namespace: "campushub", Subsystem: "journal", Name: name, Help: help})
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return f.NewHistogram(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "journal", Name: name, Help: help, Buckets: buckets,
		})
	}
	return &metrics{
		commits:           counter("commits_total", "Durable commits."),
		failures:          counter("failures_total", "Commits that failed."),
		reopens:           counter("reopens_total", "Attempts to reopen the database after a failed commit."),
		dropped:           counter("dropped_total", "Entries given up because they were not durable when a commit failed."),
		refused:           counter("refused_total", "Entries that no database could hold, such as a time beyond the year 9999."),
		batch:             histogram("commit_entries", "Entries written by one commit.", prometheus.ExponentialBuckets(1, 2, 10)),
		commitSeconds:     histogram("commit_seconds", "Time of one transaction, from begin to durable.", prometheus.ExponentialBuckets(0.0001, 2, 16)),
		checkpointSeconds: histogram("checkpoint_seconds", "Time to move committed pages into the database.", prometheus.ExponentialBuckets(0.0001, 2, 16)),
		checkpointErrors:  counter("checkpoint_errors_total", "Checkpoints that failed; nothing is lost by one."),
		pending:           gauge("pending_entries", "Entries that are not yet durable, including those kept while the disk is broken."),
		healthy:           gauge("healthy", "1 while commits succeed, 0 from a failed commit until the next success."),
	}
}
