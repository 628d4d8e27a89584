// Package sms tells contacts by text message, through an HTTP gateway that
// the configuration describes.
//
// Handed is the gateway's acceptance, received its signed report, read an
// answer: whoever answers 1 takes the incident on. A text is one segment with
// the signature, unless the gateway is allowed more: 160 septets where the GSM
// alphabet holds all of it, else 70 characters. The package starts no
// goroutine.
package sms

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// New returns the channel to the contacts' telephones.
func New(b reach.Book, l *carrier.Ledger, options ...post.Option) *carrier.Channel {
	return carrier.New(carrier.Medium{Channel: alerting.ChannelSMS, Text: text}, b, l, options...)
}

// signed is what the gateway is handed.
func signed(signature, said string, g people.Gateway) string {
	if carrier.SignsItself(g.Request) {
		return said
	}
	return signature + said
}

// status is POST /{gateway}/status.
type status struct {
	ID        string `json:"id"`        // the gateway's own
	Reference string `json:"reference"` // the delivery's
	Status    string `json:"status"`    // received or failed
	Reason    string `json:"reason"`
}

// reply is POST /{gateway}/reply.
type reply struct {
	From string `json:"from"`
	Text string `json:"text"`
}

// NewCallbacks returns the handler of the gateways' reports and replies.
func NewCallbacks(b reach.Book, l *carrier.Ledger, d carrier.Desk, reg prometheus.Registerer, log *slog.Logger) *carrier.Callbacks {
	c := carrier.NewCallbacks(alerting.ChannelSMS, b, l, d, reg, log)
	c.On("status", func(ctx context.Context, gateway string, body []byte, now time.Time) error {
		return report(ctx, c, gateway, body, now)
	})
	c.On("reply", func(ctx context.Context, gateway string, body []byte, now time.Time) error {
		return replied(ctx, c, gateway, body, now)
	})
	return c
}

func report(ctx context.Context, c *carrier.Callbacks, gateway string, body []byte, now time.Time) error {
	var s status
	if err := callback.Decode(body, &s); err != nil {
		return err
	}
	state := map[string]alerting.DeliveryState{"received": alerting.Received, "failed": alerting.Failed}[s.Status]
	if state == "" || s.ID == "" && s.Reference == "" {
		return callback.ErrMalformed
	}
	told, err := c.Find(gateway, s.ID, s.Reference)
	if err != nil {
		return err
	}
	reason := ""
	if state == alerting.Failed {
		reason = strings.TrimSuffix("not delivered: "+carrier.Quote(s.Reason, told.To), ": ")
	}
	return c.Confirm(ctx, told, state, reason, now)
}

// acknowledges reports whether an answer takes an incident on: a 1, also as
// Chinese keyboards write it.
func acknowledges(text string) bool {
	text = strings.Trim(text, " \t\r\n.。")
	return text == "1" || text == "\uff11"
}

var errOther = callback.Refusal{Status: http.StatusUnprocessableEntity, Reason: "not an acknowledgement"}

func replied(ctx context.Context, c *carrier.Callbacks, gateway string, body []byte, now time.Time) error {
	var r reply
	switch err := callback.Decode(body, &r); {
	case err != nil:
		return err
	case r.From == "":
		return callback.ErrMalformed
	case !acknowledges(r.Text):
		return errOther
	}
	told, err := c.Meant(gateway, r.From, now)
	if err != nil {
		return err
	}
	return c.Acknowledge(ctx, told, now)
}
