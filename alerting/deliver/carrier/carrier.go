// Package carrier sends through the HTTP interface of an SMS or voice
// gateway, as the gateway's configuration describes it, and takes the
// gateway's signed callbacks: what became of a message, and what the person
// answered.
//
// A gateway's acceptance is handed; only its callback proves more. Each gateway
// of a Channel has connections of its own; the Ledger is shared, because a callback
// does not know which lane sent. The package starts no goroutine, keeps
// nothing on disk, and never decides who is told.
package carrier

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// IdempotencyHeader carries the delivery's id, the same for every attempt.
const IdempotencyHeader = "Idempotency-Key"

// Medium is what differs between text messages and calls.
type Medium struct {
	Channel alerting.Channel
	// Text is what the gateway is handed; an error is permanent.
	Text func(t alerting.Text, g people.Gateway) (string, error)
}

// Channel sends through the gateways of one medium.
type Channel struct {
	medium Medium
	book   reach.Book
	ledger *Ledger
	pools  *post.Pools
}

// New returns a channel that notes in the ledger what it sends.
func New(m Medium, b reach.Book, l *Ledger, options ...post.Option) *Channel {
	return &Channel{medium: m, book: b, ledger: l, pools: post.NewPools(options...)}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return c.medium.Channel }

// FarSide is the contact's gateway.
func (c *Channel) FarSide(m deliver.Message) string { return c.book.FarSide(m, c.medium.Channel) }

// Close drops idle connections.
func (c *Channel) Close() { c.pools.Close() }

// Send hands the message to the contact's gateway once.
func (c *Channel) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	route, err := c.book.Find(m, c.medium.Channel)
	if err != nil {
		return "", err
	}
	id, err := c.hand(ctx, m, route)
	if err != nil {
		return "", fmt.Errorf("%s gateway %s: %w", c.medium.Channel, route.Gateway.Name, err)
	}
	c.ledger.answered(m.Delivery, id)
	return alerting.Handed, nil
}

// fitting is the fullest text of a message that the gateway carries: a long one
// is told in fewer words and never refused while there are any.
func (m Medium) fitting(told deliver.Message, g people.Gateway) (string, error) {
	text, err := m.Text(told.Text, g)
	for i := 0; err != nil && i < len(told.Shorter); i++ {
		if short, shorter := m.Text(told.Shorter[i], g); shorter == nil {
			return short, nil
		}
	}
	return text, err
}

// hand sends the request and gives the gateway's id of the message.
func (c *Channel) hand(ctx context.Context, m deliver.Message, r reach.Route) (string, error) {
	g := r.Gateway
	text, err := c.medium.fitting(m, g)
	if err != nil {
		return "", deliver.Permanent(err)
	}
	t, err := newTemplate(g.Request)
	if err != nil {
		return "", deliver.Permanent(err)
	}
	v := values(g, r.Path.Address, text, m.Delivery)
	body, err := t.body(v)
	if err != nil {
		return "", deliver.Permanent(fmt.Errorf("encode: %w", err))
	}
	req, err := post.NewRequest(ctx, t.method, g.URL, t.contentType, body)
	if err != nil {
		return "", err
	}
	req.Header.Set(IdempotencyHeader, m.Delivery)
	for _, h := range t.headers {
		req.Header.Set(h.Name, v.Replace(h.Value))
	}
	// A callback may overtake the answer.
	first := c.ledger.told(Told{
		Gateway: g.Name, Contact: r.Contact.Name, To: r.Path.Address,
		Delivery: m.Delivery, Incident: m.Incident, Number: m.Number, At: time.Now(),
	})
	id, err := c.ask(req, g, r.Path.Address)
	if first && deliver.IsPermanent(err) {
		// Nobody was told: an answer from that number is about something else.
		c.ledger.forget(m.Delivery)
	}
	return id, err
}

func (c *Channel) ask(req *http.Request, g people.Gateway, to string) (string, error) {
	answer, err := c.pools.To(g.Name).Ask(req)
	if err != nil {
		return "", err
	}
	return judge(g, to, answer)
}
