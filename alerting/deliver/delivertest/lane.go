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
	e := newEndpoint(t,
		answer{status: 503}, answer{status: 429, header: map[string]string{"Retry-After": "0"}},
		answer{reset: true}, answer{silent: true}, answer{status: 408}, answer{status: 200})
	got, log := h.run(t, e.address(), h.Message)

	assert.Equal(t, h.Message.Delivery, got.Delivery)
	assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, got.State, got.Reason)
	require.GreaterOrEqual(t, len(e.arrived), 6, "every answer was asked for")
	key := ""
	for range len(e.arrived) {
		r := <-e.arrived
		require.NoError(t, h.Verify(r, []byte(secret)))
		if key == "" {
			key = h.Key(r)
		}
		assert.Equal(t, key, h.Key(r), "every attempt carries the same key")
	}
	keepsSecrets(t, log)

	other := h.Message
	other.Delivery = "another-delivery"
	again := newEndpoint(t, answer{status: 200})
	h.run(t, again.address(), other)
	assert.NotEqual(t, key, h.Key(<-again.arrived), "another delivery has another key")

	gone := newEndpoint(t, answer{status: 410})
	got, log = h.run(t, gone.address(), h.Message)
	assert.Equal(t, alerting.Failed, got.State)
	assert.Len(t, gone.arrived, 1, "refused for good is asked once")
	assert.Contains(t, log, h.Message.Delivery, "a failure is logged")
	keepsSecrets(t, log)
	keepsSecrets(t, got.Reason)
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
