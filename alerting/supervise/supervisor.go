package supervise

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// The supervisor's bounds.
const (
	// reportsWaiting overflows by dropping and counting: a device says how it is
	// again.
	reportsWaiting = 8192
	// asking bounds the readers that wait for a view; further ones wait to ask.
	asking = 16
	// unsaid bounds what the engine had no room for. Overflow: the latest is
	// dropped, counted and logged; the devices' page has it all the same.
	unsaid = 1024
	// keepEvery is how often records are written down where nothing happens, and
	// keepSoon how soon after something has. Devices that are heard for the first
	// time are written down by themselves at once, at most once in keepSoon: who
	// comes up within it waits. What the disk did not take is written again
	// keepAgain later.
	keepEvery = 5 * time.Minute
	keepSoon  = 2 * time.Second
	keepAgain = 10 * time.Second
	keepLast  = 5 * time.Second // at the end
	gaugeFor  = 5 * time.Second // between two counts
)

// Engine is where incidents are opened and ended. Neither may block.
type Engine interface {
	Found(c engine.Condition) error
	Ended(c engine.Condition) error
}

// Store keeps what outlives a restart.
type Store interface {
	Supervised(ctx context.Context, first supervision.Date) ([]supervision.Record, error)
	KeepSupervised(ctx context.Context, records []supervision.Record, first supervision.Date) error
}

// Deps is what the supervisor works with.
type Deps struct {
	People  func() *people.Directory
	Engine  Engine
	Store   Store
	Hours   func(school string, at time.Time) bool // whether a school is open; may not block
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// cells hold what readers ask of each known device. The map is never changed,
// only replaced.
type cells map[devices.Address]*cell

type cell struct {
	heard atomic.Int64 // when it was last heard, as nanoseconds since the supervisor's base; 0 is never
	lost  atomic.Bool  // since the latest step
}

// Supervisor watches over the devices.
type Supervisor struct {
	deps    Deps
	limits  supervision.Limits
	log     *slog.Logger
	metrics *metrics
	base    time.Time
	cells   atomic.Pointer[cells]
	silence atomic.Pointer[supervision.Silence] // nil before the first step; never written to

	nudge   chan struct{} // holds one token after a reload
	reports chan devices.State
	asks    chan chan supervision.View
	records chan []supervision.Record // holds the latest
	behind  atomic.Bool               // the disk did not take some

	// Of Run's own goroutine alone.
	fleet  *supervision.Fleet
	unsaid []said
	keepAt time.Time
	// fresh waits to be written down: at most the devices of the hub.
	fresh   []supervision.Record
	freshAt time.Time // not before
	gaugeAt time.Time
}

// New returns a supervisor that takes packets in; nothing is judged before Run.
func New(l supervision.Limits, d Deps) *Supervisor {
	s := &Supervisor{
		deps: d, limits: l, log: d.Log.With("component", "supervise"), metrics: newMetrics(d.Metrics), base: time.Now().Add(-1),
		nudge: make(chan struct{}, 1), reports: make(chan devices.State, reportsWaiting),
		asks: make(chan chan supervision.View, asking), records: make(chan []supervision.Record, 1),
	}
	s.cells.Store(&cells{})
	s.prepare(d.People().Devices())
	return s
}

// prepare makes room for what devices will say; what is known of them stays.
func (s *Supervisor) prepare(all []people.Device) {
	before, next := *s.cells.Load(), make(cells, len(all))
	for _, d := range all {
		c := before[d.Address]
		if c == nil {
			c = &cell{}
		}
		next[d.Address] = c
	}
	s.cells.Store(&next)
}

// Seen takes note of a packet. It never blocks, and allocates nothing.
func (s *Supervisor) Seen(from devices.Address, at time.Time) {
	if cell := (*s.cells.Load())[from]; cell != nil {
		cell.heard.Store(int64(at.Sub(s.base)))
	}
}

// heard is the latest packet of a device; zero where there was none.
func (s *Supervisor) heard(a devices.Address) time.Time {
	if cell := (*s.cells.Load())[a]; cell != nil {
		if n := cell.heard.Load(); n > 0 {
			return s.base.Add(time.Duration(n))
		}
	}
	return time.Time{}
}

// Lost reports whether a device is lost: silent for longer than it may be, and
// not heard since. It never blocks.
func (s *Supervisor) Lost(a devices.Address) bool {
	c := (*s.cells.Load())[a]
	return c != nil && c.lost.Load()
}

// Silence is what is not heard, as of the latest step; known is false before the
// first. It never blocks, and what it gives is never to be changed.
func (s *Supervisor) Silence() (_ supervision.Silence, known bool) {
	if now := s.silence.Load(); now != nil {
		return *now, true
	}
	return supervision.Silence{}, false
}

// mark notes how every device stands, for Lost and Silence.
func (s *Supervisor) mark() {
	silence := s.fleet.Silence()
	s.silence.Store(&silence)
	all := *s.cells.Load()
	s.fleet.Each(func(a devices.Address, state supervision.State) {
		if c := all[a]; c != nil {
			c.lost.Store(state == supervision.Lost)
		}
	})
}

// State takes what a device says of itself. It never blocks.
func (s *Supervisor) State(state devices.State) {
	select {
	case s.reports <- state:
	default:
		s.metrics.dropped.Inc()
	}
}

// Reloaded has the configured devices looked at anew. It never blocks.
func (s *Supervisor) Reloaded() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// View is how everything stands. It fails where ctx ends first.
func (s *Supervisor) View(ctx context.Context) (supervision.View, error) {
	answer := make(chan supervision.View, 1)
	select {
	case s.asks <- answer:
	case <-ctx.Done():
		return supervision.View{}, ctx.Err()
	}
	select {
	case v := <-answer:
		return v, nil
	case <-ctx.Done():
		return supervision.View{}, ctx.Err()
	}
}

// Run supervises until ctx ends.
func (s *Supervisor) Run(ctx context.Context) error {
	now := time.Now()
	records, err := s.deps.Store.Supervised(ctx, firstDay(now))
	if err != nil { // who was lost before is told again, and availability begins anew
		s.log.Error("reading supervision failed", "error", err)
	}
	s.fleet = supervision.New(s.limits, s.deps.Hours, records)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { s.loop(ctx); return nil })
	g.Go(func() error { s.keep(ctx); return nil })
	return g.Wait()
}

func firstDay(now time.Time) supervision.Date {
	return supervision.DateOf(now.UTC()).Back(supervision.KeepDays)
}
