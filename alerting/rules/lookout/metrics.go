package lookout

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics name no gate and no kind: what a rule found may be confidential.
type metrics struct {
	readings prometheus.Counter
	dropped  prometheus.Counter
	unsaid   prometheus.Counter
	unkept   prometheus.Counter
	changes  *prometheus.CounterVec
	broken   *prometheus.GaugeVec
	closed   *prometheus.GaugeVec
	took     prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	counter := func(name, help string) prometheus.Counter {
		return f.NewCounter(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "rules", Name: name, Help: help})
	}
	return &metrics{
		readings: counter("readings_total", "Readings of gates that the rules have taken in."),
		dropped:  counter("readings_dropped_total", "Readings that the rules had no room for: the oldest is dropped."),
		unsaid:   counter("unsaid_total", "What the rules found and could not raise or close."),
		unkept:   counter("unkept_total", "Times that what gates did could not be written down: a restart would find anew what holds."),
		changes: f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "rules", Name: "changes_total", Help: "What has become of rules at gates.",
		}, []string{"what"}),
		broken: f.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "rules", Name: "broken",
			Help: "1 while a rule errs or costs more than it may, and rests.",
		}, []string{"school", "rule"}),
		closed: f.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "rules", Name: "campus_closed",
			Help: "1 while no pedestrian gate of the school stands open at a time at which it is to be shut, else 0; absent while no gate has said how it stands.",
		}, []string{"school"}),
		took: f.NewHistogram(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "rules", Name: "look_duration_seconds", Help: "How long a look at one gate took.",
			Buckets: []float64{.0001, .0005, .001, .005, .02, .1, 1},
		}),
	}
}
