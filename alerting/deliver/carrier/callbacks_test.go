package carrier_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/deliver/carrier/carriertest"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
)

const number = "+8613900000001"

// scene is one message under way, and a gateway that calls back about it.
type scene struct {
	*carriertest.Caller
	gateway people.Gateway
	address string // of the contact, as the book has it now
}

func newScene(t *testing.T) *scene {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	s := &scene{address: number, gateway: people.Gateway{
		Name: "texts", Channel: alerting.ChannelSMS, URL: server.URL, Callback: []byte(carriertest.Key),
		Request: people.Request{Body: `{"to":"{to}","text":"{text}"}`},
	}}
	book := reach.Book{
		Contact: func(name string) (people.Contact, bool) { return carriertest.Book(s.gateway, s.address).Contact(name) },
		Gateway: func(name string) (people.Gateway, bool) { return carriertest.Book(s.gateway, s.address).Gateway(name) },
	}
	ledger, desk, reg := carrier.NewLedger(), &carriertest.Desk{}, prometheus.NewRegistry()
	say := func(alerting.Text, people.Gateway) (string, error) { return "报警", nil }
	c := carrier.New(carrier.Medium{Channel: alerting.ChannelSMS, Text: say}, book, ledger)
	t.Cleanup(c.Close)
	_, err := c.Send(t.Context(), deliver.Message{
		Delivery: "d-1", Incident: "i-1", Number: 3, Recipient: "desk", Audience: alerting.Police, School: alerting.Place{ID: "ziwei"},
	})
	require.NoError(t, err)
	h := carrier.NewCallbacks(alerting.ChannelSMS, book, ledger, desk, reg, slog.New(slog.DiscardHandler))
	h.On("take", func(ctx context.Context, gateway string, body []byte, now time.Time) error {
		told, err := h.Find(gateway, "", string(body))
		if err != nil {
			return err
		}
		return h.Acknowledge(ctx, told, now)
	})
	s.Caller = &carriertest.Caller{Handler: h, Desk: desk, Metrics: reg, Gateway: "texts"}
	return s
}

func TestOnlyTheGatewayItselfIsHeard(t *testing.T) {
	s := newScene(t)
	now := time.Now()
	good := carriertest.Sign(carriertest.Key, now, "d-1")
	for _, c := range []struct {
		path, body, signature, reason string
		status                        int
	}{
		{"/texts/take", "d-1", "", "not signed", 401},
		{"/texts/take", "d-1", "v1=" + good, "not signed", 401},
		{"/texts/take", "d-1", strings.Replace(good, "t=", "t=x", 1), "not signed", 401},
		{"/texts/take", "d-1", carriertest.Sign("another key of enough bytes", now, "d-1"), "wrong signature", 401},
		{"/texts/take", "d-2", good, "wrong signature", 401},
		{"/texts/take", "d-1", strings.Replace(good, fmt.Sprintf("t=%d", now.Unix()), fmt.Sprintf("t=%d", now.Unix()+1), 1), "wrong signature", 401},
		{"/texts/take", "d-1", good[:len(good)-2], "wrong signature", 401},
		{"/texts/take", "d-1", carriertest.Sign(carriertest.Key, now.Add(-6*time.Minute), "d-1"), "signed too long ago, or ahead", 401},
		{"/texts/take", "d-1", carriertest.Sign(carriertest.Key, now.Add(6*time.Minute), "d-1"), "signed too long ago, or ahead", 401},
		{"/texts/take", "d-2", carriertest.Sign(carriertest.Key, now, "d-2"), "unknown message", 404},
		{"/other/take", "d-1", good, "unknown gateway", 404},
		{"/texts/give", "d-1", good, "unknown callback", 404},
		{"/texts", "d-1", good, "unknown callback", 404},
		{"/texts/take", strings.Repeat("x", 17<<10), good, "too long", 413},
	} {
		w := s.Post(t, c.path, c.body, c.signature)
		assert.Equal(t, c.status, w.Code, "%s %s", c.signature, c.reason)
		assert.Equal(t, c.reason+"\n", w.Body.String())
	}
	assert.Empty(t, s.Desk.Taken)
	assert.Empty(t, s.Desk.Progress)
	assert.Equal(t, map[string]float64{
		"not signed": 3, "wrong signature": 4, "signed too long ago, or ahead": 2, "unknown message": 1,
		"unknown gateway": 1, "unknown callback": 2, "too long": 1,
	}, s.Refused(t))
	assert.Equal(t, http.StatusNoContent, s.Post(t, "/texts/take", "d-1", good).Code, "and it is")
}

func TestTheSameCallbackIsTakenOnce(t *testing.T) {
	s := newScene(t)
	signed := carriertest.Sign(carriertest.Key, time.Now(), "d-1")
	require.Equal(t, http.StatusNoContent, s.Post(t, "/texts/take", "d-1", signed).Code)
	w := s.Post(t, "/texts/take", "d-1", signed)
	assert.Equal(t, http.StatusConflict, w.Code)
	at, digits, _ := strings.Cut(signed, ",v1=")
	upper := at + ",v1=" + strings.ToUpper(digits)
	assert.Equal(t, http.StatusConflict, s.Post(t, "/texts/take", "d-1", upper).Code, "the same sum in other letters")
	assert.Len(t, s.Desk.Taken, 1)
	assert.Equal(t, map[string]float64{"replayed": 2}, s.Refused(t))
}

func TestACallbackThatFoundNobodyMayComeAgain(t *testing.T) {
	s := newScene(t)
	signed := carriertest.Sign(carriertest.Key, time.Now(), "d-1")
	for err, status := range map[error]int{
		alerting.ErrUnavailable: 503, alerting.ErrNotFound: 404, alerting.ErrForbidden: 403,
		alerting.ErrConflict: 409, context.Canceled: 503,
	} {
		s.Desk.Err = fmt.Errorf("acknowledge: %w", err)
		assert.Equal(t, status, s.Post(t, "/texts/take", "d-1", signed).Code, err)
	}
	s.Desk.Err = nil
	assert.Equal(t, http.StatusNoContent, s.Post(t, "/texts/take", "d-1", signed).Code)
}

func TestWhoeverIsNoLongerReachedThereTakesNothingOn(t *testing.T) {
	s := newScene(t)
	s.address = "+8613900000002"
	w := s.Call(t, "take", "d-1")
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Equal(t, "no longer told\n", w.Body.String())
	assert.Empty(t, s.Desk.Taken)
	assert.Empty(t, s.Desk.Progress)
}

func TestAGatewayWithoutACallbackKeyIsNotHeard(t *testing.T) {
	s := newScene(t)
	s.gateway.Callback = nil
	assert.Equal(t, http.StatusNotFound, s.Post(t, "/texts/take", "d-1", carriertest.Sign("", time.Now(), "d-1")).Code)
	s.gateway.Callback, s.gateway.Channel = []byte(carriertest.Key), alerting.ChannelVoice
	assert.Equal(t, http.StatusNotFound, s.Call(t, "take", "d-1").Code, "nor one of another channel")
}

func TestOnlyPostsAreHeard(t *testing.T) {
	s := newScene(t)
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/texts/take", http.NoBody))
	assert.Equal(t, http.StatusNotFound, w.Code)
}
