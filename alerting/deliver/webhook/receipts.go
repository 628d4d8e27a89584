package webhook

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/people"
)

// Desk is the engine as receipts need it.
type Desk interface {
	// Hear records what a far side says of a delivery that was for it.
	Hear(ctx context.Context, from alerting.LegKey, p alerting.Progress) error
}

// receipt is POST /{name}, signed as what the hub posts to the webhook is. It
// has no field in common with that but the ids, so that the hub's own words
// sent back to it are no receipt.
type receipt struct {
	Incident string `json:"incident"`
	Delivery string `json:"delivery"`
	Status   string `json:"status"` // received, or read once a person has seen it
}

var (
	errNoWebhook = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown webhook"}
	errNoSuch    = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown callback"}
)

// Receipts takes the receipts of webhooks for what they were told. It is an
// http.Handler for POST /{name}.
type Receipts struct {
	find    func(name string) (people.Webhook, bool)
	desk    Desk
	seen    *callback.Signatures
	answers *callback.Answers
	mux     *http.ServeMux
}

// NewReceipts returns the handler, and counts with reg what it refuses.
func NewReceipts(find func(name string) (people.Webhook, bool), d Desk, reg prometheus.Registerer) *Receipts {
	r := &Receipts{
		find: find, desk: d, seen: callback.NewSignatures(),
		answers: callback.NewAnswers(alerting.ChannelWebhook, reg), mux: http.NewServeMux(),
	}
	r.mux.HandleFunc("POST /{name}", func(w http.ResponseWriter, req *http.Request) {
		r.answers.Give(w, r.take(req, time.Now()))
	})
	r.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { r.answers.Give(w, errNoSuch) })
	return r
}

// ServeHTTP takes one receipt.
func (r *Receipts) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

// take proves the sender before it looks at anything else.
func (r *Receipts) take(req *http.Request, now time.Time) error {
	hook, ok := r.find(req.PathValue("name"))
	if !ok || len(hook.Secret) == 0 {
		return errNoWebhook
	}
	body, err := callback.Read(req)
	if err != nil {
		return err
	}
	return r.seen.Once(req.Header.Get(SignatureHeader), body, hook.Secret, now, func() error {
		return r.record(req.Context(), hook, body, now)
	})
}

func (r *Receipts) record(ctx context.Context, hook people.Webhook, body []byte, now time.Time) error {
	var said receipt
	if err := callback.Decode(body, &said); err != nil {
		return err
	}
	state := map[string]alerting.DeliveryState{"received": alerting.Received, "read": alerting.Read}[said.Status]
	if state == "" {
		return callback.ErrMalformed
	}
	from := alerting.LegKey{Audience: hook.Audience, Recipient: hook.Name, Channel: alerting.ChannelWebhook}
	return r.desk.Hear(ctx, from, alerting.Progress{Incident: said.Incident, Delivery: said.Delivery, State: state, At: now})
}
