// Package sms tells contacts by text message, through an HTTP gateway that
// the configuration describes.
//
// Handed is the gateway's acceptance, received its signed report, read an
// answer: whoever answers 1 takes the incident on. A text is one segment of 70
// characters with the signature, unless the gateway is allowed more. The
// package starts no goroutine.
package sms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// Characters of a segment in UCS-2 (3GPP TS 23.040): 70 alone, 67 where
// several make one text.
const (
	single  = 70
	several = 67
)

// New returns the channel to the contacts' telephones.
func New(b reach.Book, l *carrier.Ledger) *carrier.Channel {
	return carrier.New(carrier.Medium{Channel: alerting.ChannelSMS, Text: text}, b, l)
}

// text is the text with the gateway's signature 【…】 before it, as carriers
// demand. Where the request hands the sender over by itself the gateway puts
// the signature there, and it counts all the same.
func text(t alerting.Text, g people.Gateway) (string, error) {
	signature := ""
	if g.From != "" {
		signature = "【" + g.From + "】"
	}
	allowed := max(g.Segments, 1)
	said := t.ZH
	if both := strings.TrimSpace(t.ZH + " " + t.EN); said == "" || segments(signature+both) == 1 {
		said = both
	}
	if said == "" {
		return "", errors.New("there is no text")
	}
	if n := segments(signature + said); n > allowed {
		return "", fmt.Errorf("text of %d characters with its signature needs %d segments, %d allowed",
			length(signature+said), n, allowed)
	}
	if carrier.SignsItself(g.Request) {
		return said, nil
	}
	return signature + said, nil
}

// length counts as UCS-2 does.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// segments is how many segments a text takes.
func segments(s string) int {
	n := length(s)
	if n <= single {
		return 1
	}
	return (n + several - 1) / several
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
		reason = strings.TrimSuffix("not delivered: "+post.Quote(s.Reason, told.To), ": ")
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
