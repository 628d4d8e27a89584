package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/office"
)

const (
	// lookAfterErrands is how often it is looked at what is to be told.
	lookAfterErrands = 5 * time.Second
	// errandsKnown is how far back it is known what was told: nothing is due for
	// longer.
	errandsKnown = 14 * 24 * time.Hour
	// saveWithin is how long it may take to write one down.
	saveWithin = 5 * time.Second
)

// errand is one thing to be told to one person, once: its id says what and to
// whom. What is not due any more is forgotten.
type errand = watch.Nudge

// errandBook keeps what was told over a restart.
type errandBook interface {
	SaveErrand(ctx context.Context, e office.Errand) error
	Errands(ctx context.Context, since time.Time) ([]office.Errand, error)
}

// errands tells people of a school, beside any alarm and over connections of
// its own, what waits for them: each once, over restarts too. What was on its
// way at a stop is told again under the same id.
type errands struct {
	book  errandBook
	nudge watch.Nudger
	due   []func(ctx context.Context, now time.Time) []errand
	log   *slog.Logger

	answers chan outcome
	stopped chan struct{}
	failed  prometheus.Counter

	// Of run's goroutine alone.
	known   map[string]office.Errand // what became of each, and what was decided
	under   map[string]bool          // on their way
	unsaved []office.Errand          // that the disk did not take; bounded by what is due
}

// outcome is what became of one.
type outcome struct {
	errand
	err error
}

func newErrands(book errandBook, n watch.Nudger, log *slog.Logger, m prometheus.Registerer) *errands {
	e := &errands{
		book: book, nudge: n, log: log.With("component", "errands"), answers: make(chan outcome, mostAnswers), stopped: make(chan struct{}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "campushub_errands_failed_total", Help: "Daily summaries and reminders of what waits for somebody that reached nobody over any way.",
		}),
		known: map[string]office.Errand{}, under: map[string]bool{},
	}
	m.MustRegister(e.failed)
	return e
}

// load reads what was told before; where that can't be read nothing is told, so
// that nobody is told twice.
func (e *errands) load(ctx context.Context, now time.Time) error {
	all, err := e.book.Errands(ctx, now.Add(-errandsKnown))
	for _, o := range all {
		e.known[o.ID] = o
	}
	return err
}

// run looks until ctx ends.
func (e *errands) run(ctx context.Context) error {
	defer close(e.stopped)
	tick := time.NewTicker(lookAfterErrands)
	defer tick.Stop()
	loaded := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case t := <-e.answers:
			e.answered(ctx, t)
		case now := <-tick.C:
			if !loaded {
				if err := e.load(ctx, now); err != nil {
					e.log.Error("what was told before could not be read: nothing is told", "error", err)
					continue
				}
				loaded = true
			}
			e.look(ctx, now)
		}
	}
}

func (e *errands) look(ctx context.Context, now time.Time) {
	again := e.unsaved
	e.unsaved = nil
	for _, o := range again {
		e.save(ctx, o)
	}
	for _, due := range e.due {
		for _, n := range due(ctx, now) {
			e.tell(n)
		}
	}
	for id, o := range e.known {
		if now.Sub(o.At) > errandsKnown {
			delete(e.known, id)
		}
	}
}

// tell hands one over, unless it was before; without room it is due again.
func (e *errands) tell(n errand) {
	if _, done := e.known[n.ID]; done || e.under[n.ID] {
		return
	}
	err := e.nudge.Nudge(n, func(err error) {
		select {
		case e.answers <- outcome{n, err}:
		case <-e.stopped: // told again after the next start, under the same id
		}
	})
	if err == nil {
		e.under[n.ID] = true
	}
}

func (e *errands) answered(ctx context.Context, t outcome) {
	delete(e.under, t.ID)
	o := office.Errand{ID: t.ID, School: t.School, At: time.Now(), Text: t.Text}
	if t.err != nil {
		o.Failed = t.err.Error()
		e.failed.Inc()
		e.log.Warn("somebody of a school was not told what waits for them", "school", t.School, "errand", t.ID, "error", t.err)
	}
	e.save(ctx, o)
}

// save notes what became of one; what the disk does not take is tried again.
func (e *errands) save(ctx context.Context, o office.Errand) {
	e.known[o.ID] = o
	if !e.written(ctx, o) {
		e.unsaved = append(e.unsaved, o)
	}
}

// decide notes what is to be told, before anybody is; false where the disk does
// not take it: then it is decided anew.
func (e *errands) decide(ctx context.Context, o office.Errand) bool {
	if !e.written(ctx, o) {
		return false
	}
	e.known[o.ID] = o
	return true
}

func (e *errands) written(ctx context.Context, o office.Errand) bool {
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	err := e.book.SaveErrand(ctx, o)
	if err != nil {
		e.log.Warn("what was told was not written down", "errand", o.ID, "error", err)
	}
	return err == nil
}

// errandFor is the id of one errand to one person.
func errandFor(school, what, key, person string) string {
	return what + "-" + alerting.RaisedIncidentID(school, what, key+"/"+person, time.Time{})
}

// undelivered takes what a gateway reports of one that it had accepted.
func (e *errands) undelivered(_ context.Context, id string, s alerting.DeliveryState, reason string) {
	if s == alerting.Failed {
		e.failed.Inc()
		e.log.Warn("a gateway could not tell somebody of a school what waits for them", "errand", id, "reason", reason)
	}
}
