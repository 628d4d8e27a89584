package pathcheck

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A check runs once a minute, and three may be lost before anything is said: a
// way that nobody has proven for three minutes is called unproven everywhere
// alike, and is a fault of the hub from then on.
func TestTheWayIsUnprovenFromThreeMinutesOn(t *testing.T) {
	assert.Equal(t, 3*time.Minute, Unproven)
	proven := time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC)
	before, then := proven.Add(3*time.Minute-time.Millisecond), proven.Add(3*time.Minute)
	s := Status{ProvenAt: proven, Began: proven.Add(-time.Hour)}
	assert.True(t, s.Proven(before))
	assert.False(t, s.Proven(then))

	w := way{began: s.Began, provenAt: proven}
	assert.False(t, w.overdue(before))
	assert.True(t, w.overdue(then))
	w.raised = true
	assert.False(t, w.overdue(then.Add(time.Hour)), "once an episode")

	started := Status{Began: proven}
	assert.True(t, started.Waiting(before), "a hub that has just started knows nothing yet")
	assert.False(t, started.Waiting(then))
}
