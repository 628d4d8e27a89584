package api_test

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/dashboards/api/apitest"
)

// pushes keeps subscriptions in memory; the officer alone is reached.
type pushes struct {
	kept map[string]string // account by endpoint
	err  error
}

func (p *pushes) Key(a people.Account) (string, bool) { return "key", a.Name == "officer-1" }

func (p *pushes) Subscribe(_ context.Context, account string, s api.Subscription, _ time.Time) error {
	if p.err == nil {
		p.kept[s.Endpoint] = account
	}
	return p.err
}

func (p *pushes) Unsubscribe(_ context.Context, account, endpoint string) error {
	if p.err == nil && p.kept[endpoint] == account {
		delete(p.kept, endpoint)
	}
	return p.err
}

// pushing is a hub with web push.
func pushing(t *testing.T) (*hub, *pushes) {
	t.Helper()
	h, p := start(t), &pushes{kept: map[string]string{}}
	checker, err := password.NewChecker(apitest.Cost(), 2, 64)
	require.NoError(t, err)
	reg := prometheus.NewRegistry()
	h.server, err = api.New(api.Config{}, api.Deps{
		Engine: h.engine, People: h.people.Load, Sessions: h.store, Passwords: checker, Push: p,
		Readiness: h.engine, Gatherer: reg, Metrics: reg, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	h.http.Close()
	h.http = httptest.NewServer(h.server.Handler())
	return h, p
}

const endpoint = "https://push.example.org/send/1"

func subscription(t *testing.T, at string) map[string]any {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	return map[string]any{"endpoint": at, "keys": map[string]string{
		"auth": base64.RawURLEncoding.EncodeToString(make([]byte, 16)), "p256dh": base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()),
	}}
}

func TestABrowserSubscribesForWhoeverIsSignedIn(t *testing.T) {
	h, p := pushing(t)
	assert.Equal(t, http.StatusUnauthorized, h.browser().post("/api/v1/push/subscriptions", subscription(t, endpoint)).status)
	guard, officer := h.as("guard-1"), h.as("officer-1")
	assert.Equal(t, http.StatusNotFound, guard.get("/api/v1/push").status, "no contact is reached through it")
	assert.Equal(t, http.StatusNotFound, guard.post("/api/v1/push/subscriptions", subscription(t, endpoint)).status)

	assert.Equal(t, "key", officer.get("/api/v1/push").json(t)["key"])
	require.Equal(t, http.StatusNoContent, officer.post("/api/v1/push/subscriptions", subscription(t, endpoint)).status)
	assert.Equal(t, map[string]string{endpoint: "officer-1"}, p.kept)

	end := []byte(`{"endpoint":"` + endpoint + `"}`)
	assert.Equal(t, http.StatusNoContent, guard.do(http.MethodDelete, "/api/v1/push/subscriptions", "application/json", end).status)
	assert.Len(t, p.kept, 1, "another's browser stays")
	assert.Equal(t, http.StatusNoContent, officer.do(http.MethodDelete, "/api/v1/push/subscriptions", "application/json", end).status)
	assert.Empty(t, p.kept)

	p.err = errors.New("disk is gone")
	got := officer.post("/api/v1/push/subscriptions", subscription(t, endpoint))
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.NotContains(t, string(got.body), "disk is gone")
}

// The hub itself sends to the endpoint: a subscription is a stranger's word.
func TestSubscriptionsThatNoPushServiceGave(t *testing.T) {
	h, p := pushing(t)
	officer := h.as("officer-1")
	for _, at := range []string{
		"http://push.example.org/1", "ftp://push.example.org/1", "https://127.0.0.1/1", "https://[::1]:8080/1", "https://10.0.0.7/1",
		"https://localhost/1", "https://hub/1", "https://hub.localhost/1", "https://printer.local/1", "https://user:x@push.example.org/1",
		"https://push.example.org/#1", "https:///1", "%", "https://push.example.org/" + strings.Repeat("x", 1024),
	} {
		assert.Equal(t, http.StatusUnprocessableEntity, officer.post("/api/v1/push/subscriptions", subscription(t, at)).status, at)
	}
	for key, value := range map[string]string{"auth": "AAAA", "p256dh": "AAAA"} {
		s := subscription(t, endpoint)
		s["keys"].(map[string]string)[key] = value
		assert.Equal(t, http.StatusUnprocessableEntity, officer.post("/api/v1/push/subscriptions", s).status, key)
	}
	assert.Empty(t, p.kept)
}

func TestAHubWithoutWebPushHasNoRoutes(t *testing.T) {
	h := start(t)
	assert.Equal(t, http.StatusNotFound, h.as("officer-1").get("/api/v1/push").status)
}
