// Package callback is what every far side that calls back has in common: a
// body that is bounded and read strictly, a signature that counts once, and
// refusals that are counted by reason and say nothing of what is inside.
//
// It starts no goroutine, and trusts nobody: whose key a caller must have, or
// what else proves who calls, the channel's own package knows.
package callback

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
)

// MaxBody is how long a callback may be, in bytes.
const MaxBody = 16 << 10

// Refusal is why a callback was not taken.
type Refusal struct {
	Status int
	Reason string // as it is counted and answered; one of few
}

func (r Refusal) Error() string { return r.Reason }

// The refusals that every channel has.
var (
	ErrTooLong   = Refusal{http.StatusRequestEntityTooLarge, "too long"}
	ErrMalformed = Refusal{http.StatusUnprocessableEntity, "malformed"}
	ErrUnknown   = Refusal{http.StatusNotFound, "unknown message"}
	ErrDown      = Refusal{http.StatusServiceUnavailable, "not now"}
	ErrConflict  = Refusal{http.StatusConflict, "too late"}
	ErrForbidden = Refusal{http.StatusForbidden, "not allowed"}
)

// Read reads a body, however long it is announced to be, up to MaxBody.
func Read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	switch {
	case err != nil:
		return nil, ErrMalformed
	case len(body) > MaxBody:
		return nil, ErrTooLong
	}
	return body, nil
}

// Decode reads one JSON object that holds the fields of v and no other.
func Decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(v) != nil {
		return ErrMalformed
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ErrMalformed
	}
	return nil
}

// Of is the refusal that an error of the engine stands for.
func Of(err error) Refusal {
	var r Refusal
	switch {
	case errors.As(err, &r):
		return r
	case errors.Is(err, alerting.ErrNotFound):
		return ErrUnknown
	case errors.Is(err, alerting.ErrConflict), errors.Is(err, alerting.ErrInvalid):
		return ErrConflict
	case errors.Is(err, alerting.ErrForbidden):
		return ErrForbidden
	}
	return ErrDown
}

// Answers answers the callbacks of one channel and counts what it refuses.
type Answers struct {
	taken   prometheus.Counter
	refused *prometheus.CounterVec
}

// NewAnswers returns the answers of a channel, counted with reg.
func NewAnswers(c alerting.Channel, reg prometheus.Registerer) *Answers {
	labels := prometheus.Labels{"channel": string(c)}
	a := &Answers{
		taken: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "deliver", Name: "callbacks_total",
			Help: "Callbacks of far sides that were taken.", ConstLabels: labels,
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "campushub", Subsystem: "deliver", Name: "callbacks_refused_total",
			Help: "Callbacks of far sides that were refused, by reason.", ConstLabels: labels,
		}, []string{"reason"}),
	}
	reg.MustRegister(a.taken, a.refused)
	return a
}

// Give answers 204 where err is nil, else the refusal that it stands for.
func (a *Answers) Give(w http.ResponseWriter, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if err == nil {
		a.taken.Inc()
		w.WriteHeader(http.StatusNoContent)
		return
	}
	r := Of(err)
	a.refused.WithLabelValues(r.Reason).Inc()
	http.Error(w, r.Reason, r.Status)
}
