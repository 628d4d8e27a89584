package hub

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// diary notes what parts do, in order.
type diary struct {
	mu    sync.Mutex // guards lines
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

// part takes so long to stop once it has been told to.
func (d *diary) part(name string, stops time.Duration) part {
	return part{name, func(ctx context.Context) error {
		<-ctx.Done()
		d.note(name + " told")
		time.Sleep(stops)
		d.note(name + " over")
		return nil
	}}
}

// What is behind a part has ended before that part is told to stop: the
// journal outlives the engine, the engine whoever presses.
func TestPartsStopInReverseOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		parts := []part{d.part("journal", time.Second), d.part("engine", 2*time.Second), d.part("broker", 3*time.Second)}
		go func() { done <- runParts(ctx, parts, 10*time.Second, slog.New(slog.DiscardHandler)) }()
		synctest.Wait()
		assert.Empty(t, d.lines)
		cancel()
		require.NoError(t, <-done)
		assert.Equal(t, []string{"broker told", "broker over", "engine told", "engine over", "journal told", "journal over"}, d.lines)
	})
}

// A part that does not stop ends neither the others' stop nor the whole one:
// at the deadline everybody is told, and it is named.
func TestTheDeadlineEndsAStopThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		parts := []part{d.part("journal", 0), d.part("broker", time.Hour)}
		go func() { done <- runParts(ctx, parts, 10*time.Second, slog.New(slog.DiscardHandler)) }()
		synctest.Wait()
		began := time.Now()
		cancel()
		err := <-done
		require.ErrorIs(t, err, errStopTimeout)
		assert.ErrorContains(t, err, "stop broker")
		assert.Equal(t, 10*time.Second, time.Since(began))
		synctest.Wait()
		assert.Equal(t, []string{"broker told", "journal told", "journal over"}, d.lines)
		time.Sleep(time.Hour)
	})
}

func TestAPartThatEndsByItselfStopsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		broken := part{"web", func(context.Context) error { return errors.New("no listener") }}
		err := runParts(t.Context(), []part{d.part("journal", 0), broken}, time.Second, slog.New(slog.DiscardHandler))
		require.ErrorContains(t, err, "web ended: no listener")
		assert.True(t, slices.Contains(d.lines, "journal over"))
	})
}
