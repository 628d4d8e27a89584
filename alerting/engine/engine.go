package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// The engine's bounds and limits.
const (
	// alarmInbox overflows by refusing: the device is told by a missing
	// acknowledgement and sends again. Each connection has one press under way
	// at most, so it fills only beyond this many buttons in one instant.
	alarmInbox = 8192
	// taskInbox overflows by refusing a command, and by dropping and counting a
	// delivery report (the delivery is tried again).
	taskInbox = 131_072
	// slice is how many tasks run before the alarms are looked at again.
	slice = 16
	// CommitLimit is how long a commit may take before it counts as failed.
	CommitLimit = 2 * time.Second
	// UnreachedAfter is how long the police side may stay without any delivery
	// before the button says so.
	UnreachedAfter = 10 * time.Second
	// ClosingFor is how long the news that an incident is closed is kept for a
	// terminal that is away.
	ClosingFor = time.Hour
	// retryEvery is how soon the journal is asked again after it had no room.
	retryEvery = time.Second
	// lingerFor is how long a resolved incident stays for the receipts of its
	// last deliveries, and for whoever is about to write on it.
	lingerFor = time.Minute
	// gatherFor is how long what is reported of deliveries is gathered before the
	// journal is given it.
	gatherFor = 20 * time.Millisecond
	// lateClosings is how many of the latest closings are looked at, at a start,
	// for terminals that have not heard of them.
	lateClosings = 1000
	// recentPresses is how many presses of a device are known for telling a
	// repeated one, beyond those of unresolved incidents.
	recentPresses = 256
)

// The ways in which a press is not acknowledged. The alarm has gone out all
// the same, except with ErrBusy.
var (
	ErrBusy      = errors.New("alarm inbox is full")
	ErrNotStored = errors.New("press is not durable")
	ErrStopped   = errors.New("engine has stopped")
)

// Journal is where events become durable.
type Journal interface {
	Append(e journal.Entry) error
	LastSeq() int64
	Starts() int64
	Healthy() bool
	Unresolved(ctx context.Context) ([]journal.History, error)
	Resolved(ctx context.Context, after time.Time, limit int) ([]journal.History, error)
	RecentPresses(ctx context.Context, perDevice int) ([]journal.PressRef, error)
	Get(ctx context.Context, incident string) ([]alerting.Event, []alerting.Delivery, error)
	List(ctx context.Context, q alerting.Query) ([]alerting.Incident, error)
	Since(ctx context.Context, seq int64, limit int) ([]alerting.Update, error)
}

// Commander sends a command to a device without blocking; a device that is
// not connected gets its present state when it comes back.
type Commander interface {
	Command(to devices.Address, c devices.Command)
}

// Forgetter lets go of what it keeps of an incident.
type Forgetter interface {
	Forget(incident string)
}

// Deps is what the engine works with.
type Deps struct {
	Journal Journal
	People  func() *people.Directory // the present directory; a reload changes it
	Sinks   deliver.Sink
	Devices Commander
	Forget  Forgetter
	// Staged is told of each delivery that was handed, received or read, and of
	// each that came to nothing (failed or expired, with the reason of p), once
	// that is known; nil where nobody asks. It is called by whoever is
	// at the incidents and must return at once.
	Staged   func(i *alerting.Incident, d alerting.Delivery, p alerting.Progress)
	Log      *slog.Logger
	Registry prometheus.Registerer
}

// Engine owns the open incidents.
type Engine struct {
	deps    Deps
	log     *slog.Logger
	metrics *metrics
	alarms  chan alarm
	tasks   *mailbox[func(now time.Time)]
	feed    *feed
	besides besides
	stopped chan struct{}
	drills  Exercise                               // nil where no drill is run
	closed  func(school string, at time.Time) bool // nil where nobody knows the school days
	// examined says whether there is an examination at a school on a day; nil where nobody knows.
	examined func(school string, at time.Time) bool
	onPost   func(school, place string) alerting.Text // nil where nobody knows who stands where
	guards   func(school, place string, at time.Time) []policy.Named
	rearm    chan struct{} // has a token once a press has set a timer before all others

	// own is held by whoever is at the incidents: Run's goroutine, or that of a
	// press which found nobody there. It guards what follows.
	own       sync.Mutex
	running   bool // Run takes what is put into the queues
	seq       int64
	durable   int64                         // the highest sequence number that is on the disk
	started   time.Time                     // when this start loaded what the one before had left
	records   map[string]*record            // by incident
	owners    map[string]*record            // by delivery
	active    map[activeKey]*record         // the unresolved one that a press joins
	behind    map[activeKey][]*record       // those that it would join instead, were that one closed: see joinable
	raised    map[raisedKey]*record         // the unresolved ones that the hub opened
	recent    map[devices.Address][]pressed // newest last
	engaged   map[*record][]string          // who has signed for what is live, critical and open
	practised map[string]bool               // the schools at which a drill's incident may still escalate
	resends   map[alerting.LegKey]int       // how often a terminal came up; a newer time ends the work of the older
	timers    timers
	probes    probes
}

// activeKey finds the incident that a press joins.
type activeKey struct {
	from devices.Address
	mode alerting.Mode
}

// pressed remembers a press that was told.
type pressed struct{ id, incident string }

// New returns an engine; nothing runs before Run.
func New(d Deps) *Engine {
	m := newMetrics(d.Registry, d.People)
	return &Engine{
		deps: d, log: d.Log.With("component", "engine"), metrics: m,
		alarms: make(chan alarm, alarmInbox), tasks: newMailbox[func(time.Time)](taskInbox),
		feed: newFeed(m), stopped: make(chan struct{}), rearm: make(chan struct{}, 1),
		records: map[string]*record{}, owners: map[string]*record{}, active: map[activeKey]*record{}, behind: map[activeKey][]*record{},
		raised: map[raisedKey]*record{}, recent: map[devices.Address][]pressed{}, resends: map[alerting.LegKey]int{},
		practised: map[string]bool{}, engaged: map[*record][]string{},
	}
}

// Connect puts the sinks and the commander in place that need the engine
// themselves. It is called once, before Run.
func (e *Engine) Connect(s deliver.Sink, c Commander, f Forgetter) {
	e.deps.Sinks, e.deps.Devices, e.deps.Forget = s, c, f
}

// Load reads the unresolved incidents from the journal. It is called once,
// before Run, and before anything can press.
func (e *Engine) Load(ctx context.Context) error {
	open, err := e.deps.Journal.Unresolved(ctx)
	if err != nil {
		return fmt.Errorf("load unresolved incidents: %w", err)
	}
	refs, err := e.deps.Journal.RecentPresses(ctx, recentPresses)
	if err != nil {
		return fmt.Errorf("load recent presses: %w", err)
	}
	now := time.Now()
	closed, err := e.deps.Journal.Resolved(ctx, now.Add(-ClosingFor), lateClosings)
	if err != nil {
		return fmt.Errorf("load late closings: %w", err)
	}
	e.started, e.seq = now, e.deps.Journal.LastSeq()
	e.durable, e.feed.lastSeq = e.seq, e.seq
	for _, r := range refs {
		from := devices.Address{School: r.School, Device: r.Device}
		e.recent[from] = append(e.recent[from], pressed{r.Press, r.Incident})
	}
	for _, h := range open {
		r := e.adopt(h.Events, h.Deliveries, now)
		r.misfiled = r.view.Resolved()
	}
	for _, h := range closed {
		e.adoptClosed(h, now)
	}
	for _, r := range e.records { // whoever looks before Run sees them
		if r.view.Resolved() {
			continue
		}
		e.feed.apply(alerting.Update{Incident: r.view.Listed()})
	}
	return nil
}

// Run owns the incidents until ctx ends. It returns nil then; whoever waits
// for a commit is told ErrStopped.
func (e *Engine) Run(ctx context.Context) error {
	defer close(e.stopped)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return e.feed.run(ctx) })
	g.Go(func() error { return e.loop(ctx) })
	return g.Wait()
}

func (e *Engine) loop(ctx context.Context) error {
	e.exclusively(func() {
		e.resume(time.Now())
		e.audit(time.Now())
		e.running = true
	})
	wake := time.NewTimer(time.Hour)
	defer wake.Stop()
	for {
		select { // alarms first, whatever else waits
		case a := <-e.alarms:
			e.exclusively(func() { e.press(a, time.Now()) })
			continue
		default:
		}
		e.exclusively(func() { wake.Reset(e.timers.next(time.Now())) })
		select {
		case a := <-e.alarms:
			e.exclusively(func() { e.press(a, time.Now()) })
		case <-e.tasks.ready:
			e.exclusively(e.work)
		case <-wake.C:
			e.exclusively(func() { e.timers.fire(time.Now(), slice) })
		case <-e.rearm:
		case <-ctx.Done():
			e.exclusively(e.end)
			return nil
		}
	}
}

// exclusively runs f while nobody else is at the incidents.
func (e *Engine) exclusively(f func()) {
	e.own.Lock()
	defer e.own.Unlock()
	f()
}

// end gives the journal what is gathered, and takes nothing more.
func (e *Engine) end() {
	e.running = false
	for _, id := range e.gravest() {
		e.keepChanged(e.records[id])
	}
}

// work runs one slice of what is not an alarm.
func (e *Engine) work() {
	for _, task := range e.tasks.take(slice) {
		task(time.Now())
	}
}
