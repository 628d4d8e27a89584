package notice

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

const (
	// askInbox bounds the decisions that wait. Overflow: refused as unavailable.
	askInbox = 64
	// decideWithin is how long one decision may take, its commit included.
	decideWithin = 5 * time.Second
	// tickEvery is how often the passing of time is looked at.
	tickEvery = time.Second
	// Kept is how far back notices and counts are loaded and shown.
	Kept = 30 * 24 * time.Hour
)

// Engine is the owner of the incidents as the desk needs it.
type Engine interface {
	// Add decides an addition to an incident and makes it durable.
	Add(ctx context.Context, a alerting.Addition) (alerting.Incident, error)
	// Incident returns one incident; alerting.ErrNotFound.
	Incident(ctx context.Context, id string) (alerting.Incident, error)
	// Unresolved lists the unresolved incidents.
	Unresolved() []alerting.Incident
}

// Poster carries what is out, one school's notice at a time. It never blocks.
type Poster interface {
	// Begin carries a notice, or goes on with it; what was carried is not
	// carried again.
	Begin(s Sent)
	// Figures says how far a notice got.
	Figures(notice string) []Figure
}

// Figure is how far a notice got to one school's parents over one channel.
type Figure struct {
	School  string
	Channel alerting.Channel
	release.Progress
	// Ended says why nobody more is told although some were not: "replaced",
	// "expired" or "no gateway"; "" else.
	Ended string
}

// Deps is what the desk works with.
type Deps struct {
	Engine Engine
	People func() *people.Directory
	Post   Poster // nil tells nobody but the page
	Drills Drills // nil has none
	// Carries says why a school's parents could not be sent a text, over any
	// channel that it has; nil has none that could refuse.
	Carries func(school string, t alerting.Text) error
	Log     *slog.Logger
}

// Desk owns the notices and head counts.
type Desk struct {
	deps    Deps
	log     *slog.Logger
	asks    chan ask
	heard   *heard
	seen    atomic.Pointer[state] // what readers see
	board   *board
	stopped chan struct{}

	// Of Run's goroutine alone, and of Load before it.
	state   state
	stalled bool // the last tick could not be stored, and that was said
}

// ask is one decision to take.
type ask struct {
	ctx  context.Context //nolint:containedctx // of the caller, who waits
	do   func(ctx context.Context) (alerting.Incident, error)
	done chan answer // holds one
}

type answer struct {
	incident alerting.Incident
	err      error
}

// New returns a desk; nothing runs before Run.
func New(d Deps) *Desk {
	k := &Desk{
		deps: d, log: d.Log.With("component", "notices"), asks: make(chan ask, askInbox),
		heard: newHeard(), board: newBoard(), stopped: make(chan struct{}), state: newState(),
	}
	k.show()
	return k
}

// Load folds what the journal holds. It is called once, before Run.
func (d *Desk) Load(events []alerting.Event) {
	for _, ev := range events {
		d.apply(ev)
	}
	d.show()
}

// Hear takes an event that stands beside the engine's own and counts from now
// on. It never blocks; each event answers a decision of this desk, so that
// their number is bounded by it.
func (d *Desk) Hear(ev alerting.Event) { d.heard.put(ev) }

// Run takes decisions until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	defer close(d.stopped)
	defer d.board.stop()
	for _, r := range d.state.rows {
		for _, s := range r.sent { // whether they were carried is the post's to know
			d.carry(s)
		}
	}
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.heard.ready:
			d.drain()
		case a := <-d.asks:
			d.answer(ctx, a)
		case now := <-tick.C:
			d.tick(ctx, now)
		}
	}
}

// answer takes one decision. What the journal took meanwhile counts first.
func (d *Desk) answer(ctx context.Context, a ask) {
	if a.ctx.Err() != nil {
		return // nobody waits any more
	}
	ctx, cancel := context.WithTimeout(ctx, decideWithin)
	defer cancel()
	d.drain()
	i, err := a.do(ctx)
	d.drain()
	a.done <- answer{i, err}
}

// ask waits for a decision.
func (d *Desk) ask(ctx context.Context, do func(ctx context.Context) (alerting.Incident, error)) (alerting.Incident, error) {
	a := ask{ctx: ctx, do: do, done: make(chan answer, 1)}
	select {
	case d.asks <- a:
	default:
		return alerting.Incident{}, fmt.Errorf("%w: too many decisions about notices wait", alerting.ErrUnavailable)
	}
	select {
	case r := <-a.done:
		return r.incident, r.err
	case <-ctx.Done():
		return alerting.Incident{}, fmt.Errorf("decide about notices: %w", ctx.Err())
	case <-d.stopped:
		return alerting.Incident{}, fmt.Errorf("%w: the hub is stopping", alerting.ErrUnavailable)
	}
}

// drain applies what has become true, shows it, and sends out what is out.
func (d *Desk) drain() {
	for _, ev := range d.heard.take() {
		out := d.apply(ev)
		d.show()
		for _, s := range out {
			d.board.publish(s)
			d.carry(s)
		}
	}
}

func (d *Desk) carry(s Sent) {
	if d.deps.Post != nil {
		d.deps.Post.Begin(s)
	}
}

// apply folds an event and returns what it sent out. One that can't be read
// is said aloud and left out: a hub that does not start tells nobody anything.
func (d *Desk) apply(ev alerting.Event) []Sent {
	next, out, err := d.state.with(ev)
	if err != nil {
		d.log.Error("reading an event beside the engine failed", "seq", ev.Seq, "type", ev.Type, "error", err)
		return nil
	}
	d.state = next
	return out
}

func (d *Desk) show() {
	s := d.state
	d.seen.Store(&s)
}

// Figures says how far a notice got, by school and channel, in numbers alone.
func (d *Desk) Figures(notice string) []Figure {
	if d.deps.Post == nil {
		return nil
	}
	return d.deps.Post.Figures(notice)
}
