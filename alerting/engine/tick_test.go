package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/engine"
)

func TestAHardLimitIsJudgedAtTheNextTickAndNeverBefore(t *testing.T) {
	const tick = 50 * time.Millisecond
	for _, c := range []struct{ past, waits time.Duration }{
		{0, 0}, {time.Nanosecond, tick - time.Nanosecond}, {20 * time.Millisecond, 30 * time.Millisecond}, {tick - 1, 1},
	} {
		due := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Add(c.past)
		assert.Equal(t, due.Add(c.waits), engine.Ticked(due), "%v past a tick", c.past)
	}
	now := time.Now()
	assert.Contains(t, engine.Ticked(now.Add(time.Nanosecond)).String(), "m=+", "it stays on the monotonic clock")
}
