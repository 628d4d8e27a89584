package lookout

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

const (
	// inbox is how many readings wait. Overflow: the oldest is dropped and
	// counted.
	inbox = 4096
	// slice is how many are taken before the gates are looked at.
	slice = 256
	// spacing is how soon after a look at a gate its next reading is looked at: a
	// contact that flaps costs 10 looks a second.
	spacing = 100 * time.Millisecond
	// postsEvery is how often the roster is asked about a post.
	postsEvery = 5 * time.Second

	kindService alerting.Kind = "device-service"
)

// Alarms is the owner of the incidents.
type Alarms interface {
	Unresolved() []alerting.Incident
	Found(c engine.Condition) error
	Passed(c engine.Condition) error
	Unknown(c engine.Condition) error
	Over(ctx context.Context, incident, reason string) error
}

// School is what the lookout needs to know of a school.
type School struct {
	Set   *rules.Set
	Clock rules.Clock
}

// Deps is what the lookout works with. Its functions answer at once, to
// several goroutines.
type Deps struct {
	Alarms Alarms
	// Gate says where a gate is; false for what is no gate of the hub's.
	Gate func(devices.Address) (alerting.Place, bool)
	// School is a school as it is configured now.
	School func(id string) School
	// Post is how a post stands; nil where nobody knows.
	Post func(school, post string, now time.Time) rules.Post
	// Lost reports whether a device is lost to supervision; nil where nobody
	// knows.
	Lost     func(devices.Address) bool
	Store    Store
	Log      *slog.Logger
	Registry prometheus.Registerer
}

// Lookout watches over the gates of a hub.
type Lookout struct {
	deps    Deps
	log     *slog.Logger
	metrics *metrics
	queue   chan item
	changed chan struct{} // holds one token where a reload has changed something
	written chan written  // holds what is to be written down

	standing sync.RWMutex // guards stands, which Run's goroutine alone writes
	stands   map[devices.Address]rules.Stand

	muting sync.Mutex // held while mutes are stored and replaced; never by Run's goroutine once it runs
	mutes  atomic.Pointer[[]rules.Mute]

	// Of Run's own goroutine alone.
	gates   map[devices.Address]*gate
	counted time.Time          // when it was last counted which campuses are closed
	closed  map[string]float64 // as it was counted then
	deeds   []deed
	keepAt  time.Time // when something is written down next
	kept    time.Time // when something was last
}

// item is a reading, or what a device says of itself.
type item struct {
	reading *devices.Reading
	state   *devices.State
}

// gate is a point and when it is to be looked at. The counters of a school are
// the gate of no device.
type gate struct {
	at     devices.Address
	place  alerting.Place
	school School
	point  *rules.Point
	looked time.Time
	due    time.Time
	said   time.Time // when the engine was last told of something

	guarded rules.Post // as it stood at asked
	asked   time.Time
}

// New returns a lookout; nothing happens before Run.
func New(d Deps) *Lookout {
	l := &Lookout{
		deps: d, log: d.Log.With("component", "lookout"), metrics: newMetrics(d.Registry),
		queue: make(chan item, inbox), changed: make(chan struct{}, 1), written: make(chan written, 1),
		gates: map[devices.Address]*gate{}, stands: map[devices.Address]rules.Stand{},
	}
	l.mutes.Store(&[]rules.Mute{})
	return l
}

// Reading hands a reading over; of what is no gate nothing is kept. It never
// waits.
func (l *Lookout) Reading(r devices.Reading) {
	if _, gate := l.deps.Gate(r.From); gate {
		kept := r // &r would put every reading on the heap
		l.put(item{reading: &kept})
	}
}

// State hands over what a device says of itself. It never waits.
func (l *Lookout) State(s devices.State) { l.put(item{state: &s}) }

// Reloaded says that schools, gates or rules may be others. It never waits.
func (l *Lookout) Reloaded() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

func (l *Lookout) put(i item) {
	for {
		select {
		case l.queue <- i:
			return
		default:
		}
		select {
		case <-l.queue:
			l.metrics.dropped.Inc()
		default:
		}
	}
}

// Run looks after the gates until ctx ends.
func (l *Lookout) Run(ctx context.Context) error {
	now := time.Now()
	l.recallMutes(ctx, now)
	l.recall(ctx, now)
	l.keepAt = now.Add(keepEvery)
	var keeper sync.WaitGroup
	keeper.Go(func() { l.keep(ctx) })
	l.loop(ctx)
	l.keepAt = time.Time{}
	l.remember(time.Now())
	close(l.written)
	keeper.Wait()
	return nil
}

// loop owns the gates.
func (l *Lookout) loop(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(time.Until(l.next()))
		select {
		case <-ctx.Done():
			return
		case <-l.changed:
			l.reload(time.Now())
		case i := <-l.queue:
			l.drain(i, time.Now())
		case <-timer.C:
		}
		now := time.Now()
		l.look(ctx, now)
		l.remember(now)
	}
}

// drain takes in what waits, and no more than a slice of it.
func (l *Lookout) drain(i item, now time.Time) {
	l.take(i, now)
	for range slice {
		select {
		case i := <-l.queue:
			l.take(i, now)
		default:
			return
		}
	}
}

func (l *Lookout) take(i item, now time.Time) {
	if i.state != nil {
		if g := l.gate(i.state.From, now); g != nil && i.state.Status == devices.Online { // its will knows of no tamper
			g.point.Tamper(i.state.Tamper, i.state.ReceivedAt)
			g.soon(now)
		}
		return
	}
	g := l.gate(i.reading.From, now)
	if g == nil {
		return
	}
	l.metrics.readings.Inc()
	if !g.point.Read(*i.reading, g.school.Clock) {
		return
	}
	g.soon(now)
	all := l.gate(devices.Address{School: i.reading.From.School}, now) // is looked at in its own time
	all.point.Read(*i.reading, all.school.Clock)
}

// soon has the gate looked at, but not more often than the spacing allows.
func (g *gate) soon(now time.Time) {
	at := g.looked.Add(spacing)
	if at.Before(now) {
		at = now
	}
	if at.Before(g.due) {
		g.due = at
	}
}

// gate finds a gate, and begins with one that is new; nil where it is none.
func (l *Lookout) gate(at devices.Address, now time.Time) *gate {
	if g := l.gates[at]; g != nil {
		return g
	}
	g := l.begin(at, now)
	if g != nil {
		l.gates[at] = g
	}
	return g
}

func (l *Lookout) begin(at devices.Address, now time.Time) *gate {
	g := &gate{at: at, school: l.deps.School(at.School), due: now}
	if at.Device == "" {
		g.point = g.school.Set.NewCounters()
		return g
	}
	var known bool
	if g.place, known = l.deps.Gate(at); !known {
		return nil
	}
	g.point = g.school.Set.NewPoint(at.Device)
	return g
}

// reload begins with every gate anew, and keeps what is known of it.
func (l *Lookout) reload(now time.Time) {
	for at, old := range l.gates {
		g := l.begin(at, now)
		if g == nil {
			delete(l.gates, at)
			l.forget(at)
			continue
		}
		g.point.Adopt(old.point)
		g.said = old.said
		l.gates[at] = g
	}
}

// next is when something is due.
func (l *Lookout) next() time.Time {
	out := l.keepAt
	for _, g := range l.gates {
		if g.due.Before(out) {
			out = g.due
		}
	}
	for _, d := range l.deeds {
		if d.at.Before(out) {
			out = d.at
		}
	}
	return out
}
