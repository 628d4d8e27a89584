package push

import (
	"context"
	"crypto/hmac"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/deliver/reach"
)

// Confirmer is the engine as receipts need it.
type Confirmer interface {
	// Confirm records what became of a delivery.
	Confirm(ctx context.Context, p alerting.Progress) error
}

// receipt is POST /{gateway}, from a service worker.
type receipt struct {
	Incident string `json:"incident"`
	Delivery string `json:"delivery"`
	Token    string `json:"token"`
	Status   string `json:"status"` // received, or read once a person opened it
}

var (
	errNoGateway = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown gateway"}
	errToken     = callback.Refusal{Status: http.StatusUnauthorized, Reason: "wrong token"}
	errNoSuch    = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown callback"}
)

// Receipts takes the service workers' receipts. It is an http.Handler for
// POST /{gateway}. A receipt that comes twice changes nothing.
type Receipts struct {
	book    reach.Book
	confirm Confirmer
	answers *callback.Answers
	mux     *http.ServeMux
}

// NewReceipts returns the handler, and counts with reg what it refuses.
func NewReceipts(b reach.Book, c Confirmer, reg prometheus.Registerer) *Receipts {
	r := &Receipts{book: b, confirm: c, answers: callback.NewAnswers(alerting.ChannelPush, reg), mux: http.NewServeMux()}
	r.mux.HandleFunc("POST /{gateway}", func(w http.ResponseWriter, req *http.Request) {
		r.answers.Give(w, r.take(req, time.Now()))
	})
	r.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { r.answers.Give(w, errNoSuch) })
	return r
}

// ServeHTTP takes one receipt.
func (r *Receipts) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

func (r *Receipts) take(req *http.Request, now time.Time) error {
	g, ok := r.book.Gateway(req.PathValue("gateway"))
	if !ok || g.Channel != alerting.ChannelPush || CheckKey(g.Secret) != nil {
		return errNoGateway
	}
	body, err := callback.Read(req)
	if err != nil {
		return err
	}
	var said receipt
	if err := callback.Decode(body, &said); err != nil {
		return err
	}
	if !hmac.Equal([]byte(said.Token), []byte(token(g.Secret, said.Incident, said.Delivery))) {
		return errToken
	}
	state := map[string]alerting.DeliveryState{"received": alerting.Received, "read": alerting.Read}[said.Status]
	if state == "" {
		return callback.ErrMalformed
	}
	return r.confirm.Confirm(req.Context(), alerting.Progress{
		Incident: said.Incident, Delivery: said.Delivery, State: state, At: now,
	})
}
