package pathcheck

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

type metrics struct {
	provenAt   *prometheus.GaugeVec
	took       *prometheus.GaugeVec
	checks     *prometheus.CounterVec
	responders *prometheus.GaugeVec
	paths      *prometheus.GaugeVec
	outside    *prometheus.GaugeVec // without a label: it is not there before the first look
	lost       prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg)
	gauge := func(name, help string) *prometheus.GaugeVec {
		return f.NewGaugeVec(prometheus.GaugeOpts{Namespace: "campushub", Subsystem: "path", Name: name, Help: help}, []string{"school"})
	}
	return &metrics{
		provenAt: gauge("proven_timestamp_seconds", "When the way to the police was last proven, Unix time; 0 where it never was."),
		took:     gauge("proven_duration_seconds", "How long the press of the last proof took to the police."),
		checks: f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "path", Name: "checks_total", Help: "Path checks that have ended, by result.",
		}, []string{"school", "result"}),
		responders: gauge("reachable_responders", "Responders of a school that an alarm would reach now."),
		paths:      gauge("independent_paths", "Independent paths to the responders that would be reached now."),
		outside: f.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "path", Name: "outside_reachable",
			Help: "1 while the configured outside address answers; absent where none is configured.",
		}, nil),
		lost: f.NewCounter(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "path", Name: "steps_lost_total", Help: "Steps and results that found no room; what they said counts as not proven.",
		}),
	}
}

func (m *metrics) concluded(school string, w way) {
	result := "not_proven"
	if !w.last.ProvenAt.IsZero() {
		result = "proven"
	}
	m.checks.WithLabelValues(school, result).Inc()
}

func (m *metrics) proven(school string, w way) {
	if !w.provenAt.IsZero() {
		m.provenAt.WithLabelValues(school).Set(float64(w.provenAt.UnixMilli()) / float64(time.Second/time.Millisecond))
		m.took.WithLabelValues(school).Set(w.took.Seconds())
	}
}

func (m *metrics) covered(school string, c Coverage) {
	m.responders.WithLabelValues(school).Set(float64(c.Responders))
	m.paths.WithLabelValues(school).Set(float64(len(c.Vias)))
}

// forget drops the figures of a school that is configured no more.
func (m *metrics) forget(school string) {
	for _, g := range []*prometheus.GaugeVec{m.provenAt, m.took, m.responders, m.paths} {
		g.DeleteLabelValues(school)
	}
}
