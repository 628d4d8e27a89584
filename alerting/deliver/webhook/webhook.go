// Package webhook tells HTTP endpoints by a signed POST.
//
// The body is one JSON object; the header X-Campushub-Signature is
// "t=<unix seconds>,v1=<hex>" where the hex is the HMAC-SHA256, under the
// endpoint's secret, of "<unix seconds>.<body>"; Idempotency-Key is the
// delivery's id, the same for every attempt. A 2xx is handed, never received.
// The package starts no goroutine; each Channel has a connection pool of its
// own, so that lanes share none.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
)

// Header names of a webhook request.
const (
	SignatureHeader   = "X-Campushub-Signature"
	IdempotencyHeader = "Idempotency-Key"
)

// maxAnswer is how much of an answer is read, so that the connection can be
// used again; what is longer closes it.
const maxAnswer = 4 << 10

// drainFor is how long an answer's body is waited for: what counts is its
// status, and a body that never ends holds up nobody.
const drainFor = 100 * time.Millisecond

// Channel posts to the webhooks of one audience.
type Channel struct {
	find   func(name string) (people.Webhook, bool)
	client *http.Client
}

// New returns a channel that looks its endpoints up by name at every send: a
// webhook that has been removed since is told nothing.
func New(find func(name string) (people.Webhook, bool)) *Channel {
	return &Channel{
		find: find,
		client: &http.Client{
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 4, MaxConnsPerHost: 16,
				IdleConnTimeout: time.Minute, ResponseHeaderTimeout: 10 * time.Second,
			},
			// A redirect would carry a signed alarm to somebody else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Name is the channel's name.
func (c *Channel) Name() alerting.Channel { return alerting.ChannelWebhook }

// Close drops idle connections.
func (c *Channel) Close() { c.client.CloseIdleConnections() }

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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(body))
	if err != nil {
		return "", deliver.Permanent(fmt.Errorf("webhook %s: %w", hook.Name, failure{"its address cannot be used", err}))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "campushub")
	req.Header.Set(IdempotencyHeader, m.Delivery)
	req.Header.Set(SignatureHeader, Sign(hook.Secret, time.Now(), body))
	res, err := c.client.Do(req)
	if err != nil {
		return "", fmt.Errorf("post webhook %s: %w", hook.Name, inWords(err))
	}
	defer res.Body.Close()
	defer time.AfterFunc(drainFor, cancel).Stop()
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer)
	return answer(hook.Name, res)
}

// answer classifies a status: 2xx is handed; 408, 425, 429 and 5xx are worth
// another attempt; the rest are not.
func answer(name string, res *http.Response) (alerting.DeliveryState, error) {
	code := res.StatusCode
	if code >= 200 && code < 300 {
		return alerting.Handed, nil
	}
	err := fmt.Errorf("post webhook %s: status %d", name, code)
	switch {
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly,
		code == http.StatusTooManyRequests, code >= 500:
		return "", deliver.RetryAfter(err, retryAfter(res.Header.Get("Retry-After"), time.Now()))
	}
	return "", deliver.Permanent(err)
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
