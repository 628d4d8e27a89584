package debounce_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices/firmware/debounce"
)

const ms = time.Millisecond

var noon = time.Date(2026, time.September, 1, 12, 0, 0, 0, time.UTC)

// level is one stretch of a trace.
type level struct {
	closed bool
	ms     int
}

// edge is a change in milliseconds since noon.
type edge struct {
	closed    bool
	since, at int
}

// watch runs a trace through a contact that is looked at on each edge and,
// where ticks is not 0, every so many milliseconds besides.
func watch(rest time.Duration, trace []level, ticks int) (out []edge) {
	c := debounce.New(rest, false)
	take := func(ch debounce.Change, changed bool) {
		if changed {
			out = append(out, edge{ch.Closed, int(ch.Since.Sub(noon) / ms), int(ch.At.Sub(noon) / ms)})
		}
	}
	at := 0
	for _, l := range trace {
		take(c.Step(l.closed, noon.Add(time.Duration(at)*ms)))
		for tick := ticks; ticks > 0 && tick < l.ms; tick += ticks {
			take(c.Tick(noon.Add(time.Duration(at+tick) * ms)))
		}
		at += l.ms
	}
	take(c.Tick(noon.Add(time.Duration(at) * ms)))
	return out
}

// decide is the slow reference: it has the whole trace before it, millisecond
// by millisecond, and looks at every stretch of it.
func decide(rest int, trace []level) (out []edge) {
	var shown []bool // [i]: during the millisecond that begins at i
	for _, l := range trace {
		for range l.ms {
			shown = append(shown, l.closed)
		}
	}
	state, from := false, 0
	for t := 1; t <= len(shown); t++ {
		since, lead, best := 0, 0, 0
		for s := t - 1; s >= from; s-- {
			if shown[s] != state {
				lead++
			} else {
				lead--
			}
			if lead >= best {
				best, since = lead, s
			}
		}
		if best >= rest {
			state, from = !state, t
			out = append(out, edge{state, since, t})
		}
	}
	return out
}

func TestContact(t *testing.T) {
	bounce := []level{{true, 1}, {false, 1}, {true, 2}, {false, 1}, {true, 1}, {false, 2}}
	for name, c := range map[string]struct {
		trace []level
		want  []edge
	}{
		"a clean push is decided after the rest, and was pressed at its edge": {
			[]level{{false, 50}, {true, 100}, {false, 100}}, []edge{{true, 50, 70}, {false, 150, 170}},
		},
		"a push that bounces was pressed at its first edge": {
			append(append([]level{{false, 50}}, bounce...), level{true, 100}), []edge{{true, 50, 78}},
		},
		"a glitch is nothing, however often it comes": {
			[]level{{false, 50}, {true, 19}, {false, 50}, {true, 19}, {false, 50}}, nil,
		},
		"stuck open":   {[]level{{false, 2_000}}, nil},
		"stuck closed": {[]level{{true, 2_000}}, []edge{{true, 0, 20}}},
		"a finger that jumps off for a moment is one push": {
			[]level{{true, 60}, {false, 15}, {true, 60}}, []edge{{true, 0, 20}},
		},
		"bursts of interference on an open contact": {
			bursts(level{true, 1}, level{false, 2}), nil,
		},
		"a contact that is held within interference": {
			append([]level{{false, 10}}, bursts(level{false, 1}, level{true, 3})...), []edge{{true, 11, 49}},
		},
		"sparks, half of the time": {
			[]level{{true, 1}, {false, 1}, {true, 1}, {false, 1}, {true, 1}, {false, 1}, {true, 1}, {false, 1}}, nil,
		},
	} {
		for _, ticks := range []int{0, 1, 7} {
			assert.Equal(t, c.want, watch(debounce.Rest, c.trace, ticks), "%s, looked at every %d ms", name, ticks)
		}
		assert.Equal(t, c.want, decide(20, c.trace), "the reference: %s", name)
	}
}

// bursts are 40 of a pair of levels.
func bursts(a, b level) (out []level) {
	for range 40 {
		out = append(out, a, b)
	}
	return out
}

func TestContactIsAskedAgainWhenItIsDue(t *testing.T) {
	c := debounce.New(0, false)
	assert.Zero(t, c.Due(), "nobody has looked at it")
	c.Step(false, noon)
	assert.Zero(t, c.Due())
	c.Step(true, noon)
	assert.Equal(t, noon.Add(debounce.Rest), c.Due())
	c.Step(false, noon.Add(15*ms))
	assert.Zero(t, c.Due())
	c.Step(true, noon.Add(20*ms))
	assert.Equal(t, noon.Add(30*ms), c.Due(), "10 ms are left of the first 15")
	_, changed := c.Tick(noon.Add(30*ms - 1))
	assert.False(t, changed)
	_, changed = c.Tick(noon.Add(30 * ms))
	assert.True(t, changed)
	assert.Zero(t, c.Due())
}

func TestAClockThatStandsStillOrGoesBackDecidesNothing(t *testing.T) {
	c := debounce.New(0, false)
	c.Step(true, noon)
	for range 100 {
		_, changed := c.Tick(noon.Add(-time.Second))
		assert.False(t, changed)
	}
	_, changed := c.Tick(noon.Add(debounce.Rest))
	assert.True(t, changed)
}

// traceOf reads a trace from bytes: the low bit is the level, the rest how many
// milliseconds, so that most stretches are about as long as the rest.
func traceOf(data []byte) (out []level) {
	for _, b := range data[:min(len(data), 60)] {
		out = append(out, level{b&1 == 1, int(b>>1)%48 + 1})
	}
	return out
}

func FuzzContactDecidesLikeTheReference(f *testing.F) {
	f.Add([]byte{0x40, 0x61, 0x40, 0x61}, byte(0), byte(20))
	f.Add([]byte{0x03, 0x02, 0x03, 0x04, 0x61, 0x27, 0x26, 0x27}, byte(3), byte(20))
	f.Add([]byte{0x27, 0x02, 0x27, 0x02, 0x27}, byte(1), byte(40))
	f.Fuzz(func(t *testing.T, data []byte, ticks, rest byte) {
		trace, rested := traceOf(data), max(int(rest), 20)
		want := decide(rested, trace)
		assert.Equal(t, want, watch(time.Duration(rested)*ms, trace, int(ticks)))
		assert.Equal(t, want, watch(time.Duration(rested)*ms, trace, 0), "nobody looked in between")
	})
}
