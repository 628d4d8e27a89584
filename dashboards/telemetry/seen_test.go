package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
)

func TestRepeatIsKnown(t *testing.T) {
	m := &memory{}
	take := func(boot string, seq uint64) bool { return m.fresh(devices.Reading{Boot: boot, Seq: seq}) }
	assert.True(t, take("a", 1))
	assert.False(t, take("a", 1))
	assert.True(t, take("a", 5), "a gap: those between may come yet")
	assert.True(t, take("a", 3))
	assert.False(t, take("a", 3))
	assert.False(t, take("a", 5))
	assert.True(t, take("a", 5+window))
	assert.False(t, take("a", 5+window))
	assert.True(t, take("a", 6), "never seen, and within the window")
	assert.True(t, take("a", 2+window))
	assert.False(t, take("a", 2+window))
	assert.True(t, take("a", 1<<50))
	assert.False(t, take("a", 1<<50))

	assert.True(t, take("b", 1), "a new run counts anew")
	assert.False(t, take("a", 1<<50), "the last of the run before, once more")
	assert.False(t, take("b", 1))
	assert.True(t, take("c", 1))
	assert.True(t, take("", 7))
	assert.True(t, take("", 7), "not counted: taken each time")
	assert.True(t, take("c", 0))
	assert.True(t, take("c", 0))
}

func TestNoTwoPointsOfASeriesShareATime(t *testing.T) {
	m := &memory{}
	first, second, third := m.stamp(monday), m.stamp(monday), m.stamp(monday.Add(1))
	assert.Equal(t, monday, first)
	assert.Equal(t, monday.Add(1), second)
	assert.Equal(t, monday.Add(2), third)
	seen := map[time.Time]bool{}
	for n := range 3000 { // an alarm that reaches everybody at once
		at := m.stamp(monday.Add(time.Duration(n%3) * time.Millisecond))
		assert.False(t, seen[at])
		seen[at] = true
	}
}
