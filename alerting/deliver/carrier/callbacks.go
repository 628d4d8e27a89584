package carrier

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// Desk is the engine as callbacks need it.
type Desk interface {
	// Confirm records what became of a delivery.
	Confirm(ctx context.Context, p alerting.Progress) error
	// Waiting reports whether an incident still waits for somebody of the
	// contact's audience to take it on.
	Waiting(contact people.Contact, incident string) bool
	// Acknowledge takes an incident on, in the contact's name.
	Acknowledge(ctx context.Context, a Acknowledgement) error
}

// Acknowledgement is that a contact has taken an incident on from a telephone.
type Acknowledgement struct {
	Contact  people.Contact
	Channel  alerting.Channel
	Incident string
	Number   int64 // the update that the person was told
	At       time.Time
}

// Why a callback is refused, beside what every channel has.
var (
	errNoGateway = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown gateway"}
	errNoSuch    = callback.Refusal{Status: http.StatusNotFound, Reason: "unknown callback"}
	errRevoked   = callback.Refusal{Status: http.StatusForbidden, Reason: "no longer told"}
	errAlready   = callback.Refusal{Status: http.StatusConflict, Reason: "nothing waits"}
	errUnclear   = callback.Refusal{Status: http.StatusConflict, Reason: "more than one incident waits"}
)

// Effect is what one callback does, once its sender is proven.
type Effect func(ctx context.Context, gateway string, body []byte, now time.Time) error

// Callbacks takes the callbacks of one medium's gateways. It is an
// http.Handler for POST /{gateway}/{what}.
type Callbacks struct {
	channel alerting.Channel
	book    reach.Book
	ledger  *Ledger
	desk    Desk
	apart   []apart // of what nobody answers to
	seen    *callback.Signatures
	answers *callback.Answers
	log     *slog.Logger
	effects map[string]Effect
	mux     *http.ServeMux
}

// NewCallbacks returns a handler without effects; what a medium's gateways
// may call is added with On.
func NewCallbacks(c alerting.Channel, b reach.Book, l *Ledger, d Desk, reg prometheus.Registerer, log *slog.Logger) *Callbacks {
	h := &Callbacks{
		channel: c, book: b, ledger: l, desk: d, seen: callback.NewSignatures(), answers: callback.NewAnswers(c, reg),
		log: log.With("component", "callbacks", "channel", c), effects: map[string]Effect{}, mux: http.NewServeMux(),
	}
	h.mux.HandleFunc("POST /{gateway}/{what}", func(w http.ResponseWriter, r *http.Request) {
		h.answers.Give(w, h.take(r, time.Now()))
	})
	h.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { h.answers.Give(w, errNoSuch) })
	return h
}

// On says what POST /{gateway}/what does; it comes before the first request.
func (c *Callbacks) On(what string, e Effect) { c.effects[what] = e }

// ServeHTTP takes one callback.
func (c *Callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// take proves the sender before it looks at anything else.
func (c *Callbacks) take(r *http.Request, now time.Time) error {
	name := r.PathValue("gateway")
	g, ok := c.book.Gateway(name)
	if !ok || g.Channel != c.channel || len(g.Callback) == 0 {
		return errNoGateway
	}
	effect, ok := c.effects[r.PathValue("what")]
	if !ok {
		return errNoSuch
	}
	body, err := callback.Read(r)
	if err != nil {
		return err
	}
	return c.seen.Once(r.Header.Get(callback.SignatureHeader), body, g.Callback, now, func() error {
		err := effect(r.Context(), name, body, now)
		if err != nil {
			c.log.Warn("callback refused", "gateway", name, "error", err)
		}
		return err
	})
}

// apart are messages that are no incident's.
type apart struct {
	ledger *Ledger
	heard  Heard
}

// Heard takes what became of a message, by its delivery's id.
type Heard func(ctx context.Context, delivery string, s alerting.DeliveryState, reason string)

// Apart has the gateways report on messages that are no incident's, too: each
// once, and no answer to one takes anything on. It comes before the first
// request, once for each ledger.
func (c *Callbacks) Apart(l *Ledger, heard Heard) { c.apart = append(c.apart, apart{l, heard}) }

// Find is the message that a gateway speaks of.
func (c *Callbacks) Find(gateway, id, reference string) (Told, error) {
	t, ok := c.ledger.find(gateway, id, reference)
	for i := 0; !ok && i < len(c.apart); i++ {
		t, ok = c.apart[i].ledger.find(gateway, id, reference)
		t.apart = &c.apart[i]
	}
	if !ok {
		return Told{}, callback.ErrUnknown
	}
	return t, nil
}

// Confirm records how far a message got.
func (c *Callbacks) Confirm(ctx context.Context, t Told, s alerting.DeliveryState, reason string, now time.Time) error {
	if t.apart != nil {
		if t.apart.ledger.forget(t.Delivery) {
			t.apart.heard(ctx, t.Delivery, s, reason)
		}
		return nil
	}
	return c.desk.Confirm(ctx, alerting.Progress{Incident: t.Incident, Delivery: t.Delivery, State: s, Reason: reason, At: now})
}

// Acknowledge takes the incident of a message on, in the name of whom it was
// for, if the same number still reaches them through the same gateway.
func (c *Callbacks) Acknowledge(ctx context.Context, t Told, now time.Time) error {
	contact, ok := c.holder(t)
	if !ok {
		return errRevoked
	}
	if err := c.Confirm(ctx, t, alerting.Read, "", now); err != nil {
		return err
	}
	if !c.desk.Waiting(contact, t.Incident) {
		return errAlready
	}
	return c.desk.Acknowledge(ctx, Acknowledgement{
		Contact: contact, Channel: c.channel, Incident: t.Incident, Number: t.Number, At: now,
	})
}

func (c *Callbacks) holder(t Told) (people.Contact, bool) {
	contact, ok := c.book.Contact(t.Contact)
	if !ok {
		return people.Contact{}, false
	}
	path, ok := reach.PathOf(contact, c.channel)
	return contact, ok && path.Gateway == t.Gateway && sameNumber(path.Address, t.To)
}

// replyWindow is how long after a message an answer without a reference is
// taken for one to it.
const replyWindow = 30 * time.Minute

// Meant is the message that a person's answer from a number is about: that of
// the one incident which they were told of and which still waits for them.
// Where several wait nobody knows which was read, and none is taken on:
// escalation then goes on, which is the safe mistake.
func (c *Callbacks) Meant(gateway, number string, now time.Time) (Told, error) {
	told := c.ledger.to(gateway, number, now.Add(-replyWindow))
	if len(told) == 0 {
		return Told{}, callback.ErrUnknown
	}
	var waiting []Told
	for _, t := range told {
		if contact, ok := c.holder(t); ok && c.desk.Waiting(contact, t.Incident) {
			waiting = append(waiting, t)
		}
	}
	switch len(waiting) {
	case 0:
		return Told{}, errAlready
	case 1:
		return waiting[0], nil
	}
	return Told{}, errUnclear
}
