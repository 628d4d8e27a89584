package delivertest

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// pause is how long the channel asks its lane to wait after TooMany.
func (h Harness) pause() time.Duration {
	if h.Double == nil && h.HTTP.TooMany == "" {
		return comeBackIn
	}
	return h.Pause
}

// tooMany holds a channel to the medium's own way of saying that it takes no
// more messages for now: it passes, after the pause that goes with it, and the
// lane keeps that pause and then delivers under the same key.
func (h Harness) tooMany(t *testing.T) {
	_, err := h.send(t.Context(), t, h.double(t, TooMany).Address())
	require.Error(t, err)
	assert.False(t, deliver.IsPermanent(err), "%v", err)
	assert.Equal(t, h.pause(), deliver.PauseOf(err))

	synctest.Test(t, func(t *testing.T) {
		p := newPipes(t)
		far := h.doubleOn(t, p, TooMany, Accepts)
		told := make(reports, 16)
		lane := deliver.NewLane(deliver.LaneConfig{Workers: 1}, h.Message.Audience,
			h.New(t, far.Address(), []byte(secret), p.over()), told, slog.New(slog.DiscardHandler))
		go func() { _ = lane.Run(t.Context()) }()
		m, began := h.Message, time.Now()
		m.Deadline = began.Add(10 * time.Minute)
		lane.Tell(m)

		got := <-told

		assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, got.State, got.Reason)
		assert.GreaterOrEqual(t, got.At.Sub(began), h.pause(), "the lane kept the pause")
		assert.Less(t, got.At.Sub(began), h.pause()+time.Second, "and waited no longer")
		require.Len(t, far.Arrived(), 2)
		h.sameKey(t, far)
	})
}

// quotes lets a far side refuse in words that hold what must stay, and its
// channel say it in a lane's report and log.
func (h Harness) quotes(t *testing.T) {
	if h.HTTP.Words == nil {
		return // it quotes nothing, as the refusals of a double show
	}
	for _, w := range h.secrets() {
		e := newEndpoint(t, listen(t), h.HTTP, answer{status: 200, body: h.HTTP.Words("to " + w + " or not")})
		_, err := h.send(t.Context(), t, e.Address())
		require.Error(t, err, w)
		assert.NotContains(t, err.Error(), w)
		got, log := h.run(t, e.Address(), h.Message)
		require.Equal(t, alerting.Failed, got.State)
		h.keepsSecrets(t, got.Reason)
		h.keepsSecrets(t, log)
	}
}
