package supervision

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

var zero = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func second(n int) time.Time { return zero.Add(time.Duration(n) * time.Second) }

// TestASilentDevice walks one device through what silence makes of it.
func TestASilentDevice(t *testing.T) {
	for name, p := range map[string]struct {
		power                    devices.Power
		late, lost, found, again int // seconds since its only packet, and since it was heard again
	}{
		"mains":   {devices.PowerMains, 12, 20, 20, 20},
		"battery": {devices.PowerBattery, 82, 90, 90, 90},
	} {
		c := ClassOf(p.power, 0)
		w := Watch{State: Waiting}.Step(c, time.Time{}, second(0))
		require.Equal(t, Waiting, w.Step(c, time.Time{}, second(10_000)).State, "%s: nobody misses what was never heard", name)
		w = w.Step(c, second(0), second(0))
		assert.Equal(t, Present, w.State, name)
		assert.Equal(t, Present, w.Step(c, second(0), second(p.late-1)).State, name)
		assert.Equal(t, Late, w.Step(c, second(0), second(p.late+1)).State, name)
		assert.Equal(t, Late, w.Step(c, second(0), second(p.lost-1)).State, name)
		w = w.Step(c, second(0), second(p.lost))
		assert.Equal(t, Lost, w.State, name)
		assert.Equal(t, second(p.lost), w.Since, name)
		w = w.Step(c, second(1000), second(1000))
		assert.Equal(t, Found, w.State, "%s: one packet is no proof", name)
		for s := 1000; s < 1000+p.found; s += 5 {
			w = w.Step(c, second(s), second(s))
			assert.Equal(t, Found, w.State, name)
		}
		w = w.Step(c, second(1000+p.again), second(1000+p.again))
		assert.Equal(t, Present, w.State, name)
	}
}

func TestADeviceThatComesAndGoesIsTrustedLater(t *testing.T) {
	c := ClassOf(devices.PowerMains, 0)
	w, now := Watch{}, 0
	for _, want := range []time.Duration{20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second, 320 * time.Second, 10 * time.Minute, 10 * time.Minute} {
		w = w.Step(c, second(now), second(now))
		now += 20
		w = w.Step(c, second(0), second(now))
		require.Equal(t, Lost, w.State)
		back := now + 1
		for now = back; w.State != Present; now += 2 {
			w = w.Step(c, second(now), second(now))
			require.Less(t, now, back+1000)
		}
		assert.Equal(t, want, w.Since.Sub(second(back)))
	}
	w = w.Step(c, second(now+7200), second(now+7200))
	w = w.Step(c, second(0), second(now+7220))
	assert.Equal(t, 1, w.Lapses, "after a quiet hour it is trusted as before")
}

func TestExcusedSilenceCountsForNobody(t *testing.T) {
	c := ClassOf(devices.PowerMains, 0)
	w := Watch{}.Step(c, second(0), second(0)).Step(c, second(0), second(15))
	require.Equal(t, Late, w.State)
	w = w.Excuse(second(300), second(340)).Step(c, second(0), second(300))
	assert.Equal(t, Present, w.State)
	assert.Equal(t, Late, w.Step(c, second(0), second(359)).State)
	assert.Equal(t, Lost, w.Step(c, second(0), second(360)).State)
}

func TestShorterLimitsKeepTheirProportions(t *testing.T) {
	c := ClassOf(devices.PowerMains, 2*time.Second)
	assert.Equal(t, Class{KeepAlive: 800 * time.Millisecond, Late: 1200 * time.Millisecond, Lost: 2 * time.Second, Found: 2 * time.Second}, c)
	assert.Equal(t, 82500*time.Millisecond, ClassOf(devices.PowerBattery, 0).Late)
}

// slow says by the history of packets alone how a device stands at a second:
// it looks at every gap from the beginning.
func slow(c Class, packets []int, at int) State {
	var heard []int
	for _, p := range packets {
		if p <= at {
			heard = append(heard, p)
		}
	}
	if len(heard) == 0 {
		return Waiting
	}
	lost, late := int(c.Lost/time.Second), int(c.Late/time.Second)
	trusted, lapses, lapsed, returned := true, 0, 0, 0
	for i, p := range heard {
		until := at
		if i+1 < len(heard) {
			until = heard[i+1]
		}
		wait := int(c.Found / time.Second)
		for n := 1; n < lapses; n++ {
			wait = min(2*wait, int(LongestFound/time.Second))
		}
		gap := until - p
		last := i+1 == len(heard)
		if !trusted && min(until, p+lost-1) >= returned+wait { // the steady time ends before the next loss
			trusted = true
		}
		if gap >= lost {
			if !last && gap == lost {
				// heard in the very second of the loss: the packet is there
				if !trusted && until >= returned+wait {
					trusted = true
				}
				continue
			}
			if trusted {
				if lapses == 0 || p+lost-lapsed > int(LapseWithin/time.Second) {
					lapses = 0
				}
				lapses, lapsed, trusted = lapses+1, p+lost, false
			}
			if last {
				return Lost
			}
			returned = until
			continue
		}
		if last {
			switch {
			case !trusted && at < returned+wait:
				return Found
			case gap >= late:
				return Late
			}
			return Present
		}
	}
	return Present
}

// TestWatchAgreesWithTheWholeHistory steps a device through made-up lives, once
// each second and once only when a packet or its own next moment comes, and
// holds both to the history.
func TestWatchAgreesWithTheWholeHistory(t *testing.T) {
	c := Class{KeepAlive: 3 * time.Second, Late: 5 * time.Second, Lost: 8 * time.Second, Found: 8 * time.Second}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var packets []int
		for at := 1 + r.IntN(5); at < 600; {
			packets = append(packets, at)
			step := 1 + r.IntN(4)
			if r.IntN(9) == 0 {
				step = r.IntN(40) + 1
			}
			at += step
		}
		every, seldom, i := Watch{State: Waiting}, Watch{State: Waiting}, 0
		var last time.Time
		for s := range 600 {
			heard := false
			for i < len(packets) && packets[i] <= s {
				last, heard = second(packets[i]), true
				i++
			}
			now := second(s)
			every = every.Step(c, last, now)
			if next := seldom.Next(c); heard || (!next.IsZero() && !now.Before(next)) {
				seldom = seldom.Step(c, last, now)
			}
			require.Equal(t, slow(c, packets, s), every.State, "seed %d, second %d, packets %v", seed, s, packets)
			require.Equal(t, every.State, seldom.State, "seed %d, second %d: between its moments nothing changes", seed, s)
		}
	}
}
