package trial

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/people"
)

// Bounds.
const (
	// newsWaiting bounds what waits to be remembered of ways. Overflow: dropped,
	// the next message over that way says the same.
	newsWaiting = 4096
	// remembered is how many tests are known at once; overflow: the oldest is read
	// from the disk no more, and what is still said of it changes nothing.
	remembered = 500
	// mostSigns bounds the ways that are remembered. Overflow: a new one is not.
	mostSigns = 10_000
	// saveSigns is how often it is written down which ways worked.
	saveSigns = time.Minute
	// saveWithin is how long one writing may take.
	saveWithin = 5 * time.Second
	// forgiven is how long beyond its deadline nothing may be heard of a test.
	forgiven = 2 * time.Second
)

// Tests are few, so that no telephone rings on and on, no gateway's bill grows,
// and nothing of what a gateway or a robot takes in a minute is missing to an alarm.
const (
	// Rest is how long a way is let alone after a test.
	Rest = 2 * time.Minute
	// MostOfSchool is how many tests a school has in SchoolWindow.
	MostOfSchool = 10
	SchoolWindow = 10 * time.Minute
)

// Store keeps tests and what is known of ways.
type Store interface {
	SaveTrial(ctx context.Context, t Trial) error
	// Trials are the latest tests of all schools, the latest first.
	Trials(ctx context.Context, limit int) ([]Trial, error)
	SaveSigns(ctx context.Context, all []Sign) error
	Signs(ctx context.Context) ([]Sign, error)
}

// Sinks takes messages for whomever they are for; it never blocks.
type Sinks interface{ Tell(m deliver.Message) }

// Deps is what the desk works with.
type Deps struct {
	Store  Store
	People func() *people.Directory
	Log    *slog.Logger
}

// Desk tests ways.
type Desk struct {
	deps Deps
	log  *slog.Logger
	in   chan news
	wake chan struct{} // holds one where a test has changed

	mu      sync.Mutex // guards what follows; nobody waits while they hold it
	sinks   Sinks
	trials  map[string]Trial
	order   []string        // their ids, the oldest first
	unsaved map[string]bool // tests that have changed since they were written
	signs   map[alerting.LegKey]Sign
	fresh   map[alerting.LegKey]bool // ways of which more is known than is written
}

// New returns a desk; nothing is told before Connect.
func New(d Deps) *Desk {
	return &Desk{
		deps: d, log: d.Log.With("component", "trials"), in: make(chan news, newsWaiting), wake: make(chan struct{}, 1),
		trials: map[string]Trial{}, unsaved: map[string]bool{}, signs: map[alerting.LegKey]Sign{}, fresh: map[alerting.LegKey]bool{},
	}
}

// Connect puts the lanes in place; it is called once, before the first test.
func (d *Desk) Connect(s Sinks) { d.sinks = s }

// Load reads what was known before. What was under way then came to nothing that
// anybody knows of.
func (d *Desk) Load(ctx context.Context) error {
	all, err := d.deps.Store.Trials(ctx, remembered)
	if err != nil {
		return err
	}
	signs, err := d.deps.Store.Signs(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range slices.Backward(all) {
		d.order = append(d.order, t.ID)
		if t.UnderWay() {
			t.State, t.Why, t.FailedAt = alerting.Failed, alerting.HubStopped, time.Now()
			d.unsaved[t.ID] = true
		}
		d.trials[t.ID] = t
	}
	for _, s := range signs {
		d.signs[s.Leg] = s
	}
	return nil
}

// WaitError says that a way, or a school, has been tested too often.
type WaitError struct {
	For    time.Duration
	School bool // and not the way alone
}

func (e *WaitError) Error() string {
	of := "this way was tested just now"
	if e.School {
		of = "too many tests at this school"
	}
	return fmt.Sprintf("%s: wait %d s", of, e.Seconds())
}

// Seconds is the wait, rounded up.
func (e *WaitError) Seconds() int64 { return int64((e.For + time.Second - 1) / time.Second) }

// Begin tells one recipient, once it is written down who asked for it and why.
// The same id again is the same test. Its errors are alerting.ErrInvalid,
// ErrConflict, ErrUnavailable where the disk does not take it, and a WaitError.
func (d *Desk) Begin(ctx context.Context, t Trial) (Trial, error) {
	t.State = alerting.Planned
	known, err := d.take(t)
	if err != nil || known.ID != "" {
		return known, err
	}
	if err := d.write(ctx, t); err != nil {
		d.drop(t.ID)
		return Trial{}, fmt.Errorf("%w: who tests what can't be written down now", alerting.ErrUnavailable)
	}
	school, _ := d.deps.People().School(t.School)
	d.sinks.Tell(t.message(school))
	now, _ := d.Trial(t.ID)
	return now, nil
}

// take makes room for a test, or gives the one that has its id.
func (d *Desk) take(t Trial) (known Trial, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if k, ok := d.trials[t.ID]; ok {
		if k.School != t.School || k.Leg != t.Leg || k.By != t.By {
			return Trial{}, fmt.Errorf("%w: another test has this id", alerting.ErrConflict)
		}
		return k, nil
	}
	if why := CanTest(d.deps.People(), t.Leg); why != Testable {
		return Trial{}, fmt.Errorf("%w: this way has no test of its own: %s", alerting.ErrConflict, why)
	}
	if wait := d.rest(t); wait != nil {
		return Trial{}, wait
	}
	d.trials[t.ID] = t
	d.order = append(d.order, t.ID)
	if len(d.order) > remembered {
		delete(d.trials, d.order[0])
		delete(d.unsaved, d.order[0])
		d.order = d.order[1:]
	}
	return Trial{}, nil
}

// rest is how long a test has to wait; nil where it has not. The caller holds mu.
func (d *Desk) rest(t Trial) error {
	var ofSchool []time.Time
	for _, id := range d.order {
		k := d.trials[id]
		if over := k.At.Add(Rest); k.Leg == t.Leg && over.After(t.At) {
			return &WaitError{For: over.Sub(t.At)}
		}
		if k.School == t.School && k.At.Add(SchoolWindow).After(t.At) {
			ofSchool = append(ofSchool, k.At)
		}
	}
	if len(ofSchool) >= MostOfSchool {
		first := ofSchool[len(ofSchool)-MostOfSchool]
		return &WaitError{For: first.Add(SchoolWindow).Sub(t.At), School: true}
	}
	return nil
}

// drop takes back a test that was told to nobody.
func (d *Desk) drop(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.trials, id)
	d.order = slices.DeleteFunc(d.order, func(o string) bool { return o == id })
}

// Trial looks a test up.
func (d *Desk) Trial(id string) (Trial, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t, ok := d.trials[id]
	return t, ok
}

// Latest lists the tests of a school that are remembered, the latest first.
func (d *Desk) Latest(school string) []Trial {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Trial
	for _, id := range slices.Backward(d.order) {
		if t := d.trials[id]; t.School == school {
			out = append(out, t)
		}
	}
	return out
}

// Sign is what is known of a way.
func (d *Desk) Sign(k alerting.LegKey) Sign {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.signs[k]
}
