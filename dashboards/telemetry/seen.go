package telemetry

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// The bounds of what is remembered of one device.
const (
	// window is how far behind the newest of a run a reading is known to be a
	// repeat. An older one is taken for new: a device sends what it kept in
	// order, so that nothing older is ever repeated.
	window = 1024
	// instants is how many of a series' latest moments are known. However many
	// points come of one moment, they are kept apart.
	instants = 32
)

// stretch is the time stamps from first to before end, in nanoseconds, which
// points have.
type stretch struct{ first, end int64 }

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
	stamps  [instants]stretch
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
	n, taken := at.UnixNano(), -1
	for i := m.holds(n); i >= 0; i = m.holds(n) {
		n, taken = m.stamps[i].end, i
	}
	if taken < 0 {
		taken = m.stamped % instants
		m.stamps[taken].first = n
		m.stamped++
	}
	m.stamps[taken].end = n + 1
	return at.Add(time.Duration(n - at.UnixNano()))
}

// holds finds the stretch of time stamps that a moment lies in; -1 where it is
// free.
func (m *memory) holds(n int64) int {
	return slices.IndexFunc(m.stamps[:], func(s stretch) bool { return s.first <= n && n < s.end })
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
