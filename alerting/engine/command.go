package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
)

// maxWaiting bounds the commands that wait for another one's commit on the
// same incident; further ones are refused as unavailable.
const maxWaiting = 32

// command is a person's wish on its way through the engine.
type command struct {
	alerting.Command
	beside *alerting.Addition // instead of the command, where it is not nil
	over   string             // why a condition has ended, as the hub found; instead of both
	done   chan result        // holds one
}

type result struct {
	incident alerting.Incident
	err      error
}

// notResident says that an incident is not in memory; Do then looks into the
// journal, on its caller's goroutine.
type notResident struct{ incident string }

func (n notResident) Error() string { return "incident " + n.incident + " is not in memory" }

// Do carries out a command and returns the incident after it. It returns
// alerting.ErrNotFound, ErrForbidden, ErrConflict, ErrInvalid, or
// ErrUnavailable where the journal is down and the command must be durable.
func (e *Engine) Do(ctx context.Context, c alerting.Command) (alerting.Incident, error) {
	for range 4 { // its own incident, the other one, and either gone again meanwhile
		i, err := e.ask(ctx, c)
		var away notResident
		if !errors.As(err, &away) {
			return i, err
		}
		if err := e.fetch(ctx, away.incident); err != nil {
			return alerting.Incident{}, err
		}
	}
	return alerting.Incident{}, fmt.Errorf("incident %s: %w", c.Incident, alerting.ErrUnavailable)
}

// fetch takes an incident over from the journal.
func (e *Engine) fetch(ctx context.Context, incident string) error {
	events, deliveries, err := e.deps.Journal.Get(ctx, incident)
	if err != nil {
		return fmt.Errorf("incident %s: %w", incident, err)
	}
	loaded := e.tasks.put(func(now time.Time) {
		if _, resident := e.records[incident]; !resident {
			e.adopt(events, deliveries, now)
		}
	})
	if !loaded {
		return fmt.Errorf("incident %s: %w", incident, alerting.ErrUnavailable)
	}
	return nil
}

func (e *Engine) ask(ctx context.Context, c alerting.Command) (alerting.Incident, error) {
	return e.asked(ctx, command{Command: c, done: make(chan result, 1)})
}

func (e *Engine) asked(ctx context.Context, cmd command) (alerting.Incident, error) {
	if !e.tasks.put(func(now time.Time) { e.command(cmd, now) }) {
		return alerting.Incident{}, fmt.Errorf("command inbox is full: %w", alerting.ErrUnavailable)
	}
	select {
	case r := <-cmd.done:
		return r.incident, r.err
	case <-ctx.Done():
		return alerting.Incident{}, fmt.Errorf("command %s: %w", cmd.Verb, ctx.Err())
	case <-e.stopped:
		return alerting.Incident{}, fmt.Errorf("hub is stopping: %w", alerting.ErrUnavailable)
	}
}

// command decides one command, or queues it behind the one that is under way
// on the same incident: each is decided on what the one before left.
func (e *Engine) command(c command, now time.Time) {
	r, ok := e.records[c.Incident]
	if !ok {
		c.done <- result{err: notResident{c.Incident}}
		return
	}
	if r.command != nil {
		if len(r.waiting) >= maxWaiting {
			c.done <- result{err: fmt.Errorf("too many commands on one incident: %w", alerting.ErrUnavailable)}
			return
		}
		r.waiting = append(r.waiting, c)
		return
	}
	if r.undecided != nil && (c.Verb == alerting.VerbReset || c.Verb == alerting.VerbResolve || c.isNotice()) {
		c.done <- result{err: fmt.Errorf("the %s before may yet be stored: %w", r.undecided.Type, alerting.ErrUnavailable)}
		return
	}
	e.decide(r, c, now)
}

// decide lets the transition decide. What follows for another incident comes
// first: it may be an alarm.
func (e *Engine) decide(r *record, c command, now time.Time) {
	if c.over != "" {
		e.decideOver(r, c, now)
		return
	}
	if c.beside != nil {
		e.decideBeside(r, c, now)
		return
	}
	in, err := e.input(r, &c.Command, now)
	if err != nil {
		c.done <- result{err: err}
		return
	}
	events, err := alerting.Step(&r.view, in, now)
	if err != nil || len(events) == 0 {
		c.done <- result{incident: r.full(), err: err}
		return
	}
	for _, ev := range events {
		if ev.Incident != r.view.ID {
			e.elsewhere(ev, now)
		}
	}
	if events[0].Incident != r.view.ID {
		c.done <- result{incident: r.full()}
		return
	}
	e.commit(r, events[0], c)
}

// commit stores a command's event first; what people see follows.
func (e *Engine) commit(r *record, ev alerting.Event, c command) {
	t := e.append(r, ev)
	r.command = t
	if ev.Rejectable() {
		r.undecided = t
	}
	t.waiters = append(t.waiters, func(err error) {
		if err == nil && (ev.Class != nil || ev.Referral != nil) {
			e.widen(r, t, time.Now())
		}
		c.done <- result{incident: r.full(), err: err}
	})
	e.submit(r, t)
}

// unblock lets the next command of an incident go ahead once the event of the
// one before is settled.
func (e *Engine) unblock(r *record, settled *tracked, now time.Time) {
	if r.command != settled {
		return
	}
	r.command = nil
	for len(r.waiting) > 0 && r.command == nil {
		next := r.waiting[0]
		r.waiting = r.waiting[1:]
		e.command(next, now)
	}
}
