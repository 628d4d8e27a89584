package firmware

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/wire"
)

// gateWith builds a gate's core of which every pin has been read: what is shut
// and well at first.
func gateWith(p GatePins) *gateCore {
	g := newGateCore(identity(), p, "a1b2", noon)
	for pin, in := range p.all() {
		if in != nil {
			g.step(noon, pinInput{pin: pin, closed: !g.senses[pin].is.counts})
		}
	}
	return g
}

// told takes the readings and the states out of what a core does.
func told(t *testing.T, effects []effect) (readings []devices.Reading, states []devices.State) {
	t.Helper()
	for _, e := range effects {
		m := e.(sendEffect).Message
		if m.Topic == wire.ReadingTopic(address) {
			r, err := wire.DecodeReading(address, m.Payload, noon)
			require.NoError(t, err)
			readings = append(readings, r)
			continue
		}
		s, err := wire.DecodeState(address, m.Payload, noon)
		require.NoError(t, err)
		states = append(states, s)
	}
	return readings, states
}

func allPins() GatePins {
	p := func(name string) gpio.PinIn { return newTestPin(name) }
	return GatePins{
		Contact: p("contact"), In: p("in"), Out: p("out"), Release: p("release"), Barrier: p("barrier"), Vehicle: p("vehicle"),
		Bollards: p("bollards"), Lock: p("lock"), Path: p("path"), Tamper: p("tamper"),
	}
}

// With every wire cut at once, everything that people have to look at is said.
func TestACutWireNeverSaysThatAllIsWell(t *testing.T) {
	g := gateWith(allPins())
	g.step(noon, linkInput{up: true})
	first, _ := told(t, g.step(noon.Add(Gather), nil))
	require.Len(t, first, 1)
	assert.Equal(t, map[string]float64{
		"open": 0, "passages_in": 0, "passages_out": 0, "released": 0, "barrier_up": 0, "vehicles": 0,
		"bollards_up": 1, "locked": 0, "blocked": 0, "tamper": 0,
	}, first[0].Values)

	for pin := range gatePins {
		g.step(noon.Add(Gather), pinInput{pin: pin, closed: false})
	}
	at, last := noon.Add(Gather), devices.Reading{}
	for at = g.next(at); at.Before(noon.Add(10 * time.Second)); at = g.next(at) {
		if readings, _ := told(t, g.step(at, nil)); len(readings) > 0 {
			last = readings[len(readings)-1]
		}
	}
	assert.Equal(t, map[string]float64{
		"open": 1, "passages_in": 0, "passages_out": 0, "released": 0, "barrier_up": 1, "vehicles": 0,
		"bollards_up": 0, "locked": 1, "blocked": 1, "tamper": 1,
	}, last.Values)
}

// A gate that lacks an input says nothing of it: no rule takes what nobody has
// measured for a nought.
func TestAGateSpeaksOfTheInputsThatItHas(t *testing.T) {
	g := gateWith(GatePins{Lock: newTestPin("lock")})
	g.step(noon, linkInput{up: true})
	readings, _ := told(t, g.step(noon.Add(Gather), nil))
	require.Len(t, readings, 1)
	assert.Equal(t, map[string]float64{"locked": 0}, readings[0].Values)

	_, err := NewGate(identity(), GatePins{}, newHub(), quiet())
	require.ErrorContains(t, err, "has no inputs")
}

// Before every pin was read nothing is said of any: a board that starts slowly
// reports no open gate and no opened housing.
func TestNothingIsSaidOfAPinThatNobodyHasRead(t *testing.T) {
	g := newGateCore(identity(), GatePins{Contact: newTestPin("contact"), Tamper: newTestPin("tamper")}, "a1b2", noon)
	for _, in := range []input{linkInput{up: true}, pinInput{pin: pinOpen, closed: true}, nil} {
		assert.Empty(t, g.step(noon.Add(Repeat), in))
	}
	readings, states := told(t, g.step(noon.Add(Repeat), pinInput{pin: pinTamper, closed: true}))
	require.Len(t, readings, 1)
	assert.Equal(t, map[string]float64{"open": 0, "tamper": 0}, readings[0].Values)
	require.Len(t, states, 1)
	assert.False(t, states[0].Tamper)
}

// The housing is part of what the gate says of itself, too, which is kept for
// who comes later.
func TestTamperIsSaidTwice(t *testing.T) {
	g := gateWith(GatePins{Tamper: newTestPin("tamper")})
	g.step(noon, linkInput{up: true})
	g.step(noon.Add(Gather), nil)
	at := noon.Add(Repeat / 2)
	g.step(at, pinInput{pin: pinTamper, closed: false})
	readings, states := told(t, g.step(at.Add(debounce.Rest), nil))
	require.Len(t, readings, 1)
	assert.Equal(t, map[string]float64{"tamper": 1}, readings[0].Values)
	require.Len(t, states, 1)
	assert.True(t, states[0].Tamper)

	g.step(at.Add(time.Second), linkInput{up: false})
	_, states = told(t, g.step(at.Add(2*time.Second), linkInput{up: true}))
	require.Len(t, states, 1)
	assert.True(t, states[0].Tamper, "as it is, not as it was at the start")
}

// What was closed before the firmware began is no event, and what stays closed
// is one: neither covers a later opening up.
func TestAReleaseIsAClosing(t *testing.T) {
	g := newGateCore(identity(), GatePins{Release: newTestPin("release")}, "a1b2", noon)
	g.step(noon, pinInput{pin: pinRelease, closed: true})
	g.step(noon, linkInput{up: true})
	count := func(at time.Duration, in input) float64 {
		readings, _ := told(t, g.step(noon.Add(at), in))
		require.Len(t, readings, 1)
		return readings[0].Values["released"]
	}
	assert.Zero(t, count(Gather, nil), "it was closed before")
	g.step(noon.Add(10*time.Second), pinInput{pin: pinRelease, closed: false})
	g.step(noon.Add(11*time.Second), nil)
	g.step(noon.Add(12*time.Second), pinInput{pin: pinRelease, closed: true})
	assert.InDelta(t, 1, count(12*time.Second+debounce.Rest, nil), 0, "at once")
	assert.Zero(t, count(13*time.Second+Repeat, nil), "it is still held")
}

// crowd is a waiting area in a test's hands; below 0 it cannot be counted.
type crowd struct{ n atomic.Int64 }

func (c *crowd) People() (int, error) {
	n := int(c.n.Load())
	if n < 0 {
		return 0, errors.New("blind")
	}
	return n, nil
}

func TestWhoWaitsIsCountedAndNeverGuessed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, area := newHub(), &crowd{}
		area.n.Store(40)
		g, err := NewGate(identity(), GatePins{Area: area}, h, quiet())
		require.NoError(t, err)
		runFor(t, g.Run)
		h.connect()
		last := func() map[string]float64 {
			all := h.readings(t)
			require.Len(t, all, 1)
			return all[0].Values
		}
		wait(Gather)
		assert.Equal(t, map[string]float64{"waiting": 40}, last())
		area.n.Store(85)
		wait(countEvery + Gather)
		assert.Equal(t, map[string]float64{"waiting": 85}, last())
		area.n.Store(-1)
		wait(countEvery + Repeat)
		assert.Empty(t, h.readings(t), "nobody knows")
	})
}
