// Package webhook tells HTTP endpoints by a signed POST.
//
// The body is one JSON object; the header X-Campushub-Signature is
// "t=<unix seconds>,v1=<hex>" where the hex is the HMAC-SHA256, under the
// endpoint's secret, of "<unix seconds>.<body>"; Idempotency-Key is the
// delivery's id, the same for every attempt. A 2xx is handed, never received:
// only a receipt of the endpoint proves that, signed in the same way.
// The package starts no goroutine; each endpoint of each Channel has a connection
// pool of its own, so that lanes share none.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/people"
)

// Header names of a webhook request.
const (
	SignatureHeader   = "X-Campushub-Signature"
	IdempotencyHeader = "Idempotency-Key"
)

// Channel posts to the webhooks of one audience.
type Channel struct {
	find  func(name string) (people.Webhook, bool)
	pools *post.Pools
}

// New returns a channel that looks its endpoints up by name at every send: a
// webhook that has been removed since is told nothing.
func New(find func(name string) (people.Webhook, bool), options ...post.Option) *Channel {
	return &Channel{find: find, pools: post.NewPools(options...)}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return alerting.ChannelWebhook }

// FarSide is the endpoint itself.
func (c *Channel) FarSide(m deliver.Message) string { return m.Recipient }

// Close drops idle connections.
func (c *Channel) Close() { c.pools.Close() }

// Send posts the message once.
func (c *Channel) Send(ctx context.Context, m deliver.Message) (alerting.DeliveryState, error) {
	hook, ok := c.find(m.Recipient)
	if !ok || hook.Audience != m.Audience || !slices.Contains(hook.Schools, m.School.ID) {
		return "", deliver.Permanent(fmt.Errorf("webhook %s: no longer told of this school's incidents", m.Recipient))
	}
	body, err := json.Marshal(newBody(m))
	if err != nil {
		return "", deliver.Permanent(fmt.Errorf("webhook %s: encode: %w", hook.Name, err))
	}
	req, err := post.NewRequest(ctx, http.MethodPost, hook.URL, "application/json", body)
	if err != nil {
		return "", fmt.Errorf("webhook %s: %w", hook.Name, err)
	}
	req.Header.Set(IdempotencyHeader, m.Delivery)
	req.Header.Set(SignatureHeader, Sign(hook.Secret, time.Now(), body))
	answer, err := c.pools.To(hook.Name).Send(req)
	if err == nil {
		err = answer.Refusal()
	}
	if err != nil {
		return "", fmt.Errorf("post webhook %s: %w", hook.Name, err)
	}
	return alerting.Handed, nil
}

// Sign is the signature header of a body sent at a time.
func Sign(secret []byte, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(t))
	mac.Write([]byte("."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
