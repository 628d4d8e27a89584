package engine

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Condition is something that nobody pressed for: a part of the hub found it.
type Condition struct {
	School string
	// Kind is one of the policy's: of those that the hub raises, or what the
	// sensors of a gate can report of the others.
	Kind   alerting.Kind
	Object string         // the device, post, shift or round that it is about
	Place  alerting.Place // zero is the hub itself
	// Due is from when on it is so. Where it is set, it names the incident
	// together with school, kind and object, over every restart: what somebody
	// has closed is not raised again.
	Due time.Time
	// Since is from when on it is so, where that is earlier than it was found; it
	// is told, and names nothing.
	Since time.Time
	// Present is how many stand at a post that is below its minimum; nil where
	// nobody counted.
	Present *int
	// Facts are what is known of it, of alerting.FoundFacts. What the engine can
	// tell by itself, it adds.
	Facts []string
	// Named are those whom a roster names for it. They stand in the plan of the
	// incident that it opens, and of no running one.
	Named []policy.Named
}

// Found opens an incident for a condition, once until somebody has closed it.
// While it is open, further facts of the same condition widen its plan. It
// never blocks. It returns alerting.ErrInvalid for a kind or a fact that the
// hub does not raise, and ErrUnavailable where there is no room: then it has to
// be said again.
func (e *Engine) Found(c Condition) error {
	if err := c.check(); err != nil {
		return err
	}
	if !e.tasks.put(func(now time.Time) { e.found(c, now) }) {
		return fmt.Errorf("condition %s of %s: task inbox is full: %w", c.Kind, c.Object, alerting.ErrUnavailable)
	}
	return nil
}

// sensedKinds are the kinds of people that a sensor may report, too.
var sensedKinds = []alerting.Kind{kindIntrusion, "hazard", "crowd", "welfare"}

// Passed says of a condition that was found that it is over, by the same
// sensors: the incident says so, until the condition is found again. A person
// closes it. It never blocks; its errors are Found's.
func (e *Engine) Passed(c Condition) error {
	return e.see(c, alerting.FactOver, alerting.FactSensorLost)
}

// Unknown says of a condition that was found that its sensors say nothing any
// more: the incident says so and stays, until the condition is found again or
// has Passed. It never blocks; its errors are Found's.
func (e *Engine) Unknown(c Condition) error {
	return e.see(c, alerting.FactSensorLost, alerting.FactOver)
}

// see notes on a running incident how its sensors see it now, and takes back
// how they saw it before.
func (e *Engine) see(c Condition, fact, before string) error {
	c.Facts = nil
	if err := c.check(); err != nil {
		return err
	}
	seen := e.tasks.put(func(now time.Time) {
		if r, open := e.raised[raisedKey{c.School, string(c.Kind), c.Object}]; open {
			e.learn(r, []string{fact}, []string{before}, now)
		}
	})
	if !seen {
		return fmt.Errorf("condition %s of %s: task inbox is full: %w", c.Kind, c.Object, alerting.ErrUnavailable)
	}
	return nil
}

func (c Condition) check() error {
	people := slices.Contains(alerting.Kinds(), c.Kind) && !slices.Contains(sensedKinds, c.Kind)
	if people || c.Kind == alerting.KindHubFault || !policy.Known(c.Kind) {
		return fmt.Errorf("%w: kind: %q is none that the hub finds", alerting.ErrInvalid, c.Kind)
	}
	for _, f := range c.Facts {
		if !slices.Contains(alerting.FoundFacts(), f) && f != alerting.FactClosedDay { // which a calendar says too
			return fmt.Errorf("%w: facts: %q is none of %v", alerting.ErrInvalid, f, alerting.FoundFacts())
		}
	}
	return nil
}

func (e *Engine) found(c Condition, now time.Time) {
	facts := slices.Clone(c.Facts)
	for _, f := range e.foundOf(c, now) {
		if !slices.Contains(facts, f) {
			facts = append(facts, f)
		}
	}
	f := fault{school: c.School, cause: string(c.Kind), object: c.Object, place: c.Place, kind: c.Kind, facts: facts, due: c.Due, named: c.Named, since: c.Since, present: c.Present}
	switch r, known := e.raisedAs(f); {
	case !known:
		e.raise(f, now)
	case f.due.IsZero() || !r.view.Resolved(): // else it was closed a moment ago
		e.learn(r, c.Facts, []string{alerting.FactOver, alerting.FactSensorLost}, now)
	}
}

// foundOf is what the engine can tell by itself of a condition.
func (e *Engine) foundOf(c Condition, now time.Time) []string {
	from := devices.Address{School: c.School, Device: c.Object}
	facts := e.sensed(e.deps.People(), from, c.Kind, now)
	if c.Kind == kindIntrusion {
		facts = e.bySensor(from, now)
	}
	return append(facts, e.today(c.School, now)...)
}

// learn adds to a running incident what the hub has found since, and takes back
// what is so no more. Like all that no button says, it commits first.
func (e *Engine) learn(r *record, facts, withdrawn []string, now time.Time) {
	in := alerting.Input{Notice: &alerting.Notice{Type: alerting.EventVerified, Facts: facts, Withdrawn: withdrawn}}
	if e.matters(&r.view, facts) {
		in.Opening = e.knowing(r, facts, nil, now)
	}
	events, err := alerting.Step(&r.view, in, now)
	if err != nil { // it would be lost to everybody: the plan stays as it is
		e.log.Warn("what was found changes no plan", "incident", r.view.ID, "facts", facts, "error", err)
	}
	for _, ev := range events {
		t := e.append(r, ev)
		t.waiters = append(t.waiters, func(err error) {
			if err == nil && ev.Class != nil {
				e.widen(r, t, time.Now())
			}
		})
		e.submit(r, t)
	}
}

// knowing is what an incident of this kind would start with, with more known
// of it.
func (e *Engine) knowing(r *record, added, withdrawn []string, now time.Time) alerting.Opening {
	o := e.occasion(&r.view, r.view.Knowing(added, withdrawn))
	o.At, o.Named = now, policy.NamedIn(r.view.Plan)
	return policy.Open(e.deps.People(), o)
}
