// Package apitest is an engine in memory for tests of the API and of the
// console: the real transition of package alerting, with a slice for a
// journal.
//
// It is strict: whoever uses it in a way that the real engine would not
// answer gets an error. It starts no goroutine.
package apitest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/dashboards/api"
	"example.org/campushub/devices"
)

const watchBuffer = 256 // overflow: the watcher is closed, as the engine does

// Engine holds incidents in memory.
type Engine struct {
	people func() *people.Directory

	mu        sync.Mutex // guards what follows
	seq       int64
	incidents map[string]*record
	updates   []alerting.Update // durable ones, in order
	watchers  map[chan alerting.Update]bool
	down      bool
	opened    map[string]int
	sent      []Told
	hear      func(alerting.Event)
	audited   api.AuditCheck
	checks    []api.AuditScope
}

type record struct {
	incident alerting.Incident
	events   []alerting.Event
}

// Told is one frame that a stream reported, or one confirmation of a page.
type Told struct {
	Account, Incident string
	Number            int64
}

// New builds an engine without incidents.
func New(dir func() *people.Directory) *Engine {
	return &Engine{
		people: dir, incidents: map[string]*record{},
		watchers: map[chan alerting.Update]bool{}, opened: map[string]int{},
	}
}

// Press presses a button: told at once, durable by the time Press returns.
func (e *Engine) Press(p devices.Press) alerting.Incident {
	return e.PressAs(p, func(*alerting.Opening) {})
}

// PressAs is Press where the test has a say in what the incident is.
func (e *Engine) PressAs(p devices.Press, change func(*alerting.Opening)) alerting.Incident {
	e.mu.Lock()
	defer e.mu.Unlock()
	cur := e.latchedFor(p)
	in := alerting.Input{Press: &p}
	if cur == nil {
		in.Opening = e.opening(p)
		change(&in.Opening)
	}
	events, err := alerting.Step(incidentOf(cur), in, p.ReceivedAt)
	if err != nil {
		panic(err)
	}
	return e.apply(events, true)
}

// PressUndurable presses a button while the disk does not answer.
func (e *Engine) PressUndurable(p devices.Press) alerting.Incident {
	e.mu.Lock()
	defer e.mu.Unlock()
	events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: e.opening(p)}, p.ReceivedAt)
	if err != nil {
		panic(err)
	}
	r := e.fold(events)
	e.publish(alerting.Update{Incident: r.incident.Listed()})
	return r.incident
}

func (e *Engine) opening(p devices.Press) alerting.Opening {
	d, ok := e.people().Device(p.From)
	if !ok {
		panic("press of an unknown device " + p.From.String())
	}
	return policy.Opening(e.people(), p.From.School, d.Place, alerting.KindOf(p.Alarm), p.Mode, p.Silent)
}

func (e *Engine) latchedFor(p devices.Press) *record {
	for _, r := range e.incidents {
		i := r.incident
		if i.School == p.From.School && i.Device == p.From.Device && i.Mode == p.Mode && !i.Resolved() {
			return r
		}
	}
	return nil
}

func incidentOf(r *record) *alerting.Incident {
	if r == nil {
		return nil
	}
	return &r.incident
}

// apply folds events of one incident. What is told first goes out once before
// its commit and once after it.
func (e *Engine) apply(events []alerting.Event, tellFirst bool) alerting.Incident {
	r := e.fold(events)
	if tellFirst {
		e.publish(alerting.Update{Incident: r.incident.Listed()})
	}
	r.incident.Stored = true
	u := alerting.Update{Incident: r.incident.Listed(), Seq: e.seq}
	e.updates = append(e.updates, u)
	e.publish(u)
	return r.incident
}

func (e *Engine) fold(events []alerting.Event) *record {
	id := events[0].Incident
	r, ok := e.incidents[id]
	if !ok {
		r = &record{}
		e.incidents[id] = r
	}
	for _, ev := range events {
		e.seq++
		ev.Seq = e.seq
		r.events = append(r.events, ev)
		r.incident.Apply(ev)
	}
	r.incident.Stored = false
	r.incident.Timeline = alerting.Timeline(r.events)
	r.incident.Deliveries = e.deliveries(r)
	return r
}

// deliveries plans a delivery of the present update for every console leg
// that is due at once, and keeps the earlier ones.
func (e *Engine) deliveries(r *record) []alerting.Delivery {
	last := r.events[len(r.events)-1]
	out := slices.Clone(r.incident.Deliveries)
	if !last.Told() {
		return out
	}
	for _, l := range r.incident.Plan.Legs {
		if l.After > 0 {
			continue
		}
		out = append(out, alerting.Delivery{
			ID:       alerting.DeliveryID(r.incident.ID, fmt.Sprintf("#%d", r.incident.Number), l.Key()),
			Incident: r.incident.ID, Number: r.incident.Number, Audience: l.Audience, Recipient: l.Recipient,
			Channel: l.Channel, State: alerting.Planned, PlannedAt: last.At, Deadline: policy.Deadline(l, last.At),
		})
	}
	return out
}

func (e *Engine) publish(u alerting.Update) {
	for w := range e.watchers {
		select {
		case w <- u:
		default:
			delete(e.watchers, w)
			close(w)
		}
	}
}

// Unresolved returns every unresolved incident.
func (e *Engine) Unresolved() []alerting.Incident {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []alerting.Incident
	for _, r := range e.incidents {
		if !r.incident.Resolved() {
			out = append(out, r.incident)
		}
	}
	slices.SortFunc(out, func(a, b alerting.Incident) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Incident returns one incident.
func (e *Engine) Incident(_ context.Context, id string) (alerting.Incident, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.incidents[id]
	if !ok {
		return alerting.Incident{}, fmt.Errorf("%w: incident %s", alerting.ErrNotFound, id)
	}
	return r.incident, nil
}

// Do carries out a command.
func (e *Engine) Do(_ context.Context, c alerting.Command) (alerting.Incident, error) {
	return e.DoAt(c, time.Now())
}

// DoAt carries out a command of a while ago.
func (e *Engine) DoAt(c alerting.Command, at time.Time) (alerting.Incident, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.incidents[c.Incident]
	if !ok {
		return alerting.Incident{}, fmt.Errorf("%w: incident %s", alerting.ErrNotFound, c.Incident)
	}
	if e.down && (c.Verb == alerting.VerbReset || c.Verb == alerting.VerbResolve) {
		return alerting.Incident{}, fmt.Errorf("%w: the journal", alerting.ErrUnavailable)
	}
	in, err := e.input(r.incident, &c)
	if err != nil {
		return alerting.Incident{}, err
	}
	events, err := alerting.Step(&r.incident, in, at)
	for _, ev := range events {
		e.apply([]alerting.Event{ev}, !ev.CommitFirst())
	}
	return r.incident, err
}

// Notice has the hub note something of an incident by itself.
func (e *Engine) Notice(id string, n alerting.Notice) {
	e.mu.Lock()
	defer e.mu.Unlock()
	events, err := alerting.Step(&e.incidents[id].incident, alerting.Input{Notice: &n}, time.Now())
	if err != nil {
		panic(err)
	}
	e.apply(events, false)
}

// input is a command with what it takes to decide it.
func (e *Engine) input(i alerting.Incident, c *alerting.Command) (alerting.Input, error) {
	in := alerting.Input{Command: c}
	switch c.Verb {
	case alerting.VerbVerify:
		asks := policy.Asks(e.people(), i.School, i.Kind)
		if slices.ContainsFunc(c.Facts, func(f string) bool { return slices.Contains(asks, policy.Fact(f)) }) {
			in.Opening = e.knowing(i, i.Kind, i.Knowing(c.Facts, c.Withdrawn))
		}
	case alerting.VerbRefer:
		in.Opening, in.Left = policy.Refer(e.people(), policy.Occasion{
			School: i.School, Place: i.Place, Kind: i.Kind, Mode: i.Mode, At: time.Now(), Facts: policy.FactsOf(i.Facts),
		}, c.Audience)
	case alerting.VerbClassify:
		in.Opening = e.knowing(i, c.Kind, i.Knowing(c.Facts, nil))
		in.KindName = policy.KindText(c.Kind)
		by, _ := e.people().Account(c.Actor.Name)
		in.Named = by.Named
	case alerting.VerbReveal:
		if i.Concealed != nil {
			in.Opening = e.knowing(i, policy.RevealedAs(e.people(), &i, c.Kind), append(slices.Clip(i.Concealed.Facts), c.Facts...))
			in.KindName = policy.KindText(in.Opening.Kind)
		}
		by, _ := e.people().Account(c.Actor.Name)
		in.Named = by.Named
	case alerting.VerbReal:
		in.Opening = policy.Opening(e.people(), i.School, i.Place, i.Kind, devices.Live, false)
		in.Other = incidentOf(e.incidents[i.Real])
	case alerting.VerbLink, alerting.VerbUnlink:
		if in.Other = incidentOf(e.incidents[c.Other]); in.Other == nil && c.Other != "" {
			return in, fmt.Errorf("%w: incident %s", alerting.ErrNotFound, c.Other)
		}
	}
	return in, nil
}

// knowing is what an incident of the kind would start with, with more known.
func (e *Engine) knowing(i alerting.Incident, k alerting.Kind, facts []string) alerting.Opening {
	return policy.Open(e.people(), policy.Occasion{
		School: i.School, Place: i.Place, Kind: k, Mode: i.Mode, Silent: i.Silent, Facts: policy.FactsOf(facts),
	})
}

// Raise takes a person's alarm in; it is not Stored while the journal is down.
func (e *Engine) Raise(_ context.Context, p alerting.Report) (alerting.Incident, error) {
	if err := p.Check(); err != nil {
		return alerting.Incident{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if r, ok := e.incidents[p.Incident()]; ok {
		return r.incident, nil
	}
	o := policy.Open(e.people(), policy.Occasion{
		School: p.School, Place: p.Place, Kind: p.Kind, Mode: p.Mode, Silent: p.Silent, Facts: policy.FactsOf(p.Facts),
	})
	events, err := alerting.Step(nil, alerting.Input{Report: &p, Opening: o}, p.At)
	if err != nil {
		return alerting.Incident{}, err
	}
	if e.down {
		r := e.fold(events)
		e.publish(alerting.Update{Incident: r.incident.Listed()})
		return r.incident, nil
	}
	return e.apply(events, true), nil
}

// List returns incidents, newest first.
func (e *Engine) List(_ context.Context, q alerting.Query) ([]alerting.Incident, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if q.Limit < 1 || len(q.Schools) == 0 {
		return nil, fmt.Errorf("%w: query without limit or schools", alerting.ErrInvalid)
	}
	var out []alerting.Incident
	for _, r := range e.incidents {
		i := r.incident
		switch {
		case !slices.Contains(q.Schools, i.School),
			i.Confidential && !slices.Contains(q.Named, i.School),
			q.State != "" && i.State != q.State,
			i.OpenedAt.Before(q.Since), !q.Before.Behind(i):
			continue
		}
		out = append(out, i.Listed())
	}
	slices.SortFunc(out, func(a, b alerting.Incident) int {
		return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID))
	})
	return out[:min(len(out), q.Limit)], nil
}
