package pathcheck

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// How the checker behaves where the configuration says nothing, and its bounds.
const (
	// DefaultEvery is the time between two checks of a school.
	DefaultEvery = time.Minute
	// firstAfter is how soon after a start the first one comes: terminals need
	// some seconds to come back.
	firstAfter = 10 * time.Second
	// window is how long a check waits for what is missing.
	window = 5 * time.Second
	// coverEvery is the time between two coverage checks.
	coverEvery = time.Minute
	// lookWithin bounds a look at the outside address.
	lookWithin = 5 * time.Second
	// stepsWaiting bounds the steps on their way in. Overflow: dropped and
	// counted; what they said counts as not proven.
	stepsWaiting = 8192
	// recordsWaiting bounds the results on their way to the disk. Overflow:
	// dropped and counted; the next check is a minute away.
	recordsWaiting = 256
	// keepFor is how long results are kept.
	keepFor = 7 * 24 * time.Hour
	// pruneEvery is the time between two looks for old ones.
	pruneEvery = time.Hour
)

// Presser presses the hub's own virtual device of a school, over the network,
// and returns when the publish is acknowledged. pressed is the moment of the
// publish, once there is a connection.
type Presser interface {
	Press(ctx context.Context, school, id string) (pressed time.Time, err error)
}

// Records keeps the results of a school, as a start finds them.
type Records struct {
	Last       *Check // nil where there is none
	Proven     *Check // the latest that proved the way
	Everywhere *Check // the latest that went to paid channels too
}

// Store keeps results.
type Store interface {
	KeepPathCheck(ctx context.Context, c Check) error
	PathRecords(ctx context.Context) (map[string]Records, error)
	PrunePathChecks(ctx context.Context, before time.Time) error
}

// Config says how often, and what else is looked at.
type Config struct {
	// Every is the time between two checks of a school: DefaultEvery.
	Every time.Duration
	// Outside names the outside address for people; "" where there is none.
	Outside string
}

// Deps is what the checker works with.
type Deps struct {
	People func() *people.Directory
	Press  Presser
	Store  Store
	On     Connections
	Raise  func(school string) bool   // raises the fault of the hub; false has it asked again
	Limits func(school string) Limits // of a school; may not block
	// Uplink has it told that the way of a school is lost while Open says that
	// somebody is there; nil tells nobody. Open may not block.
	Uplink  Uplink
	Open    func(school string, at time.Time) bool
	Outside func(ctx context.Context) error // looks at the outside address; nil where there is none
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Checker proves the ways of all schools.
type Checker struct {
	cfg     Config
	deps    Deps
	log     *slog.Logger
	metrics *metrics
	in      chan func(now time.Time)
	records chan Check
	nudge   chan struct{} // holds one token after a reload

	status atomic.Pointer[[]Status]

	mu         sync.Mutex      // guards everywhere
	everywhere map[string]bool // the checks under way that go to paid channels too

	// Of Run's own goroutine alone.
	ways      map[string]way
	coverage  map[string]Coverage
	coverNext time.Time
	outside   Outside
	lookNext  time.Time
	looking   bool
}

// New returns a checker; nothing is looked at before Run.
func New(cfg Config, d Deps) *Checker {
	if cfg.Every == 0 {
		cfg.Every = DefaultEvery
	}
	c := &Checker{
		cfg: cfg, deps: d, log: d.Log.With("component", "pathcheck"), metrics: newMetrics(d.Metrics),
		in: make(chan func(time.Time), stepsWaiting), records: make(chan Check, recordsWaiting), nudge: make(chan struct{}, 1),
		everywhere: map[string]bool{}, ways: map[string]way{}, coverage: map[string]Coverage{},
		outside: Outside{Address: cfg.Outside},
	}
	c.status.Store(&[]Status{})
	return c
}

// Statuses gives what is known of each school, by id. The list is not to be
// changed.
func (c *Checker) Statuses() []Status { return *c.status.Load() }

// Reloaded has the coverage looked at anew. It never blocks.
func (c *Checker) Reloaded() {
	select {
	case c.nudge <- struct{}{}:
	default:
	}
}

// Everywhere reports whether a check goes to paid channels too.
func (c *Checker) Everywhere(check string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.everywhere[check]
}

// Step takes a stage that the engine reports. It never blocks.
func (c *Checker) Step(s alerting.PathStep) {
	c.hear(func(time.Time) { c.change(s.School, s.Check, func(k Check) Check { return k.step(s) }) })
}

func (c *Checker) hear(f func(now time.Time)) {
	select {
	case c.in <- f:
	default:
		c.metrics.lost.Inc()
	}
}

// Run checks until ctx ends.
func (c *Checker) Run(ctx context.Context) error {
	records, err := c.deps.Store.PathRecords(ctx)
	if err != nil { // what was proven before is forgotten; what comes is not
		c.log.Error("reading path checks failed", "error", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { c.loop(ctx, g, records); return nil })
	g.Go(func() error { c.keep(ctx); return nil })
	return g.Wait()
}
