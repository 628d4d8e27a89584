package load

import (
	"sync/atomic"
	"time"
)

// moment is a point of a run in nanoseconds since its fleet's epoch; 0 is
// never. Each is written by one goroutine and read by another.
type moment struct{ at atomic.Int64 }

// first keeps the earliest report and says whether this was it.
func (m *moment) first(at time.Duration) bool { return m.at.CompareAndSwap(0, max(int64(at), 1)) }

func (m *moment) time() (time.Duration, bool) {
	at := m.at.Load()
	return time.Duration(at), at != 0
}

// record is what became of one press.
type record struct {
	due    time.Duration // written before the press, by the goroutine that makes it
	wrote  moment
	acked  moment
	lit    moment // the hub's own receipt: the light says stored
	unsent atomic.Bool
}

// tally counts one stage. Presses base to base+plain-1 are the load, those
// after them are the stuck buttons'.
type tally struct {
	base, plain int
	records     []record
	arrivals    [][]moment // by terminal, then press

	again      atomic.Int64 // a press's second arrival at the same terminal
	stuckAgain atomic.Int64

	open atomic.Int64 // acknowledgements and arrivals that are still to come
	done chan struct{}
}

func newTally(base, plain, stuck, terminals int) *tally {
	t := &tally{base: base, plain: plain, records: make([]record, plain+stuck), done: make(chan struct{})}
	for range terminals {
		t.arrivals = append(t.arrivals, make([]moment, plain+stuck))
	}
	t.open.Store(int64(plain*(1+terminals) + stuck))
	if t.open.Load() == 0 {
		close(t.done)
	}
	return t
}

// settle takes n off what is still to come. It falls from one to nought only
// once.
func (t *tally) settle(n int) {
	if n > 0 && t.open.Add(int64(-n)) == 0 {
		close(t.done)
	}
}

// share is how much of open a press accounts for at the terminals: a hub may
// tell a stuck button's presses as a count.
func (t *tally) share(i int) int {
	if i < t.plain {
		return len(t.arrivals)
	}
	return 0
}

func (t *tally) failed(i int) {
	t.records[i].unsent.Store(true)
	t.settle(1 + t.share(i))
}

func (t *tally) acknowledged(press int, at time.Duration) {
	if i := press - t.base; t.holds(press) && t.records[i].acked.first(at) {
		t.settle(1)
	}
}

func (t *tally) stored(press int, at time.Duration) {
	if t.holds(press) {
		t.records[press-t.base].lit.first(at)
	}
}

// arrived is false where the press is not of this stage.
func (t *tally) arrived(terminal, press int, at time.Duration) bool {
	if !t.holds(press) {
		return false
	}
	i := press - t.base
	switch {
	case t.arrivals[terminal][i].first(at):
		if i < t.plain {
			t.settle(1)
		}
	case i < t.plain:
		t.again.Add(1)
	default:
		t.stuckAgain.Add(1)
	}
	return true
}

func (t *tally) holds(press int) bool { return press >= t.base && press < t.base+len(t.records) }
