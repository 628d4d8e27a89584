// Package delivertest holds every Channel that posts over HTTP to what a lane
// relies on, against a strict double on a real socket of 127.0.0.1.
//
// The double's goroutines end with the test that started it.
package delivertest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// Harness is a channel as the suite needs it.
type Harness struct {
	// New returns the channel whose recipient is reached at the URL and shares
	// the secret with it. It cleans up with the test.
	New func(t *testing.T, url string, secret []byte) deliver.Channel
	// Message is one for that recipient.
	Message deliver.Message
	// Key is a request's idempotency key.
	Key func(Request) string
	// Verify checks a request's signature, by other code than the channel's.
	Verify func(r Request, secret []byte) error
}

// What must stand in no error and no log line.
const (
	secret   = "signing-key-of-the-suite"
	pathWord = "token-in-the-path"
	word     = "token-in-the-query"
	password = "token-in-the-userinfo"
)

// patience ends a test whose channel does not keep its deadline.
const patience = 30 * time.Second

// Conform runs the suite.
func Conform(t *testing.T, h Harness) {
	t.Run("accepts", h.accepts)
	t.Run("refused for good", h.refused)
	t.Run("worth another attempt", h.retryable)
	t.Run("retry after", h.retryAfter)
	t.Run("redirects", h.redirects)
	t.Run("broken connections", h.broken)
	t.Run("deadline", h.deadline)
	t.Run("cancel", h.cancel)
	t.Run("unusable address", h.unusable)
	t.Run("lane", h.lane)
}

func address(host string) string {
	return "http://user:" + password + "@" + host + "/hook/" + pathWord + "?key=" + word
}

func (e *endpoint) address() string { return address(strings.TrimPrefix(e.URL, "http://")) }

// send posts once, within patience unless ctx ends earlier.
func (h Harness) send(ctx context.Context, t *testing.T, url string) (alerting.DeliveryState, error) {
	t.Helper()
	c := h.New(t, url, []byte(secret))
	type result struct {
		state alerting.DeliveryState
		err   error
	}
	done := make(chan result, 1)
	go func() {
		state, err := c.Send(ctx, h.Message)
		done <- result{state, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			assert.Empty(t, r.state, "no state beside an error")
			keepsSecrets(t, r.err.Error())
		}
		return r.state, r.err
	case <-time.After(patience):
		require.FailNow(t, "Send does not return")
		return "", nil
	}
}

func keepsSecrets(t *testing.T, s string) {
	t.Helper()
	for _, w := range []string{secret, pathWord, word, password, "http:", "127.0.0.1"} {
		assert.NotContains(t, s, w)
	}
}

func (h Harness) accepts(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204} {
		e := newEndpoint(t, answer{status: status})
		state, err := h.send(t.Context(), t, e.address())
		require.NoError(t, err, status)
		assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, state, status)
		r := <-e.arrived
		assert.Equal(t, "/hook/"+pathWord+"?key="+word, r.Path)
		assert.NotEmpty(t, h.Key(r))
		require.NoError(t, h.Verify(r, []byte(secret)))
		require.Error(t, h.Verify(r, []byte("another key")), "the suite's own check of signatures must be able to fail")
	}
}

func (h Harness) refused(t *testing.T) {
	for _, status := range []int{300, 304, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 451} {
		e := newEndpoint(t, answer{status: status, header: map[string]string{"Retry-After": "1"}})
		_, err := h.send(t.Context(), t, e.address())
		require.Error(t, err, status)
		assert.True(t, deliver.IsPermanent(err), "%d", status)
	}
}

func (h Harness) retryable(t *testing.T) {
	for _, status := range []int{408, 425, 429, 500, 502, 503, 504, 599} {
		e := newEndpoint(t, answer{status: status})
		_, err := h.send(t.Context(), t, e.address())
		require.Error(t, err, status)
		assert.False(t, deliver.IsPermanent(err), "%d", status)
		assert.Zero(t, deliver.PauseOf(err), "%d", status)
	}
}

func (h Harness) retryAfter(t *testing.T) {
	pause := func(value string) time.Duration {
		e := newEndpoint(t, answer{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": value}})
		_, err := h.send(t.Context(), t, e.address())
		require.Error(t, err, value)
		assert.False(t, deliver.IsPermanent(err), value)
		return deliver.PauseOf(err)
	}
	assert.Equal(t, 7*time.Second, pause("7"))
	soon := pause(time.Now().Add(50 * time.Second).UTC().Format(http.TimeFormat))
	assert.Positive(t, soon)
	assert.LessOrEqual(t, soon, 50*time.Second)
	for _, far := range []string{"86400", "9223372037", "99999999999999999999999", time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat)} {
		assert.Equal(t, time.Minute, pause(far), "%s: a pause is believed up to a minute", far)
	}
	for _, none := range []string{"0", "-5", "soon", "1.5", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)} {
		assert.Zero(t, pause(none), none)
	}
}

// redirects would carry a signed alarm to somebody else.
func (h Harness) redirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		other := newEndpoint(t, answer{status: 200})
		e := newEndpoint(t, answer{status: status, header: map[string]string{"Location": other.URL + "/" + pathWord}})
		_, err := h.send(t.Context(), t, e.address())
		require.Error(t, err, status)
		assert.True(t, deliver.IsPermanent(err), "%d", status)
		assert.Empty(t, other.arrived, "%d was followed", status)
	}
}

func (h Harness) broken(t *testing.T) {
	for name, url := range map[string]string{
		"nobody listens":   address(nobody(t)),
		"reset mid-answer": newEndpoint(t, answer{reset: true}).address(),
	} {
		_, err := h.send(t.Context(), t, url)
		require.Error(t, err, name)
		assert.False(t, deliver.IsPermanent(err), name)
	}
}

func (h Harness) deadline(t *testing.T) {
	for name, url := range map[string]string{
		"black hole": address(blackHole(t)),
		"no answer":  newEndpoint(t, answer{silent: true}).address(),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := h.send(ctx, t, url)
		cancel()
		require.Error(t, err, name)
		require.ErrorIs(t, err, context.DeadlineExceeded, name)
		assert.False(t, deliver.IsPermanent(err), name)
	}
	// What has its head may be accepted or cut; it must only end.
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := h.send(ctx, t, newEndpoint(t, answer{status: 200, stalled: true}).address())
	assert.False(t, deliver.IsPermanent(err))
}

func (h Harness) cancel(t *testing.T) {
	e := newEndpoint(t, answer{silent: true})
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		<-e.arrived
		cancel()
	}()
	_, err := h.send(ctx, t, e.address())
	<-seen
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, deliver.IsPermanent(err))

	_, err = h.send(ctx, t, e.address())
	require.Error(t, err, "nothing is sent under a context that has ended")
	assert.Empty(t, e.arrived)
}

func (h Harness) unusable(t *testing.T) {
	for _, url := range []string{"http://127.0.0.1:" + pathWord + "/", "http://[::1/" + pathWord, "http://%zz" + word + "/", ":" + word} {
		_, err := h.send(t.Context(), t, url)
		require.Error(t, err, url)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it is refused, not tried")
	}
}
