package watch

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

// looking is a disk that takes when the hub looked, and nothing else.
type looking struct {
	Store
	down []duty.Gap
}

func (l *looking) SaveLooked(_ context.Context, _ time.Time, down []duty.Gap) error {
	l.down = down
	return nil
}

// A hub that was held up reads first what came meanwhile, and where it took long it was
// down; one that is slow all the time raises all the same.
func TestAHubThatWasHeldUpListensBeforeItRaises(t *testing.T) {
	store := &looking{}
	w := New(Deps{Store: store, Log: slog.New(slog.DiscardHandler), Schools: func() map[string]School { return map[string]School{"ziwei": {}} }})
	now := time.Date(2026, 3, 4, 7, 25, 10, 0, time.UTC)
	w.held(now.Add(-stampsEvery-stallAfter), now)
	assert.True(t, w.of("ziwei").quiet.IsZero(), "a look may come a little late")
	w.held(now.Add(-10*time.Second), now)
	assert.Equal(t, now.Add(Settling), w.of("ziwei").quiet)
	assert.Empty(t, w.down)
	now = now.Add(time.Minute)
	w.held(now.Add(-10*time.Second), now)
	assert.Equal(t, now.Add(Settling-time.Minute), w.of("ziwei").quiet, "once in a while")
	now = now.Add(time.Hour)
	w.held(now.Add(-4*time.Minute), now)
	assert.Equal(t, now.Add(Settling), w.of("ziwei").quiet)
	gap := []duty.Gap{{From: now.Add(-4 * time.Minute), To: now}}
	assert.Equal(t, gap, w.down)
	assert.Equal(t, gap, store.down, "on the disk")
}
