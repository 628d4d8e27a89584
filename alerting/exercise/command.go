package exercise

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Order is what a person wants of a drill.
type Order struct {
	Drill string
	drill.Command
}

type order struct {
	Order
	look bool    // changes nothing
	note *noting // beside the drill's own transition; nil where it is none
	done chan answer
}

type answer struct {
	view  View
	noted *drill.Event // what was kept of a note
	err   error
}

// Do carries out an order and returns the drill after it. It fails with
// alerting.ErrNotFound, ErrForbidden, ErrConflict, ErrInvalid or
// ErrUnavailable.
func (x *Exercises) Do(ctx context.Context, o Order) (View, error) {
	return x.ask(ctx, order{Order: o, done: make(chan answer, 1)})
}

// Real takes a person's word that a drill is none. The live incident comes
// first; that it opens stops every drill of the school.
func (x *Exercises) Real(ctx context.Context, o Order, now time.Time) (View, alerting.Incident, error) {
	v, ok := x.Drill(o.Drill)
	if !ok {
		return View{}, alerting.Incident{}, noSuchDrill(o.Drill)
	}
	o.Verb = drill.VerbReal
	if _, err := drill.Step(v.State, drill.Input{Command: &o.Command}, now); err != nil {
		return View{}, alerting.Incident{}, err
	}
	live, err := x.deps.Alarms.Declare(ctx, o.School, v.Plan.Kind, o.Drill, o.By.Actor)
	x.Raised(o.School, v.Plan.Kind, o.By.Actor, false) // also where no incident could be opened, or one was open already
	if err != nil {
		return View{}, alerting.Incident{}, err
	}
	v, err = x.ask(ctx, order{Order: o, look: true, done: make(chan answer, 1)})
	return v, live, err
}

func (x *Exercises) ask(ctx context.Context, o order) (View, error) {
	a := x.wait(ctx, o)
	return a.view, a.err
}

func (x *Exercises) wait(ctx context.Context, o order) answer {
	select {
	case x.commands <- o:
	default:
		return answer{err: fmt.Errorf("drill commands: too many at once: %w", alerting.ErrUnavailable)}
	}
	select {
	case a := <-o.done:
		return a
	case <-ctx.Done():
		return answer{err: fmt.Errorf("drill %s: %w", o.Drill, ctx.Err())}
	case <-x.stopped:
		return answer{err: fmt.Errorf("hub is stopping: %w", alerting.ErrUnavailable)}
	}
}

func (x *Exercises) command(o order, now time.Time) {
	d, err := x.drills[o.Drill], error(nil)
	switch {
	case o.look && d == nil:
		err = noSuchDrill(o.Drill)
	case o.look:
	case o.note != nil:
		x.noted(o, d, now)
		return
	default:
		d, err = x.decide(o.Order, d, now)
	}
	if err != nil {
		o.done <- answer{err: err}
		return
	}
	x.publish()
	o.done <- answer{view: d.view()}
}

// decide lets the transition decide, on what the exercise knows beyond it.
func (x *Exercises) decide(o Order, d *running, now time.Time) (*running, error) {
	if o.Verb == drill.VerbPlan {
		return x.plan(o, now)
	}
	if d == nil {
		return nil, noSuchDrill(o.Drill)
	}
	in := x.input(o, d, now)
	events, err := drill.Step(d.state, in, now)
	if err != nil {
		return nil, err
	}
	if len(events) > 0 && (o.Verb == drill.VerbStart || o.Verb == drill.VerbConfirm) {
		if err := x.alone(d.state); err != nil {
			return nil, err
		}
	}
	if err := x.stored(d, events, now); err != nil {
		return nil, err
	}
	return d, nil
}

// plan adds a drill; the drill begins to exist when it is stored.
func (x *Exercises) plan(o Order, now time.Time) (*running, error) {
	if known := x.drills[o.Plan.ID]; known != nil {
		if o.ID != "" && slices.Contains(known.state.Commands, o.ID) {
			return known, nil
		}
		return nil, fmt.Errorf("%w: there is a drill %s", alerting.ErrConflict, o.Plan.ID)
	}
	if err := x.known(&o.Plan); err != nil {
		return nil, err
	}
	var none drill.State
	events, err := drill.Step(none, x.input(o, &running{}, now), now)
	if err != nil {
		return nil, err
	}
	if err := x.store(events); err != nil {
		x.log.Error("a drill was not stored", "drill", o.Plan.ID, "error", err)
		return nil, fmt.Errorf("drill %s: the disk did not take it: %w", o.Plan.ID, alerting.ErrUnavailable)
	}
	d := x.begin(o.Plan.ID)
	x.apply(d, events, live{}, now)
	return d, nil
}

// known holds a plan against the directory: its schools, its buttons and the
// stations that it is filed with, which are police desks of its schools. The
// kind of a device is the directory's to say.
func (x *Exercises) known(p *drill.Plan) error {
	dir := x.deps.People()
	if !slices.Contains(alerting.Kinds(), p.Kind) {
		return fmt.Errorf("%w: kind: %q is none of %v", alerting.ErrInvalid, p.Kind, alerting.Kinds())
	}
	for i, s := range p.Schools {
		if _, ok := dir.School(s.ID); !ok {
			return fmt.Errorf("%w: schools[%d]: there is no school %q", alerting.ErrInvalid, i, s.ID)
		}
	}
	p.Windows = slices.Clone(p.Windows)
	for i, w := range p.Windows {
		v, ok := dir.Device(devices.Address{School: w.School, Device: w.Device})
		if !ok {
			return fmt.Errorf("%w: windows[%d]: school %s has no device %q", alerting.ErrInvalid, i, w.School, w.Device)
		}
		p.Windows[i].Kind = v.Kind
	}
	for i, f := range p.Filed {
		if !slices.ContainsFunc(p.Schools, func(s drill.Site) bool { return hasDesk(dir, s.ID, f) }) {
			return fmt.Errorf("%w: filed[%d]: %q is no police desk of these schools", alerting.ErrInvalid, i, f)
		}
	}
	return nil
}

func hasDesk(dir *people.Directory, school, id string) bool {
	return slices.ContainsFunc(dir.TerminalsOf(school), func(t people.Terminal) bool {
		return t.Audience == alerting.Police && t.ID == id
	})
}

// input is a command with what it takes to decide it.
func (x *Exercises) input(o Order, d *running, now time.Time) drill.Input {
	in := drill.Input{Command: &o.Command, Days: map[string]drill.Day{}}
	p := d.state.Plan
	at := now // an examination day is the day on which the drill begins
	if o.Verb == drill.VerbPlan {
		p, at = o.Plan, o.Plan.At
	}
	for _, s := range p.Schools {
		in.Days[s.ID] = x.deps.Days(s.ID, at, now)
	}
	in.LiveOpen = slices.ContainsFunc(x.deps.Alarms.Unresolved(), func(i alerting.Incident) bool {
		return i.Mode == devices.Live && peoples(i) && takesIn(d.state, i.School)
	})
	return in
}

// alone refuses a second drill at a school where one runs.
func (x *Exercises) alone(s drill.State) error {
	for _, site := range s.Plan.Schools {
		for _, id := range x.order {
			other := x.drills[id].state
			if id != s.Plan.ID && other.Phase == drill.Running && takesIn(other, site.ID) {
				return fmt.Errorf("%w: drill %s runs at school %s", alerting.ErrConflict, id, site.ID)
			}
		}
	}
	return nil
}

func noSuchDrill(id string) error { return fmt.Errorf("%w: drill %s", alerting.ErrNotFound, id) }
