package notice

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/release"
)

// Why a letter was not delivered, beside the reasons why the rest of a posting
// is not told.
const (
	failedRefused      = "refused"      // whoever carries it will not, however often it is asked
	failedUnanswered   = "unanswered"   // not accepted in any attempt
	failedUnsubscribed = "unsubscribed" // by the reader, after the release
	failedUndelivered  = "undelivered"  // accepted, and reported as not delivered
)

// metrics count letters to parents: figures alone, of all schools together.
// Those that a stop cut off are planned anew after the next start.
type metrics struct {
	letters  *prometheus.CounterVec
	handed   *prometheus.CounterVec
	received *prometheus.CounterVec
	failed   *prometheus.CounterVec
	first    *prometheus.HistogramVec
	most     *prometheus.HistogramVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg) // nil registers nowhere
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Namespace: "campushub", Subsystem: "parents", Name: name, Help: help}, append(labels, "channel"))
	}
	took := func(name, help string) *prometheus.HistogramVec {
		return f.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "campushub", Subsystem: "parents", Name: name, Help: help,
			Buckets: []float64{0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300}, // the budgets are 5 s and 60 s
		}, []string{"channel"})
	}
	return &metrics{
		letters:  counter("letters_planned_total", "Letters to parents that were due, by channel."),
		handed:   counter("letters_handed_total", "Letters that whoever carries them has accepted, by channel."),
		received: counter("letters_received_total", "Letters that were reported as delivered, by channel; most channels report none."),
		failed:   counter("letters_failed_total", "Letters that were not delivered, by channel and reason.", "reason"),
		first:    took("first_letter_seconds", "From the release of a notice until its first letter was accepted."),
		most:     took("fanout_seconds", "From the release of a notice until 99 % of its letters were accepted."),
	}
}

func (m *metrics) planned(p Posting) {
	m.letters.WithLabelValues(string(p.Channel)).Add(float64(p.Pending()))
}

// tried counts one letter, and what the posting came to with it.
func (m *metrics) tried(p Posting, next release.Progress, failed error) {
	channel := string(p.Channel)
	if failed != nil {
		m.failed.WithLabelValues(reasonOf(failed), channel).Inc()
		return
	}
	m.handed.WithLabelValues(channel).Inc()
	if p.First.IsZero() && !next.First.IsZero() {
		m.first.WithLabelValues(channel).Observe(next.First.Sub(next.Start).Seconds())
	}
	if p.Most.IsZero() && !next.Most.IsZero() {
		m.most.WithLabelValues(channel).Observe(next.Most.Sub(next.Start).Seconds())
	}
}

// withdrawn counts one who has unsubscribed.
func (m *metrics) withdrawn(p Posting) {
	m.failed.WithLabelValues(failedUnsubscribed, string(p.Channel)).Inc()
}

// ended counts those whom nobody tells any more.
func (m *metrics) ended(p Posting, reason string) {
	m.failed.WithLabelValues(strings.ReplaceAll(reason, " ", "_"), string(p.Channel)).Add(float64(p.Pending()))
}

func reasonOf(err error) string {
	if deliver.IsPermanent(err) {
		return failedRefused
	}
	return failedUnanswered
}

// Reported counts what whoever carries letters says of one later on. It is
// called once a letter, from any goroutine.
func (p *Post) Reported(c alerting.Channel, s alerting.DeliveryState) {
	switch s {
	case alerting.Received, alerting.Read:
		p.metrics.received.WithLabelValues(string(c)).Inc()
	case alerting.Failed:
		p.metrics.failed.WithLabelValues(failedUndelivered, string(c)).Inc()
	}
}
