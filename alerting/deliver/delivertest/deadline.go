package delivertest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/deliver"
)

const (
	// given is the time that a Send has in the suite.
	given = 150 * time.Millisecond
	// late is how long after its deadline a Send may return.
	late = 50 * time.Millisecond
	// tries: on a machine that does other things too, one punctual return out
	// of these proves that the deadline is kept.
	tries = 3
)

func (h Harness) deadline(t *testing.T) {
	for name, address := range map[string]string{
		"black hole": h.at(blackHole(t)),
		"no answer":  h.double(t, Silent).Address(),
		"dribble":    h.double(t, Dribbles).Address(),
	} {
		t.Run(name, func(t *testing.T) { h.punctual(t, address) })
	}
}

// punctual sends to a far side that gives no answer.
func (h Harness) punctual(t *testing.T, address string) {
	least := time.Hour
	for range tries {
		ctx, cancel := context.WithTimeout(t.Context(), given)
		began := time.Now()
		_, err := h.send(ctx, t, address)
		took := time.Since(began)
		cancel()
		require.Error(t, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.False(t, deliver.IsPermanent(err), "%v", err)
		least = min(least, took)
	}
	assert.LessOrEqual(t, least, given+late, "the best of %d", tries)
}

// mostTaken is how much of an endless answer may have left the double: what
// two sockets hold, and no more.
const mostTaken = 32 << 20

// endless answers are not read: the channel makes up its mind, either way,
// long before its deadline.
func (h Harness) endless(t *testing.T) {
	far := h.double(t, Endless)
	ctx, cancel := context.WithTimeout(t.Context(), patience/2)
	defer cancel()
	_, err := h.send(ctx, t, far.Address())
	assert.False(t, deliver.IsPermanent(err), "%v", err)
	require.NoError(t, ctx.Err(), "it read to the end of its time")
	assert.Less(t, far.Written(), int64(mostTaken))
}
