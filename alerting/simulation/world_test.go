package simulation

import (
	"container/heap"
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// world is the district around one hub, and all that was seen in it.
type world struct {
	t     *testing.T
	seed  uint64
	dirs  *directories
	story []deed
	next  int // the deed that comes

	disk  *disk
	lives int
	wall  time.Time     // the clock of the hub when its next life begins
	spent time.Duration // true time before this life

	// Of one life, inside its bubble.
	engine     *engine.Engine
	desk       *notice.Desk
	drills     *exercise.Exercises
	wasRunning map[string]bool // drills, when somebody looked last
	journal    *memory
	metrics    *prometheus.Registry
	term       atomic.Int64 // which calendar the schools have
	born       time.Time
	timer      *time.Timer
	kick       chan struct{}   // holds one token while there is something to look at
	ctx        context.Context //nolint:containedctx // one life's, which begins and ends with the bubble
	callers    *sync.WaitGroup

	mu       sync.Mutex // guards the fields below
	due      agenda
	dead     bool // nothing that the hub does from now on has happened
	fuse     int  // how many steps of the hub until it crashes; 0 is none
	ends     ending
	broken   string // the first broken invariant
	dir      *people.Directory
	version  int
	trace    uint64 // a hash of everything that was seen
	steps    int
	changes  int // of the incidents, so far
	looked   int // of these, what somebody has seen
	lookedAt time.Duration
	overdue  time.Duration // until then no level is, as the incidents are now
	lines    []string      // what was seen, for a story that is told
	tell     bool

	accepted func(journal.Entry) // hears every entry of the journal; nil is nobody

	ledger
	*ways
	buttons  map[devices.Address]*button
	screens  map[alerting.LegKey]bool // terminals that are up
	moods    map[string]temper        // of each far side
	receipts int
}

// ending is how a life ends.
type ending struct {
	clean bool
	away  time.Duration // until the next one begins
	shift time.Duration // by how much the clock is set meanwhile
}

func newWorld(t *testing.T, dirs *directories, seed uint64, story []deed) *world {
	w := &world{
		t: t, seed: seed, dirs: dirs, story: story, disk: newDisk(), dir: dirs.version(everything), version: everything,
		wall:    time.Date(2026, 9, 1, 6, 10, 0, 0, time.FixedZone("CST", 8*3600)).Add(time.Duration(seed%7) * time.Hour),
		buttons: map[devices.Address]*button{}, screens: map[alerting.LegKey]bool{}, moods: map[string]temper{},
		ledger: newLedger(),
	}
	w.term.Store(calendarOf(everything))
	for _, at := range buttons() {
		w.buttons[at] = &button{at: at, up: true}
	}
	for _, k := range w.terminals() {
		w.screens[k] = true
	}
	return w
}

// run lives one life of the hub after the other until the day is over, and
// returns what was broken, "" if nothing.
func (w *world) run() string {
	for over := false; !over && w.broken == ""; {
		synctest.Test(w.t, func(*testing.T) { over = w.live() })
	}
	return w.broken
}

// live is one life: from a start to a stop or a crash. It reports whether the
// day is over.
func (w *world) live() (over bool) {
	time.Sleep(time.Until(w.wall))
	ctx, cancel := context.WithCancel(context.Background())
	w.begin(ctx)
	w.wake()
	var running sync.WaitGroup
	running.Go(func() { _ = w.engine.Run(ctx) })
	running.Go(func() { _ = w.desk.Run(ctx) })
	running.Go(func() { _ = w.drills.Run(ctx) })
	w.ways.start(ctx, &running)
	w.day()
	over = !w.halted()
	w.mu.Lock()
	ends := w.ends
	w.dead = w.dead || !ends.clean
	w.journal.dead.Store(w.dead)
	w.mu.Unlock()
	cancel()
	running.Wait()
	w.callers.Wait()
	w.journal.close(ends.clean, w.draw("commit", fmt.Sprint(w.lives))%2 == 0)
	w.spent += time.Since(w.born) + ends.away
	w.wall = time.Now().Add(ends.away + ends.shift)
	w.stepBack(ends.shift)
	w.timer.Stop()
	return over
}

func (w *world) begin(ctx context.Context) {
	w.lives++
	w.callers = &sync.WaitGroup{}
	w.ctx, w.born, w.kick, w.timer = ctx, time.Now(), make(chan struct{}, 1), time.NewTimer(time.Hour)
	w.due, w.dead, w.fuse, w.ends, w.ill, w.poorly = nil, false, 0, ending{}, false, false
	w.metrics, w.ways = prometheus.NewRegistry(), w.newWays()
	w.journal = reopen(w.disk, func(d time.Duration, do func()) { w.at(d, "journal", do) })
	w.journal.touch, w.journal.onCommit, w.journal.onAppend, w.journal.onFull = w.step, w.committed, w.appended, w.turnedAway
	if w.accepted != nil {
		w.journal.onAccept = w.accepted
	}
	w.engine = engine.New(engine.Deps{
		Journal: w.journal, People: w.people, Log: slog.New(slog.DiscardHandler), Registry: w.metrics, Staged: w.staged,
	})
	w.engine.Connect(w, w, w)
	w.engine.FollowDays(w.shut)
	w.engine.FollowExaminations(w.sits)
	w.desk, w.drills, w.wasRunning = w.newDesk(), w.newDrills(), map[string]bool{}
	w.remember()
	if err := w.engine.Load(ctx); err != nil {
		w.mu.Lock()
		w.fail(lawStarts, "%v", err)
		w.mu.Unlock()
	}
	w.desk.Load(w.disk.besides())
	if err := w.drills.Load(ctx); err != nil {
		w.mu.Lock()
		w.fail(lawStarts, "%v", err)
		w.mu.Unlock()
	}
}

// wake has what lies around the hub find it again, after the hub has started.
func (w *world) wake() {
	for _, b := range w.sorted() {
		b.busy = false
		w.at(time.Duration(w.draw("wake", b.at.String())%uint64(3*time.Second)), "wake", func() { w.connect(b) })
	}
	for _, k := range w.terminals() {
		if w.screens[k] {
			w.screens[k] = false
			w.at(time.Duration(w.draw("wake", k.Recipient)%uint64(3*time.Second)), "wake", func() { w.plugIn(k) })
		}
	}
}

func (w *world) people() *people.Directory {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dir
}

// day does the deeds that are left, and closes the day.
func (w *world) day() {
	for w.next < len(w.story) {
		d := w.story[w.next]
		w.pass(d.after)
		if w.halted() {
			return
		}
		w.next++
		w.note("deed %d %s", d.id, names[d.what])
		w.do(d)
		w.settle()
	}
	if !w.halted() { // otherwise the next life has the evening
		w.evening()
	}
}

// pass lets time go by, doing one thing after the other.
func (w *world) pass(d time.Duration) {
	end := time.Now().Add(d)
	for {
		w.settle()
		if w.halted() {
			return
		}
		next, due := w.upcoming(end)
		w.timer.Reset(time.Until(next))
		select {
		case <-w.timer.C:
		case <-w.kick:
			continue
		}
		synctest.Wait() // whatever else has its time now comes first
		if due {
			w.pop()()
		} else if !time.Now().Before(end) {
			return
		}
	}
}

// look is how long an open incident may go unwatched.
const look = 5 * time.Second

// upcoming is when something happens next; due says that it stands on the
// agenda.
func (w *world) upcoming(end time.Time) (next time.Time, due bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next = end
	if len(w.views) > 0 {
		next = earliest(next, time.Now().Add(look))
	}
	if len(w.due) > 0 && !w.due[0].at.After(next) {
		return w.due[0].at, true
	}
	return next, false
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// settle waits until the hub has come to rest, and looks at it.
func (w *world) settle() {
	w.rest()
	select {
	case <-w.kick:
	default:
	}
	if !w.halted() {
		w.look()
	}
}

// halted reports whether this life is over.
func (w *world) halted() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead || w.ends.clean || w.broken != ""
}

// step is one step of the hub that the world can see. The fuse may end it.
func (w *world) step() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps++
	w.changes++
	if w.fuse > 0 && !w.dead {
		if w.fuse--; w.fuse == 0 {
			w.dead = true
			w.journal.dead.Store(true)
		}
	}
	w.rouse()
}

func (w *world) rouse() {
	select {
	case w.kick <- struct{}{}:
	default:
	}
}

// true time: what a clock that nobody sets would show.
func (w *world) now() time.Duration { return w.spent + time.Since(w.born) }

// draw chooses by names: the same in every run of the seed.
func (w *world) draw(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	x := h.Sum64() ^ w.seed*0x9e3779b97f4a7c15
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record(format, args...)
}

// record adds to what was seen. w.mu is held.
func (w *world) record(format string, args ...any) {
	line := fmt.Sprintf("%d %12s ", w.lives, w.now()) + fmt.Sprintf(format, args...)
	h := fnv.New64a()
	_, _ = h.Write([]byte(line))
	w.trace = w.trace*31 + h.Sum64()
	if w.tell {
		w.lines = append(w.lines, line)
	}
}

// agenda is what is about to happen, by time.
type agenda []appointment

type appointment struct {
	at   time.Time
	name string
	do   func()
}

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].name < a[j].name
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(appointment)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// at has something done after d, on the driver's goroutine.
func (w *world) at(d time.Duration, name string, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plan(d, name, do)
}

// plan is at, for whoever holds w.mu.
func (w *world) plan(d time.Duration, name string, do func()) {
	heap.Push(&w.due, appointment{time.Now().Add(d), name, do})
	w.rouse()
}

func (w *world) pop() func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	return heap.Pop(&w.due).(appointment).do
}
