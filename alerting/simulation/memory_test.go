package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// The memory journal's pace: as the real one's.
const (
	lazyWait   = 100 * time.Millisecond
	backoffMin = 50 * time.Millisecond
	backoffMax = time.Second
)

// condition is how the disk behaves.
type condition struct {
	fails journal.Stage // begin, commit, committed; "" is none
	slow  time.Duration // how long a commit takes beyond the usual
	room  int           // entries that may be not yet durable; 0 is plenty
}

// memory is one opening of a disk: it implements engine.Journal and commits
// like the real journal, in groups and in order, at moments that the world
// chooses. Whoever holds mu may touch it.
type memory struct {
	disk   *disk
	starts int64
	last   int64
	after  func(d time.Duration, do func()) // the world's clock
	touch  func()                           // before anything is appended; may end the hub
	dead   atomic.Bool                      // the hub has crashed: nothing more is written

	mu           sync.Mutex // guards the fields below
	condition    condition
	urgent, lazy []*item
	under        []*item // being written
	retained     []*item // what a broken disk has not taken
	order        int
	newest       int64
	pending      [2]int // urgent, lazy
	busy, broken bool
	backoff      time.Duration
	gathering    bool // a batch is about to begin
	waiting      bool // lazy entries are waiting for their moment
	closed       bool
	onAppend     func(alerting.Event, alerting.Incident)
	onFull       func(alerting.Event)
	onCommit     func(alerting.Event)
	onAccept     func(journal.Entry)
}

// item is an entry on its way to the disk.
type item struct {
	journal.Entry
	order           int
	told            [][]byte
	event, snapshot []byte
	failed, tried   bool
}

// reopen opens the disk after a stop or a crash.
func reopen(d *disk, after func(time.Duration, func())) *memory {
	d.starts++
	return &memory{
		disk: d, starts: d.starts, last: d.lastSeq, newest: d.lastSeq, after: after, touch: func() {},
		onAppend: func(alerting.Event, alerting.Incident) {}, onFull: func(alerting.Event) {}, onCommit: func(alerting.Event) {},
		onAccept: func(journal.Entry) {},
	}
}

func (it *item) encode() (err error) {
	if it.Event != nil && it.event == nil {
		if it.event, err = json.Marshal(it.Event); err != nil {
			return fmt.Errorf("encode event %d: %w", it.Event.Seq, err)
		}
		if it.snapshot, err = json.Marshal(it.Incident.Listed()); err != nil {
			return fmt.Errorf("encode incident %s: %w", it.Incident.ID, err)
		}
	}
	it.told = nil
	for _, t := range it.Tellings {
		payload, err := json.Marshal(t.Deliveries)
		if err != nil {
			return fmt.Errorf("encode telling %d: %w", t.Number, err)
		}
		it.told = append(it.told, payload)
	}
	return nil
}

func (it *item) rejectable() bool {
	return it.Probe != nil || (it.Event != nil && it.Event.Rejectable())
}

func (it *item) tell(o journal.Outcome) {
	if o == journal.Failed {
		if it.failed {
			return
		}
		it.failed = true
	}
	if it.Done != nil {
		it.Done(o)
	}
}

// Append is the engine's: it queues and returns.
func (m *memory) Append(e journal.Entry) error {
	m.touch()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(e); err != nil {
		if errors.Is(err, journal.ErrFull) && e.Event != nil {
			m.onFull(*e.Event)
		}
		return err
	}
	if e.Event != nil {
		m.newest = e.Event.Seq
		event, incident := *e.Event, *e.Incident
		e.Event, e.Incident = &event, &incident
		m.onAppend(event, incident)
	}
	e.Tellings, e.Stamps = slices.Clone(e.Tellings), slices.Clone(e.Stamps)
	m.onAccept(e)
	m.order++
	it := &item{Entry: e, order: m.order}
	m.pending[lane(e.Lazy)]++
	if e.Lazy {
		m.lazy = append(m.lazy, it)
		m.waitLazy()
		return nil
	}
	m.urgent = append(m.urgent, it)
	m.gather()
	return nil
}

func (m *memory) check(e journal.Entry) error {
	switch {
	case (e.Event == nil) != (e.Incident == nil):
		return errors.New("an event needs its incident")
	case e.Event != nil && e.Lazy:
		return errors.New("an event cannot wait")
	case e.Event != nil && e.Event.Incident != e.Incident.ID:
		return errors.New("an event of another incident")
	case m.closed || m.dead.Load():
		return journal.ErrClosed
	case m.condition.room > 0 && m.pending[lane(e.Lazy)] >= m.condition.room:
		return journal.ErrFull
	case e.Event != nil && e.Event.Seq <= m.newest:
		return fmt.Errorf("%w: %d after %d", journal.ErrOrder, e.Event.Seq, m.newest)
	}
	return nil
}

func lane(lazy bool) int {
	if lazy {
		return 1
	}
	return 0
}

// waitLazy lets the lazy entries wait for company.
func (m *memory) waitLazy() {
	if m.waiting {
		return
	}
	m.waiting = true
	m.after(lazyWait, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.waiting = false
		m.merge()
		m.gather()
	})
}

// merge makes the lazy entries urgent, each where it was appended.
func (m *memory) merge() {
	m.urgent = append(m.lazy, m.urgent...)
	slices.SortFunc(m.urgent, func(a, b *item) int { return a.order - b.order })
	m.lazy = nil
}

// gather begins a commit in a moment, with everything that has come by then.
func (m *memory) gather() {
	if m.busy || m.gathering || len(m.urgent) == 0 {
		return
	}
	m.gathering = true
	m.after(50*time.Microsecond, m.begin)
}

func (m *memory) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gathering = false
	if m.closed || m.dead.Load() || m.busy {
		return
	}
	if m.broken {
		m.refuseQueued()
		return
	}
	if len(m.urgent) == 0 {
		return
	}
	batch := m.urgent
	m.urgent, m.under, m.busy = nil, batch, true
	m.after(150*time.Microsecond+m.condition.slow, func() { m.end(batch) })
}

func (m *memory) end(batch []*item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || m.dead.Load() {
		return
	}
	m.busy, m.under = false, nil
	if err := m.commit(batch); err != nil {
		m.fail(batch)
		return
	}
	m.gather()
}

// commit writes a batch, or fails as the disk's condition says: before
// anything is durable, or when it is and nobody is told.
func (m *memory) commit(batch []*item) error {
	if s := m.condition.fails; s != "" && s != journal.StageCommitted {
		return fmt.Errorf("%s: disk is gone", s)
	}
	if err := m.disk.write(batch); err != nil {
		return err
	}
	for _, it := range batch {
		if it.Event != nil {
			m.onCommit(*it.Event)
		}
	}
	if m.condition.fails != "" {
		return errors.New("committed: disk is gone")
	}
	m.settle(journal.Stored, batch...)
	return nil
}

func (m *memory) settle(o journal.Outcome, items ...*item) {
	for _, it := range items {
		m.pending[lane(it.Lazy)]--
		it.tell(o)
	}
}

// fail keeps what was tried, says so, and tries again later.
func (m *memory) fail(batch []*item) {
	m.broken, m.retained = true, batch
	for _, it := range batch {
		it.tried = true
		it.tell(journal.Failed)
	}
	m.refuseQueued()
	m.backoff = backoffMin
	m.after(m.backoff, m.heal)
}

// refuseQueued tells what came since that the disk is broken. What may be
// rejected was never tried, and is gone.
func (m *memory) refuseQueued() {
	m.merge()
	queued := m.urgent
	m.urgent = nil
	for _, it := range queued {
		if it.rejectable() {
			m.settle(journal.Dropped, it)
			continue
		}
		it.tell(journal.Failed)
		m.retained = append(m.retained, it)
	}
}

// heal opens the disk again: what is in is stored, what may be rejected and is
// not in is gone, the rest is written in order.
func (m *memory) heal() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || m.dead.Load() {
		return
	}
	m.refuseQueued()
	if m.condition.fails != "" {
		m.backoff = min(2*m.backoff, backoffMax)
		m.after(m.backoff, m.heal)
		return
	}
	m.sift()
	m.broken = false
	batch := m.retained
	m.retained = nil
	if len(batch) > 0 {
		_ = m.commit(batch) // its condition is fine
	}
	m.gather()
}

func (m *memory) sift() {
	var rest []*item
	for _, it := range m.retained {
		switch {
		case it.tried && it.Event != nil && m.disk.holds(it.Event):
			m.settle(journal.Stored, it)
		case it.rejectable():
			m.settle(journal.Dropped, it)
		default:
			rest = append(rest, it)
		}
	}
	m.retained = rest
}

// close ends the journal. A clean end writes what it has where the disk takes
// it; a crash writes nothing more, but for the commit that was under way where
// the disk had it already.
func (m *memory) close(clean, had bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead.Load() && had && m.condition.fails == "" && !m.closed {
		_ = m.commit(m.under)
	}
	if clean && m.condition.fails == "" && !m.closed && !m.dead.Load() {
		if m.broken {
			m.sift()
		}
		m.merge()
		batch := slices.Concat(m.under, m.retained, m.urgent) // a commit under way is finished
		m.under, m.retained, m.urgent = nil, nil, nil
		_ = m.commit(batch)
	}
	m.closed = true
}

func (m *memory) set(c condition) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.condition = c
}

// LastSeq is the last sequence number that this opening found.
func (m *memory) LastSeq() int64 { return m.last }

// Starts counts the openings.
func (m *memory) Starts() int64 { return m.starts }

// Healthy is false from a failed commit until the next success.
func (m *memory) Healthy() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.broken
}
