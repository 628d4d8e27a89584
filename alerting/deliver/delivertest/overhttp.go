package delivertest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// conformHTTP is the part about what HTTP can say.
func (h Harness) conformHTTP(t *testing.T) {
	t.Run("every status that accepts", h.acceptsStatus)
	t.Run("statuses that refuse for good", h.refused)
	t.Run("statuses worth another attempt", h.retryable)
	t.Run("retry after", h.retryAfter)
	t.Run("redirects", h.redirects)
	t.Run("half a body", h.stalled)
	t.Run("unusable address", h.unusable)
}

func (h Harness) endpoint(t *testing.T, a answer) *endpoint {
	return newEndpoint(t, listen(t), h.HTTP, a)
}

func (h Harness) acceptsStatus(t *testing.T) {
	for _, status := range h.HTTP.statuses() {
		e := h.endpoint(t, answer{status: status})
		state, err := h.send(t.Context(), t, e.Address())
		require.NoError(t, err, status)
		assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, state, status)
		at, err := url.ParseRequestURI((<-e.arrived).Path)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(at.Path, "/hook/"+pathWord), "the address is used as it is: %s", at.Path)
		assert.Equal(t, word, at.Query().Get("from"), "and its query")
	}
}

func (h Harness) refused(t *testing.T) {
	for _, status := range []int{300, 304, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 451} {
		e := h.endpoint(t, answer{status: status, header: map[string]string{"Retry-After": "1"}})
		_, err := h.send(t.Context(), t, e.Address())
		require.Error(t, err, status)
		assert.True(t, deliver.IsPermanent(err), "%d", status)
	}
}

func (h Harness) retryable(t *testing.T) {
	for _, status := range []int{408, 425, 429, 500, 502, 503, 504, 599} {
		e := h.endpoint(t, answer{status: status})
		_, err := h.send(t.Context(), t, e.Address())
		require.Error(t, err, status)
		assert.False(t, deliver.IsPermanent(err), "%d", status)
		assert.Zero(t, deliver.PauseOf(err), "%d", status)
	}
}

func (h Harness) retryAfter(t *testing.T) {
	pause := func(value string) time.Duration {
		e := h.endpoint(t, answer{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": value}})
		_, err := h.send(t.Context(), t, e.Address())
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
		other := h.endpoint(t, answer{status: 200})
		e := h.endpoint(t, answer{status: status, header: map[string]string{"Location": other.URL + "/" + pathWord}})
		_, err := h.send(t.Context(), t, e.Address())
		require.Error(t, err, status)
		assert.True(t, deliver.IsPermanent(err), "%d", status)
		assert.Empty(t, other.arrived, "%d was followed", status)
	}
}

// stalled has a head that accepts and half a body: it may be accepted or cut,
// it must only end.
func (h Harness) stalled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*given)
	defer cancel()
	_, err := h.send(ctx, t, h.endpoint(t, answer{status: 200, stalled: true}).Address())
	assert.False(t, deliver.IsPermanent(err))
}

func (h Harness) unusable(t *testing.T) {
	for _, url := range []string{"http://127.0.0.1:" + pathWord + "/", "http://[::1/" + pathWord, "http://%zz" + word + "/", ":" + word} {
		_, err := h.send(t.Context(), t, url)
		require.Error(t, err, url)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "it is refused, not tried")
	}
}
