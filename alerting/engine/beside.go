package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
)

// besides is whoever keeps the state of the steps that stand beside the
// engine. It is set before Run.
type besides struct{ hear func(alerting.Event) }

func (b besides) tell(ev alerting.Event) {
	if b.hear != nil {
		b.hear(ev)
	}
}

// OnBeside puts in place who hears every event that stands beside the engine's
// own, once it counts: in the order of each incident, on the engine's
// goroutine, which hear must never hold up. It is called once, before Run.
// What the journal held at the start is not repeated.
func (e *Engine) OnBeside(hear func(alerting.Event)) { e.besides.hear = hear }

// Add decides an addition to an incident and makes it durable. It returns the
// incident after it and fails as Do does: what must be durable and can't be
// stored has not happened, and is alerting.ErrUnavailable.
func (e *Engine) Add(ctx context.Context, a alerting.Addition) (alerting.Incident, error) {
	for range 2 { // the incident may have left memory, and does so once at most
		cmd := command{Command: alerting.Command{ID: a.ID, Incident: a.Incident, Verb: alerting.Verb(a.Type), Actor: a.Actor}}
		cmd.beside, cmd.done = &a, make(chan result, 1)
		i, err := e.asked(ctx, cmd)
		var away notResident
		if !errors.As(err, &away) {
			return i, err
		}
		if err := e.fetch(ctx, away.incident); err != nil {
			return alerting.Incident{}, err
		}
	}
	return alerting.Incident{}, fmt.Errorf("incident %s: %w", a.Incident, alerting.ErrUnavailable)
}

// decideBeside lets the step beside the engine decide on what people see of
// the incident now. It is one of the commands that run one at a time.
func (e *Engine) decideBeside(r *record, c command, now time.Time) {
	b, err := c.beside.Decide(r.view.Listed(), r.earlier(c.beside.Type), now)
	if err != nil || b == nil {
		c.done <- result{incident: r.full(), err: err}
		return
	}
	ev, err := c.beside.Event(r.view, *b, now)
	if err != nil {
		c.done <- result{err: err}
		return
	}
	e.commit(r, ev, c)
}

// isNotice reports whether it must be durable or not have happened.
func (c command) isNotice() bool {
	return c.beside != nil && (c.beside.Type == alerting.EventNotice || c.beside.Type == alerting.EventExported)
}

// earlier lists the incident's visible events of a type.
func (r *record) earlier(t alerting.EventType) []alerting.Event {
	var out []alerting.Event
	for _, o := range r.events {
		if o.visible && o.Type == t {
			out = append(out, o.Event)
		}
	}
	return out
}
