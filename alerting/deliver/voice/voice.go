// Package voice calls contacts by telephone, through an HTTP gateway that
// reads a text out.
//
// Handed is the gateway's acceptance, received that somebody, or something,
// answered the call; the key 1 takes the incident on and proves that it was
// heard. No answer, busy and rejected are failures with their reason. The
// package starts no goroutine.
package voice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/callback"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

const (
	// times is how often a call says its text: whoever is called wakes up
	// during the first.
	times = 3
	// longest is how many characters a call can say three times within a
	// minute and a half.
	longest = 150
)

// New returns the channel that calls the contacts' telephones.
func New(b reach.Book, l *carrier.Ledger, options ...post.Option) *carrier.Channel {
	return carrier.New(carrier.Medium{Channel: alerting.ChannelVoice, Text: text}, b, l, options...)
}

// text is the first language alone: a second one would come too late.
func text(t alerting.Text, _ people.Gateway) (string, error) {
	said := t.ZH
	if said == "" {
		said = t.EN
	}
	switch n := utf8.RuneCountInString(said); {
	case n == 0:
		return "", errors.New("there is no text")
	case n > longest:
		return "", fmt.Errorf("text of %d characters, a call says %d", n, longest)
	}
	said = strings.TrimRight(said, "。. ") + "。"
	return strings.TrimSuffix(strings.Repeat(said, times), "。"), nil
}

// status is POST /{gateway}/status.
type status struct {
	ID        string `json:"id"`        // the gateway's own
	Reference string `json:"reference"` // the delivery's
	Status    string `json:"status"`    // answered, no-answer, busy, rejected or failed
	Key       string `json:"key"`       // pressed during the call, "" if none
	Reason    string `json:"reason"`
}

// outcomes are what a call may come to.
var outcomes = map[string]struct {
	state  alerting.DeliveryState
	reason string
}{
	"answered":  {alerting.Received, ""},
	"no-answer": {alerting.Failed, "no answer"},
	"busy":      {alerting.Failed, "busy"},
	"rejected":  {alerting.Failed, "rejected"},
	"failed":    {alerting.Failed, "call failed"},
}

// NewCallbacks returns the handler of the gateways' reports.
func NewCallbacks(b reach.Book, l *carrier.Ledger, d carrier.Desk, reg prometheus.Registerer, log *slog.Logger) *carrier.Callbacks {
	c := carrier.NewCallbacks(alerting.ChannelVoice, b, l, d, reg, log)
	c.On("status", func(ctx context.Context, gateway string, body []byte, now time.Time) error {
		return report(ctx, c, gateway, body, now)
	})
	return c
}

// acknowledges is the key that takes an incident on; any other is none.
const acknowledges = "1"

func report(ctx context.Context, c *carrier.Callbacks, gateway string, body []byte, now time.Time) error {
	var s status
	if err := callback.Decode(body, &s); err != nil {
		return err
	}
	outcome, ok := outcomes[s.Status]
	if !ok || s.ID == "" && s.Reference == "" || s.Key != "" && s.Status != "answered" {
		return callback.ErrMalformed
	}
	told, err := c.Find(gateway, s.ID, s.Reference)
	if err != nil {
		return err
	}
	reason := outcome.reason
	if outcome.state == alerting.Failed && s.Reason != "" {
		reason += ": " + carrier.Quote(s.Reason, told.To)
	}
	if err := c.Confirm(ctx, told, outcome.state, reason, now); err != nil {
		return err
	}
	if s.Key == acknowledges {
		return c.Acknowledge(ctx, told, now)
	}
	return nil
}
