package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/delivertest"
	"example.org/campushub/alerting/deliver/post"
	"example.org/campushub/alerting/deliver/webhook"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var message = deliver.Message{
	Delivery: "d-1", Incident: "i-1", Number: 7, Audience: alerting.Police, Recipient: "platform",
	Channel: alerting.ChannelWebhook, Press: "p-1",
	School: alerting.Place{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}},
	Place:  alerting.Place{ID: "north-gate", Name: alerting.Text{ZH: "北门", EN: "North gate"}},
	Device: "b-1", Kind: "emergency", Severity: alerting.Critical, Mode: devices.Drill, Silent: true, State: alerting.StateOpen,
	PressedAt: time.Date(2026, 3, 2, 8, 0, 0, 123_900_000, time.FixedZone("CST", 8*3600)), Age: 1500 * time.Millisecond,
	Text: alerting.Text{ZH: "【演练】<一键报警>【演练】", EN: "[DRILL] emergency [DRILL]"},
}

func hook(url string, secret []byte) people.Webhook {
	return people.Webhook{Name: "platform", Audience: alerting.Police, Schools: []string{"other", "ziwei"}, URL: url, Secret: secret}
}

func channel(t *testing.T, h people.Webhook) *webhook.Channel { return several(t, []people.Webhook{h}) }

func several(t *testing.T, all []people.Webhook, over ...post.Option) *webhook.Channel {
	c := webhook.New(func(name string) (people.Webhook, bool) {
		i := slices.IndexFunc(all, func(h people.Webhook) bool { return h.Name == name })
		if i < 0 {
			return people.Webhook{}, false
		}
		return all[i], true
	}, over...)
	t.Cleanup(c.Close)
	return c
}

func TestWebhookConforms(t *testing.T) {
	delivertest.Conform(t, delivertest.Harness{
		Two: func(t *testing.T, one, another string, secret []byte, over ...post.Option) deliver.Channel {
			other := hook(another, secret)
			other.Name = delivertest.Another
			return several(t, []people.Webhook{hook(one, secret), other}, over...)
		},
		Message: message,
		Reveals: []delivertest.Part{delivertest.Place, delivertest.Device, delivertest.Press, delivertest.Incident},
		Key:     func(r delivertest.Request) string { return r.Header.Get("Idempotency-Key") },
		Verify: func(r delivertest.Request, secret []byte) error {
			return verify(r.Header.Get("X-Campushub-Signature"), r.Body, secret, time.Now())
		},
	})
}

// verify is a receiver's check, written from the description alone.
func verify(header string, body, secret []byte, now time.Time) error {
	seconds, sum, ok := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	if !ok || !strings.HasPrefix(header, "t=") {
		return fmt.Errorf("header %q", header)
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return fmt.Errorf("time %q", seconds)
	}
	want, err := hex.DecodeString(sum)
	if err != nil {
		return fmt.Errorf("sum %q: %w", sum, err)
	}
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s", seconds, body)
	if !hmac.Equal(mac.Sum(nil), want) {
		return errors.New("the sum is another one")
	}
	return nil
}

func TestSignatureCoversBodyTimeAndSecret(t *testing.T) {
	at, body, secret := time.Unix(1_772_409_600, 0), []byte(`{"a":1}`), []byte("key")
	header := webhook.Sign(secret, at, body)
	require.NoError(t, verify(header, body, secret, at))

	require.Error(t, verify(header, []byte(`{"a":2}`), secret, at), "the body")
	require.Error(t, verify(header, body, []byte("other"), at), "the secret")
	later := strings.Replace(header, "t=1772409600", "t=1772409601", 1)
	require.NotEqual(t, header, later)
	require.Error(t, verify(later, body, secret, at), "the time")
	require.Error(t, verify(header, body, secret, at.Add(time.Hour)), "an old one")
	// openssl: printf '1772409600.{"a":1}' | openssl dgst -sha256 -hmac key
	assert.Equal(t, "t=1772409600,v1=0a13ee800065d794e078023695aa0bf893a6cf8c1cca2e6f65042e8dc643cebe", header)
}

func TestBodyIsTheContracts(t *testing.T) {
	var got []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()

	state, err := channel(t, hook(server.URL, []byte("key"))).Send(t.Context(), message)

	require.NoError(t, err)
	assert.Equal(t, alerting.Handed, state, "a 2xx is handed, never received")
	assert.JSONEq(t, `{
		"delivery":"d-1","incident":"i-1","number":7,"audience":"police","press":"p-1",
		"school":{"id":"ziwei","name":{"zh":"紫薇小学","en":"Ziwei Primary"}},
		"place":{"id":"north-gate","name":{"zh":"北门","en":"North gate"}},
		"device":"b-1","kind":"emergency","severity":"critical","mode":"drill","silent":true,"state":"open",
		"pressed_at":"2026-03-02T00:00:00.123Z","age_ms":1500,
		"text":{"zh":"【演练】<一键报警>【演练】","en":"[DRILL] emergency [DRILL]"}}`, string(got))
}

func TestNegativeAgeIsNone(t *testing.T) {
	m := message
	m.Age = -time.Second
	var got []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	_, err := channel(t, hook(server.URL, []byte("key"))).Send(t.Context(), m)
	require.NoError(t, err)
	assert.Contains(t, string(got), `"age_ms":0,`)
}

func TestWhoeverIsNoLongerToldIsNotAsked(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	for name, change := range map[string]func(*people.Webhook){
		"removed":               func(h *people.Webhook) { h.Name = "another" },
		"of another audience":   func(h *people.Webhook) { h.Audience = alerting.School },
		"of another school":     func(h *people.Webhook) { h.Schools = []string{"other"} },
		"of no school any more": func(h *people.Webhook) { h.Schools = nil },
	} {
		h := hook(server.URL, []byte("key"))
		change(&h)
		_, err := channel(t, h).Send(t.Context(), message)
		require.Error(t, err, name)
		assert.True(t, deliver.IsPermanent(err), name)
		assert.NotContains(t, err.Error(), server.URL)
	}
	assert.Zero(t, asked)
}

func TestEndlessBodyHoldsUpNobody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()

	state, err := channel(t, hook(server.URL, []byte("key"))).Send(ctx, message)

	require.NoError(t, err)
	assert.Equal(t, alerting.Handed, state)
}

func TestNamesItself(t *testing.T) {
	assert.Equal(t, alerting.ChannelWebhook, channel(t, people.Webhook{}).Name())
}
