package telemetry

import (
	"time"

	"example.org/campushub/devices"
)

// The bounds of what is remembered of one device.
const (
	// window is how far behind the newest of a run a reading is known to be a
	// repeat. An older one is taken for new: a device sends what it kept in
	// order, so that nothing older is ever repeated.
	window = 1024
	// instants is how many of a series' latest time stamps are kept apart.
	instants = 32
)

// run is what was taken of one run of a firmware.
type run struct {
	boot   string
	newest uint64
	taken  [window / 64]uint64 // of newest and the ones before it, by number modulo window
}

// take reports whether a number comes for the first time, and notes it.
func (r *run) take(seq uint64) bool {
	bit := func(n uint64) (*uint64, uint64) { return &r.taken[n%window/64], 1 << (n % 64) }
	switch {
	case seq > r.newest:
		for n := max(r.newest, seq-min(seq, window)) + 1; n <= seq; n++ {
			word, mask := bit(n)
			*word &^= mask
		}
		r.newest = seq
	case r.newest-seq >= window:
		return true
	}
	word, mask := bit(seq)
	if *word&mask != 0 {
		return false
	}
	*word |= mask
	return true
}

// memory is what is remembered of one device: its present run and the one
// before, whose last readings may be repeated after the restart.
type memory struct {
	runs    [2]run
	stamps  [instants]int64
	stamped int
}

// fresh reports whether a reading comes for the first time. One that is not
// counted always does.
func (m *memory) fresh(r devices.Reading) bool {
	if r.Seq == 0 || r.Boot == "" {
		return true
	}
	for i := range m.runs {
		if m.runs[i].boot == r.Boot {
			return m.runs[i].take(r.Seq)
		}
	}
	m.runs[1] = m.runs[0]
	m.runs[0] = run{boot: r.Boot}
	return m.runs[0].take(r.Seq)
}

// stamp gives a point its time: what it says, or the next nanosecond that no
// point of the same series has. InfluxDB would let the later one replace the
// earlier.
func (m *memory) stamp(at time.Time) time.Time {
	for m.has(at.UnixNano()) {
		at = at.Add(1)
	}
	m.stamps[m.stamped%instants] = at.UnixNano()
	m.stamped++
	return at
}

func (m *memory) has(at int64) bool {
	for _, s := range m.stamps {
		if s == at {
			return true
		}
	}
	return false
}

// memories are those of every device that the configuration knows; nobody
// else gets as far as this.
type memories map[devices.Address]*memory

func (m memories) of(a devices.Address) *memory {
	got, ok := m[a]
	if !ok {
		got = &memory{}
		m[a] = got
	}
	return got
}
