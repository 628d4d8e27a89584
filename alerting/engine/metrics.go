package engine

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// metrics never carry a kind or an incident, and a school in [bySchool] alone. A label takes few
// values, and those of a counter are all there from the start, at 0: what
// increases for the first time is seen to increase.
type metrics struct {
	presses         *prometheus.CounterVec
	repeated        prometheus.Counter
	refused         prometheus.Counter
	stuck           prometheus.Counter
	unstored        prometheus.Counter
	budgets         *prometheus.CounterVec
	audiences       *prometheus.CounterVec
	escalations     *prometheus.CounterVec
	fallbacks       *prometheus.CounterVec
	undelivered     *prometheus.CounterVec
	reminders       *prometheus.CounterVec
	idleSteps       prometheus.Counter
	lostReports     prometheus.Counter
	lateDeliveries  prometheus.Counter
	strangeReceipts prometheus.Counter
	open            prometheus.Gauge
	stored          prometheus.Histogram
	stages          *prometheus.HistogramVec
	sincePress      *prometheus.HistogramVec
	schools         *bySchool
}

func newMetrics(reg prometheus.Registerer, of func() *people.Directory) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "engine", Name: name, Help: help})
	}
	m := &metrics{
		schools:         newBySchool(of),
		presses:         counters("presses_total", "Presses told, by mode; a repeated press counts once.", modes),
		repeated:        counter("presses_repeated_total", "Presses that arrived again."),
		refused:         counter("presses_refused_total", "Presses refused because the alarm inbox was full."),
		stuck:           counter("buttons_stuck_total", "Buttons that began to repeat themselves."),
		unstored:        counter("events_unstored_total", "Events whose commit failed or took longer than 2 s."),
		lostReports:     counter("reports_lost_total", "Delivery reports that found the inbox full."),
		lateDeliveries:  counter("deliveries_unkept_total", "Updates whose deliveries the journal had no room for, and got again later."),
		strangeReceipts: counter("receipts_ignored_total", "Receipts for an unknown delivery, or from somebody who was not told."),
		idleSteps:       counter("escalations_overdue_total", "Escalation steps that were due and that nothing was about to take; each raised a fault."),
		escalations:     counters("escalations_total", "Escalation levels that were due because nobody of the audience had taken an incident on.", responders, modes),
		reminders:       counters("reminders_total", "Reminders to whoever took an incident on, and renewed escalations, by what was missing.", takers, missings),
		fallbacks:       counters("fallbacks_total", "Times at which a contact's next path began, by the audience and the channel that had brought no receipt.", responders, channels, modes),
		undelivered:     counters("undelivered_total", "Live deliveries that came to nothing, by reason; not those whose contact confirmed the alarm over another path.", responders, channels, whys),
		budgets:         counters("budgets_missed_total", "Deliveries that had not come to the stage within their leg's target for it or hard limit.", responders, endpoints, paths, limits, modes),
		audiences:       counters("audiences_missed_total", "Presses and levels of which nobody of the audience came to the stage within the shortest target for it, or hard limit, of its legs.", responders, endpoints, limits, modes),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "campushub", Subsystem: "engine", Name: "incidents_unresolved", Help: "Unresolved incidents.",
		}),
		stored: prometheus.NewHistogram(seconds("press_stored_seconds", "From the publish read to the press durable.", latencyBuckets)),
		stages: prometheus.NewHistogramVec(
			seconds("delivery_seconds", "From a delivery planned to the stage.", stageBuckets), wayLabels),
		sincePress: prometheus.NewHistogramVec(
			seconds("press_seconds", "From the pressing, as the device told its age, to the stage: stored, handed, received, read, acknowledged.", stageBuckets), wayLabels),
	}
	reg.MustRegister(m.presses, m.repeated, m.refused, m.stuck, m.unstored, m.budgets, m.audiences, m.escalations, m.fallbacks, m.undelivered, m.reminders, m.idleSteps, m.lostReports,
		m.lateDeliveries, m.strangeReceipts, m.schools, m.open, m.stored, m.stages, m.sincePress)
	return m
}

// missed counts a delivery that is late for a stage.
func (m *metrics) missed(d alerting.Delivery, s alerting.DeliveryState, limit alerting.Miss, mode alerting.Mode) {
	m.budgets.WithLabelValues(string(d.Audience), string(s), pathLabel(d.Path), string(limit), string(mode)).Inc()
}

// missedBy counts an audience of which nobody came to a stage.
func (m *metrics) missedBy(i *alerting.Incident, a alerting.Audience, s alerting.DeliveryState, limit alerting.Miss) {
	m.audiences.WithLabelValues(string(a), string(s), string(limit), string(i.Mode)).Inc()
	if counts(i) {
		m.schools.audiences.WithLabelValues(i.School, string(a), string(s), string(limit)).Inc()
	}
}

// stage observes how long a delivery took to get this far. A delivery that is
// told again after a restart is measured from its first planning.
func (m *metrics) stage(d alerting.Delivery, s alerting.DeliveryState, mode alerting.Mode) {
	took, ok := d.Took(s)
	if d.At(s) == nil || !ok || d.Reason == alerting.ClockSetBack { // nobody knows how long that took
		return
	}
	way := []string{string(d.Audience), string(d.Channel), string(d.Via), pathLabel(d.Path), string(s), string(mode)}
	m.stages.WithLabelValues(way...).Observe(took.Seconds())
	if o := d.Origin; o != nil {
		m.sincePress.WithLabelValues(way...).Observe((o.Age + o.Wait + took).Seconds())
	}
}

// pressStored observes how long a press took to be durable.
func (m *metrics) pressStored(p alerting.PressRecord, mode alerting.Mode, now time.Time) {
	m.stored.Observe(now.Sub(p.ReceivedAt).Seconds())
	m.sincePress.WithLabelValues("", "", "", "", "stored", string(mode)).Observe(max(now.Sub(p.PressedAt), 0).Seconds())
}

// acknowledged observes how long it took until somebody took an incident on.
func (m *metrics) acknowledged(e alerting.Event, mode alerting.Mode) {
	m.sincePress.WithLabelValues(string(e.Audience), string(e.Actor.Channel), "", "", "acknowledged", string(mode)).Observe(e.After.Seconds())
}
