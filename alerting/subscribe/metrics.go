package subscribe

import (
	"errors"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.org/campushub/alerting"
)

// The two stages of subscribing.
const (
	stageBegin  = "begin"
	stageFinish = "finish"
)

// metrics count attempts, of all schools together.
type metrics struct {
	attempts *prometheus.CounterVec
	texts    *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	f := promauto.With(reg) // nil registers nowhere
	return &metrics{
		attempts: f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "subscriptions", Name: "attempts_total",
			Help: "Attempts of parents to subscribe, by stage (begin, finish) and result: ok, or why they were refused.",
		}, []string{"stage", "result"}),
		texts: f.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "subscriptions", Name: "texts_total",
			Help: "One-time codes by text message, by result: handed, refused, unanswered.",
		}, []string{"result"}),
	}
}

func (m *metrics) count(stage string, err error) {
	result := "ok"
	if refused, ok := errors.AsType[*alerting.Refusal](err); ok {
		result = strings.TrimPrefix(refused.Code, "subscribe.")
	} else if err != nil {
		result = "error"
	}
	m.attempts.WithLabelValues(stage, result).Inc()
}
