package api

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/dashboards/identity"
)

// metrics never carry a school, an incident or an account.
type metrics struct {
	refused *prometheus.CounterVec
	signIns *prometheus.CounterVec
	streams prometheus.Gauge
	closed  *prometheus.CounterVec
	frames  *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer, identities bool) (*metrics, error) {
	m := &metrics{
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campushub_api_refused_total", Help: "Requests that were refused, by reason.",
		}, []string{"reason"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campushub_api_sign_ins_total", Help: "Attempts to sign in, by result.",
		}, []string{"result"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "campushub_api_streams", Help: "Event streams that are open.",
		}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campushub_api_streams_closed_total", Help: "Event streams that ended, by reason.",
		}, []string{"reason"}),
		frames: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "campushub_api_frames_total", Help: "Frames written to event streams, by event.",
		}, []string{"event"}),
	}
	m.begin(identities)
	for _, c := range []prometheus.Collector{m.refused, m.signIns, m.streams, m.closed, m.frames} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register api metrics: %w", err)
		}
	}
	return m, nil
}

// begin has every series there at 0, so that the first event is a rise.
func (m *metrics) begin(identities bool) {
	for _, reason := range refusalReasons() {
		m.refused.WithLabelValues(reason)
	}
	for _, err := range []error{nil, ErrWrongPassword, &WaitError{}, ErrSignInBusy, errWrite} {
		m.signIns.WithLabelValues(signInResult(err))
	}
	if identities {
		m.beginIdentities()
	}
	for _, reason := range []error{errSignedOut, errDraining, errTooSlow, errGone, errWrite, errRenew} {
		m.closed.WithLabelValues(reason.Error())
	}
}

func (m *metrics) beginIdentities() {
	for _, err := range []error{ErrNoAccount, ErrAccountOff} {
		m.signIns.WithLabelValues(signInResult(err))
	}
	for _, why := range identity.Reasons() {
		m.signIns.WithLabelValues(signInResult(&identity.RefusedError{Reason: why}))
	}
}
