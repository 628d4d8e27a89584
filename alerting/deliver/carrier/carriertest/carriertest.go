// Package carriertest is the two ends of a gateway's callbacks, for tests: a
// gateway that signs by its own code, and an engine that writes down what it
// is told. It starts no goroutine.
package carriertest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

// Key is the callback key of the tests' gateways.
const Key = "a key of 128 bits and more"

// Book knows one contact, "desk" of the police of ziwei, by one number
// through one gateway.
func Book(g people.Gateway, number string) reach.Book {
	return reach.Book{
		Contact: func(name string) (people.Contact, bool) {
			return people.Contact{
				Name: "desk", Audience: alerting.Police, Schools: []string{"ziwei"},
				Paths: []people.Path{{Channel: g.Channel, Gateway: g.Name, Address: number}},
			}, name == "desk"
		},
		Gateway: func(name string) (people.Gateway, bool) { return g, name == g.Name },
	}
}

// Desk writes down what it is told.
type Desk struct {
	Progress []alerting.Progress
	Taken    []carrier.Acknowledgement
	Over     []string // incidents that wait for nobody
	Err      error    // what it answers
}

// Confirm keeps a report.
func (d *Desk) Confirm(_ context.Context, p alerting.Progress) error {
	if d.Err == nil {
		d.Progress = append(d.Progress, p)
	}
	return d.Err
}

// Waiting is true but for those that are over.
func (d *Desk) Waiting(_ people.Contact, incident string) bool {
	return !slices.Contains(d.Over, incident)
}

// Acknowledge keeps an acknowledgement.
func (d *Desk) Acknowledge(_ context.Context, a carrier.Acknowledgement) error {
	if d.Err == nil {
		d.Taken = append(d.Taken, a)
	}
	return d.Err
}

// Last is the last report, as "incident delivery state reason".
func (d *Desk) Last(t *testing.T) string {
	t.Helper()
	require.NotEmpty(t, d.Progress, "nothing was reported")
	p := d.Progress[len(d.Progress)-1]
	return fmt.Sprintf("%s %s %s %s", p.Incident, p.Delivery, p.State, p.Reason)
}

// Caller is a gateway that calls back.
type Caller struct {
	Handler http.Handler
	Desk    *Desk
	Metrics *prometheus.Registry
	Gateway string

	calls int
}

// Call posts a body signed now; each call has a second of its own, as no two
// bodies of a gateway are signed alike.
func (c *Caller) Call(t *testing.T, what, body string) *httptest.ResponseRecorder {
	t.Helper()
	c.calls++
	return c.Post(t, "/"+c.Gateway+"/"+what, body, Sign(Key, time.Now().Add(-time.Duration(c.calls)*time.Second), body))
}

// Post posts a body with a signature header.
func (c *Caller) Post(t *testing.T, path, body, signature string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	if signature != "" {
		r.Header.Set("X-Campushub-Signature", signature)
	}
	w := httptest.NewRecorder()
	c.Handler.ServeHTTP(w, r)
	return w
}

// Sign is a gateway's signature, made from the description alone.
func Sign(key string, at time.Time, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// Refused counts refusals by reason.
func (c *Caller) Refused(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := c.Metrics.Gather()
	require.NoError(t, err)
	out := map[string]float64{}
	for _, f := range families {
		if f.GetName() != "campushub_deliver_callbacks_refused_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "reason" {
					out[l.GetValue()] = m.GetCounter().GetValue()
				}
			}
		}
	}
	return out
}
