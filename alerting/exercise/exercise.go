package exercise

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Bounds.
const (
	// maxDrills is how many of the latest drills are kept in memory; older ones
	// stay on the disk.
	maxDrills = 500
	// commandInbox overflows by refusing the command.
	commandInbox = 64
	// storeWithin is how long the disk may take.
	storeWithin = 2 * time.Second
	// retryEvery is how soon what could not be stored is tried again.
	retryEvery = time.Second
	// maxUnsaved bounds what waits for a broken disk. Overflow: it is logged and
	// given up; it has been told all the same.
	maxUnsaved = 1000
	// outside is how long after its end people may still act as in a drill: a
	// live press until then is told to be no part of it.
	outside = 2 * time.Hour
)

// Store keeps the events of drills.
type Store interface {
	AppendDrill(ctx context.Context, events []drill.Event) ([]drill.Event, error)
	DrillEvents(ctx context.Context, drills int) ([]drill.Event, error)
}

// Alarms is the owner of the incidents.
type Alarms interface {
	Unresolved() []alerting.Incident
	// Unexpected has liaison and officer told of a drill press that no running
	// drill expected. It never blocks.
	Unexpected(from devices.Address)
	// StandDown has nobody told any further level of a school's drill incidents,
	// whose drill is over. It never blocks.
	StandDown(school string)
	// StandDownOver does the same for every drill incident whose drill is over, as
	// Over says. It never blocks.
	StandDownOver()
	// Declare opens a live incident because somebody says that a drill is none.
	// It has been told by the time Declare returns.
	Declare(ctx context.Context, school string, kind alerting.Kind, id string, by alerting.Actor) (alerting.Incident, error)
}

// Devices sends a command to a device without blocking; an error says that it
// was not sent.
type Devices interface {
	Tell(to devices.Address, c devices.Command) error
}

// Deps is what the exercise works with.
type Deps struct {
	Store   Store
	People  func() *people.Directory
	Alarms  Alarms
	Devices Devices
	Sinks   deliver.Sink
	// Days is what the school's calendar says of the day of a drill at that
	// time; nil where there is no calendar: no day is an examination day then,
	// and every Monday to Friday is a working day.
	Days func(school string, at, now time.Time) drill.Day
	Log  *slog.Logger
}

// Exercises owns the drills of a hub.
type Exercises struct {
	deps     Deps
	log      *slog.Logger
	inbox    *inbox
	commands chan order
	stopped  chan struct{}
	shown    atomic.Pointer[published]

	// Of Run's goroutine alone, and of Load before it.
	drills  map[string]*running
	order   []string      // of planning, oldest first
	unsaved []drill.Event // applied and told, and not on the disk yet
	stuck   bool          // what was due could not be stored
	number  int64         // of the latest text
}

// running is one drill, whatever its phase.
type running struct {
	state drill.State
	told  map[toldKey]telling
}

// New returns an exercise; nothing happens before Load and Run.
func New(d Deps) *Exercises {
	x := &Exercises{
		deps: d, log: d.Log.With("component", "exercise"), inbox: newInbox(), commands: make(chan order, commandInbox),
		stopped: make(chan struct{}), drills: map[string]*running{},
	}
	if x.deps.Days == nil {
		x.deps.Days = weekdays
	}
	x.shown.Store(&published{})
	return x
}

// Connect puts in place what needs the exercise itself. It is called once,
// before Load.
func (x *Exercises) Connect(a Alarms, d Devices, s deliver.Sink) {
	x.deps.Alarms, x.deps.Devices, x.deps.Sinks = a, d, s
}

// Load folds what is stored. It is called once, before Run and before
// anything can press.
func (x *Exercises) Load(ctx context.Context) error {
	events, err := x.deps.Store.DrillEvents(ctx, maxDrills)
	if err != nil {
		return fmt.Errorf("load drills: %w", err)
	}
	for _, e := range events {
		d := x.drills[e.Drill]
		if d == nil {
			d = x.begin(e.Drill)
		}
		if e.Type == drill.EventReturned && slices.Contains(d.state.Back, e.School) {
			continue // stored twice: the first answer had come too late
		}
		d.state.Apply(e)
	}
	x.publish()
	return nil
}

func (x *Exercises) begin(id string) *running {
	d := &running{told: map[toldKey]telling{}}
	x.drills[id] = d
	x.order = append(x.order, id)
	for len(x.order) > maxDrills && x.idle(x.order[0]) {
		delete(x.drills, x.order[0])
		x.order = x.order[1:]
	}
	return d
}

func (x *Exercises) idle(id string) bool {
	p := x.drills[id].state.Phase
	return p != drill.Running && p != drill.Pending
}

// Run owns the drills until ctx ends; it returns nil then.
func (x *Exercises) Run(ctx context.Context) error {
	defer close(x.stopped)
	x.resume(time.Now())
	wake := time.NewTimer(time.Hour)
	defer wake.Stop()
	for {
		x.signals(time.Now()) // what is real comes before any command
		wake.Reset(x.next(time.Now()))
		select {
		case <-x.inbox.ready:
		case o := <-x.commands:
			x.signals(time.Now())
			x.command(o, time.Now())
		case <-wake.C:
			x.tick(time.Now())
		case <-ctx.Done():
			return nil
		}
	}
}

// weekdays is the calendar of a hub that has none.
func weekdays(_ string, at, now time.Time) drill.Day {
	n := 0
	for day := now.AddDate(0, 0, 1); day.Before(at) && n < 31; day = day.AddDate(0, 0, 1) {
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			n++
		}
	}
	return drill.Day{WorkingDays: n}
}
