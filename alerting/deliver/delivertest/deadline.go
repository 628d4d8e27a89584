package delivertest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
)

const (
	// given is the time that a Send has in the suite.
	given = 150 * time.Millisecond
	// late is how long after its deadline, or after it is stopped, a Send may
	// return, in a bubble's time.
	late = 50 * time.Millisecond
	// tries is how many Sends in a row must be punctual, each of them.
	tries = 3
	// lost is how many attempts fail before a far side can be reached again: more
	// than a channel has connections, and no more than a robot may make.
	lost = 18
	// busy is what a machine that does other things too may add on real sockets.
	busy = 2 * time.Second
)

// mute are the far sides that give no answer, each on a network in memory: a
// name and what starts it and says where it is.
func (h Harness) mute() map[string]func(t *testing.T, p *pipes) string {
	return map[string]func(t *testing.T, p *pipes) string{
		"never connects": func(_ *testing.T, p *pipes) string { return h.at(p.host()) },
		"never reads": func(_ *testing.T, p *pipes) string {
			go p.swallow()
			return h.at(p.host())
		},
		"no answer": func(t *testing.T, p *pipes) string { return h.doubleOn(t, p, Silent).Address() },
		"dribble":   func(t *testing.T, p *pipes) string { return h.doubleOn(t, p, Dribbles).Address() },
	}
}

// bubbles runs a test against every mute far side, in a bubble of its own.
func (h Harness) bubbles(t *testing.T, test func(t *testing.T, c deliver.Channel)) {
	t.Helper()
	for name, start := range h.mute() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipes(t)
				test(t, h.New(t, start(t, p), []byte(secret), p.over()))
			})
		})
	}
}

func (h Harness) deadline(t *testing.T) {
	h.bubbles(t, func(t *testing.T, c deliver.Channel) {
		for range tries {
			h.punctual(t, c, late)
		}
	})
}

// deadlineOnSockets is the same on real ones, where the machine's own doing is
// in what is measured.
func (h Harness) deadlineOnSockets(t *testing.T) {
	for name, address := range map[string]string{
		"never reads": h.at(blackHole(t)),
		"no answer":   h.double(t, Silent).Address(),
		"dribble":     h.double(t, Dribbles).Address(),
	} {
		t.Run(name, func(t *testing.T) { h.punctual(t, h.New(t, address, []byte(secret)), busy) })
	}
}

// punctual sends to a far side that gives no answer.
func (h Harness) punctual(t *testing.T, c deliver.Channel, allowed time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), given)
	defer cancel()
	began := time.Now()
	_, err := h.sendBy(ctx, t, c, h.Message)
	took := time.Since(began)
	require.Error(t, err)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.False(t, deliver.IsPermanent(err), "%v", err)
	assert.LessOrEqual(t, took, given+allowed)
}

// cancel stops a Send in the middle, and a lane with one under way.
func (h Harness) cancel(t *testing.T) {
	h.bubbles(t, func(t *testing.T, c deliver.Channel) {
		ctx, cancel := context.WithCancel(t.Context())
		var stopped time.Time
		time.AfterFunc(given, func() {
			stopped = time.Now()
			cancel()
		})
		_, err := h.sendBy(ctx, t, c, h.Message)
		require.False(t, stopped.IsZero(), "it returned before it was stopped: %v", err)
		assert.LessOrEqual(t, time.Since(stopped), late)
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, deliver.IsPermanent(err))

		h.stopsLane(t, c)
	})
}

func (h Harness) stopsLane(t *testing.T, c deliver.Channel) {
	told := make(reports, 16)
	lane := deliver.NewLane(deliver.LaneConfig{Attempt: time.Hour}, h.Message.Audience, c, told, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = lane.Run(ctx) })
	m := h.Message
	m.Deadline = time.Now().Add(time.Hour)
	lane.Tell(m)
	time.Sleep(given)
	stopped := time.Now()
	cancel()
	running.Wait()
	assert.LessOrEqual(t, time.Since(stopped), late, "the lane")
	assert.Empty(t, told, "what was under way is told again after the next start")
}

func (h Harness) ended(t *testing.T) {
	far := h.double(t, Accepts)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.send(ctx, t, far.Address())
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, far.Arrived())
}

// connectsAgain holds a channel that could connect to nobody for a while to
// reaching its far side soon after that has passed: attempts that were given
// up take nothing away from later ones.
func (h Harness) connectsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nobody, p := newPipes(t), newPipes(t)
		far := h.doubleOn(t, p, Accepts)
		var w way
		w.leadTo(nobody) // a connection that is begun now is never made
		c := h.New(t, far.Address(), []byte(secret), w.over())
		for range lost {
			h.punctual(t, c, late)
		}
		w.leadTo(p)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		state, err := h.sendBy(ctx, t, c, h.Message)
		require.NoError(t, err)
		assert.Contains(t, []alerting.DeliveryState{alerting.Handed, alerting.Received}, state)
	})
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
