package watch

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Bounds.
const (
	// cardInbox overflows by refusing the card; the reader says so.
	cardInbox = 4096
	// orderInbox overflows by refusing the order.
	orderInbox = 64
	// maxUnsaved bounds the cards that wait for a broken disk. Overflow: the
	// card counts, and is forgotten at the next start; that is logged.
	maxUnsaved = 4096
	// maxCheckins bounds a school's check-ins of the last days. Overflow: the
	// oldest goes.
	maxCheckins = 20_000
	// outcomes of reminders wait here; overflow makes the nudger wait.
	maxOutcomes = 64
	// maxCalls is how many of a school's latest roll calls are kept in memory.
	maxCalls = 20
	// storeWithin is how long the disk may take.
	storeWithin = 2 * time.Second
	// againIn is how soon what could not be stored, raised or closed is tried
	// again.
	againIn = time.Second
	// kept is for how long check-ins and roll calls stay in memory: a shift of
	// the day before may still run.
	kept = 48 * time.Hour
	// RosterKept is for how long rosters are kept, in memory and on disk.
	RosterKept = 366 * 24 * time.Hour
	// Settling is how long nothing is raised after a start, a changed
	// configuration or a changed roster: what readers could not say while the
	// hub was away arrives first.
	Settling = 30 * time.Second
)

// Alarms is the owner of the incidents.
type Alarms interface {
	Unresolved() []alerting.Incident
	Incident(ctx context.Context, id string) (alerting.Incident, error)
	// Found opens an incident for a condition. It never blocks.
	Found(c engine.Condition) error
	// Raise takes a person's own alarm in, ahead of everything else.
	Raise(ctx context.Context, r alerting.Report) (alerting.Incident, error)
	// Over closes one whose condition has ended.
	Over(ctx context.Context, incident, reason string) error
}

// Deps is what the watch works with.
type Deps struct {
	Store   Store
	Alarms  Alarms
	Schools func() map[string]School // as they are now; a reload changes them
	Nudger  Nudger                   // nil reminds nobody
	// Sight says what of a school cannot be seen now; ok is false where that is not
	// known yet. It never blocks. nil is a school of which everything is seen.
	Sight func(school string) (s duty.Sight, ok bool)
	// Contact finds the contact that a person of a school is, by the account that
	// they sign in with and the number on the roster, where a policy asks for a
	// duty; "" where nobody wrote one down. nil finds none.
	Contact func(school string, as people.Duty, account, phone string) string
	// Question is how a school asks whether all is well: by a roll call, or of
	// whoever watches alone. nil asks in the built-in words.
	Question func(school string, call bool) alerting.Text
	Log      *slog.Logger
}

// Watcher owns the duty of a hub.
type Watcher struct {
	deps    Deps
	log     *slog.Logger
	cards   chan devices.CheckIn
	orders  chan order
	changed chan struct{} // holds one token where a reload has changed something
	stopped chan struct{}
	// outcomes are those of reminders.
	outcomes chan outcome
	shown    atomic.Pointer[map[string]state]
	// onPost is who stands where, by school and place; never written to.
	onPost atomic.Pointer[map[string]map[string]alerting.Text]

	// Of Run's goroutine alone, and of Load before it.
	schools map[string]*state
	unsaved map[string][]duty.Checkin // by school
	raised  map[string]alerting.Severity
	tries   map[string][]time.Time // wrong codes, by account
	down    []duty.Gap             // when the hub was down, of the last days; set by Load
	// stalledAt is when the hub was last found to have been held up.
	stalledAt time.Time
}

// state is what is known of a school. What is published of it is never written
// to.
type state struct {
	entries  duty.Roster
	checkins []duty.Checkin
	calls    []Call
	aways    []duty.Away
	since    duty.Marks // what is watched since when; never written to
	unmarked bool       // the disk has not got since yet
	// righted are the days whose entries a clock that was ahead had named, and that
	// the disk has not got yet as they are now.
	righted []calendar.Date
	down    []duty.Gap // when the hub was down; published
	blinds  duty.Blinds
	unblind bool      // the disk has not got blinds yet
	quiet   time.Time // nothing is raised before

	reminders *reminders           // of Run's goroutine; nil in what is published
	failed    map[string]bool      // published: the reminders that reached nobody
	told      map[string]Reminded  // published: what became of telling those who stand in
	puts      map[string]time.Time // published: when which question was put to its person
}

// New returns a watch; nothing happens before Load and Run.
func New(d Deps) *Watcher {
	w := &Watcher{
		deps: d, log: d.Log.With("component", "duty"), cards: make(chan devices.CheckIn, cardInbox), orders: make(chan order, orderInbox),
		changed: make(chan struct{}, 1), stopped: make(chan struct{}), schools: map[string]*state{},
		unsaved: map[string][]duty.Checkin{}, raised: map[string]alerting.Severity{}, tries: map[string][]time.Time{},
		outcomes: make(chan outcome, maxOutcomes),
	}
	w.shown.Store(&map[string]state{})
	w.onPost.Store(&map[string]map[string]alerting.Text{})
	return w
}

// Load reads what is stored. It is called once, before Run and before anybody
// can check in.
func (w *Watcher) Load(ctx context.Context) error {
	now := time.Now()
	saved, err := w.deps.Store.Duty(ctx, now.Add(-kept))
	if err != nil {
		return fmt.Errorf("load duty: %w", err)
	}
	for school, s := range saved {
		r, err := duty.NewRoster(s.Entries)
		if err != nil { // its board says that there is none; the others go on
			w.log.Error("a roster could not be loaded", "school", school, "error", err)
		}
		w.schools[school] = &state{entries: r, checkins: s.Checkins, calls: s.Calls, aways: s.Aways, since: s.Since, blinds: s.Blinds, reminders: newReminders(s.Reminded)}
	}
	if err := w.looked(ctx, now); err != nil {
		return err
	}
	w.publish()
	return nil
}

// Reloaded says that the configuration may have changed. It never blocks.
func (w *Watcher) Reloaded() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// Run owns the duty until ctx ends; it returns nil then.
func (w *Watcher) Run(ctx context.Context) error {
	defer close(w.stopped)
	w.settle(time.Now())
	w.beat(time.Now())
	beats := time.NewTicker(beatEvery)
	defer beats.Stop()
	wake := time.NewTimer(0)
	defer wake.Stop()
	stamps := time.NewTicker(stampsEvery)
	defer stamps.Stop()
	rested := time.Now()
	for {
		select {
		case c := <-w.cards:
			w.card(c, time.Now())
		case o := <-w.orders:
			w.order(o, asKept(time.Now()))
		case o := <-w.outcomes:
			w.outcome(o)
		case <-w.changed:
			w.settle(time.Now())
		case <-wake.C:
		case <-stamps.C:
			if !w.stirred(time.Now()) && !w.sees(time.Now()) && !stalled(rested, time.Now()) {
				rested = time.Now()
				continue
			}
		case <-beats.C:
			w.beat(time.Now())
		case <-ctx.Done():
			w.save()
			w.beat(time.Now())
			w.saveReminders(time.Now())
			return nil
		}
		w.held(rested, time.Now())
		for range len(w.cards) { // all that waits, then one look
			w.card(<-w.cards, time.Now())
		}
		w.save()
		now := time.Now()
		wake.Reset(max(w.look(ctx, now).Sub(now), time.Millisecond))
		rested = time.Now()
	}
}

// settle has every school wait before anything is raised.
func (w *Watcher) settle(now time.Time) {
	for id := range w.deps.Schools() {
		w.of(id).quiet = now.Add(Settling)
	}
	w.marks(now)
	w.publish()
}

func (w *Watcher) of(school string) *state {
	s := w.schools[school]
	if s == nil {
		s = &state{reminders: newReminders(nil)}
		w.schools[school] = s
	}
	return s
}

// publish shows what is known to everybody else.
func (w *Watcher) publish() {
	out := make(map[string]state, len(w.schools))
	for id, s := range w.schools {
		out[id] = state{
			entries: s.entries, checkins: slices.Clip(s.checkins), calls: slices.Clone(s.calls), quiet: s.quiet, failed: s.reminders.missed(),
			aways: s.aways, // never written to
			puts:  s.reminders.puts(),
			since: s.since, down: w.down, told: s.reminders.told(),
			blinds: s.blinds, // never written to
		}
	}
	w.shown.Store(&out)
}

// watch is everything that is known of a school's duty.
func (s *state) watch(of School) duty.Watch {
	out := duty.Watch{Setup: of.Setup, Calendar: of.Calendar, Zone: of.Zone, Roster: s.entries, Aways: s.aways, Puts: s.putsOf(), Lost: s.lostOf(), Since: s.since, Gaps: s.down, Blinds: s.blinds}
	for _, c := range s.calls {
		out.Calls = append(out.Calls, c.Call)
	}
	for _, c := range s.checkins {
		if slices.Contains(of.Setup.Points, c.Post) {
			out.Scans = append(out.Scans, duty.Scan{Point: c.Post, Person: c.Person, At: c.At, Received: c.Received})
		}
		if _, post := of.Post(c.Post); !post {
			continue
		}
		out.Checkins = append(out.Checkins, c)
		if !c.Out { // whoever holds a card once more is well
			out.Answers = append(out.Answers, duty.Answer{Person: c.Person, At: c.At, Received: c.Received})
		}
	}
	return out
}
