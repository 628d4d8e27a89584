package engine

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
)

type metrics struct {
	presses         *prometheus.CounterVec
	repeated        prometheus.Counter
	refused         prometheus.Counter
	stuck           prometheus.Counter
	unstored        prometheus.Counter
	overruns        *prometheus.CounterVec
	escalations     *prometheus.CounterVec
	fallbacks       *prometheus.CounterVec
	reminders       *prometheus.CounterVec
	idleSteps       prometheus.Counter
	lostReports     prometheus.Counter
	lateDeliveries  prometheus.Counter
	strangeReceipts prometheus.Counter
	open            prometheus.Gauge
	stored          prometheus.Histogram
	stages          *prometheus.HistogramVec
}

// latencyBuckets span 0.1 ms to 10 s, in seconds.
var latencyBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 10}

// stageBuckets go on to 60 s, the hard limit of the slowest channel: a call
// rings, and a mail waits in its server.
var stageBuckets = slices.Concat(latencyBuckets, []float64{15, 30, 60})

func newMetrics(reg prometheus.Registerer) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "engine", Name: name, Help: help})
	}
	m := &metrics{
		presses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "presses_total", Help: "Presses told, by mode; a repeated press counts once.",
		}, []string{"mode"}),
		repeated:        counter("presses_repeated_total", "Presses that arrived again."),
		refused:         counter("presses_refused_total", "Presses refused because the alarm inbox was full."),
		stuck:           counter("buttons_stuck_total", "Buttons that began to repeat themselves."),
		unstored:        counter("events_unstored_total", "Events whose commit failed or took longer than 2 s."),
		lostReports:     counter("reports_lost_total", "Delivery reports that found the inbox full."),
		lateDeliveries:  counter("deliveries_unkept_total", "Delivery states that the journal had no room for, and got again later."),
		strangeReceipts: counter("receipts_ignored_total", "Receipts for an unknown delivery, or from somebody who was not told."),
		idleSteps:       counter("escalations_overdue_total", "Escalation steps that were due and that nothing was about to take; each raised a fault."),
		escalations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "escalations_total", Help: "Escalation levels that were due because nobody of the audience had taken an incident on.",
		}, []string{"audience"}),
		reminders: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "reminders_total", Help: "Reminders to whoever took an incident on, and renewed escalations, by what was missing.",
		}, []string{"audience", "missing"}),
		fallbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "fallbacks_total", Help: "Times at which a contact's next path began, by the audience and the channel that had brought no receipt.",
		}, []string{"audience", "channel"}),
		overruns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "budgets_missed_total", Help: "Incidents whose audience was not reached within its hard limit.",
		}, []string{"audience"}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "incidents_unresolved", Help: "Unresolved incidents.",
		}),
		stored: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "press_stored_seconds",
			Help: "From the publish read to the press durable.", Buckets: latencyBuckets, NativeHistogramBucketFactor: 1.1,
		}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "delivery_seconds",
			Help: "From a delivery planned to the stage.", Buckets: stageBuckets, NativeHistogramBucketFactor: 1.1,
		}, []string{"audience", "channel", "stage"}),
	}
	reg.MustRegister(m.presses, m.repeated, m.refused, m.stuck, m.unstored, m.overruns, m.escalations, m.fallbacks, m.reminders, m.idleSteps, m.lostReports,
		m.lateDeliveries, m.strangeReceipts, m.open, m.stored, m.stages)
	return m
}

// stage observes how long a delivery took to get this far. A delivery that is
// told again after a restart is measured from its first planning.
func (m *metrics) stage(d alerting.Delivery, p alerting.Progress) {
	m.stages.WithLabelValues(string(d.Audience), string(d.Channel), string(p.State)).Observe(max(p.At.Sub(d.PlannedAt), 0).Seconds())
}
