package delivertest

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

// reports keeps what a lane reported.
type reports chan alerting.Progress

func (r reports) Report(p alerting.Progress) { r <- p }

// lane drives the channel through a real lane: the far side fails in every
// way that passes, then accepts.
func (h Harness) lane(t *testing.T) {
	far := h.double(t, Busy, Resets, Silent, Busy, Accepts)
	got, log := h.run(t, far.Address(), h.Message)

	assert.Equal(t, h.Message.Delivery, got.Delivery)
	assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, got.State, got.Reason)
	require.GreaterOrEqual(t, len(far.Arrived()), 5, "every answer was asked for")
	key := h.sameKey(t, far)
	h.keepsSecrets(t, log)

	other := h.Message
	other.Delivery = "another-delivery"
	again := h.double(t, Accepts)
	h.run(t, again.Address(), other)
	if h.Key != nil {
		assert.NotEqual(t, key, h.Key(<-again.Arrived()), "another delivery has another key")
	}

	gone := h.double(t, Refuses)
	got, log = h.run(t, gone.Address(), h.Message)
	assert.Equal(t, alerting.Failed, got.State)
	assert.Len(t, gone.Arrived(), 1, "refused for good is asked once")
	assert.Contains(t, log, h.Message.Delivery, "a failure is logged")
	h.keepsSecrets(t, log)
	h.keepsSecrets(t, got.Reason)
}

// sameKey is the one key of every attempt that arrived.
func (h Harness) sameKey(t *testing.T, far Far) string {
	key := ""
	for range len(far.Arrived()) {
		r := <-far.Arrived()
		if h.Verify != nil {
			require.NoError(t, h.Verify(r, []byte(secret)))
		}
		if h.Key == nil {
			continue
		}
		if key == "" {
			key = h.Key(r)
		}
		assert.Equal(t, key, h.Key(r), "every attempt carries the same key")
	}
	return key
}

// run lets a lane carry one message and returns its only report and its log.
func (h Harness) run(t *testing.T, url string, m deliver.Message) (alerting.Progress, string) {
	t.Helper()
	var log bytes.Buffer
	told := make(reports, 16)
	lane := deliver.NewLane(deliver.LaneConfig{Attempt: 500 * time.Millisecond, Backoff: time.Millisecond, Workers: 1},
		m.Audience, h.New(t, url, []byte(secret)), told, slog.New(slog.NewJSONHandler(&log, nil)))
	m.Deadline = time.Now().Add(patience)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = lane.Run(ctx) })
	lane.Tell(m)
	got := <-told
	cancel()
	running.Wait()
	assert.Empty(t, told, "one message, one report")
	return got, log.String()
}
