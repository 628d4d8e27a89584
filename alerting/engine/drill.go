package engine

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Exercise is whoever runs the drills. Nothing of it may block: it stands in
// the way of every alarm.
type Exercise interface {
	// Filed reports whether a drill runs at the school that the police have
	// accepted.
	Filed(school string) bool
	// Pressed hears of every press of a button, once, after it was told; hushed
	// says that nobody may learn of it but those who were.
	Pressed(p devices.Press, hushed bool)
	// Raised hears that a person has opened a live incident at a school; hushed is
	// said as of a press.
	Raised(school string, k alerting.Kind, by alerting.Actor, hushed bool)
	// Over reports whether the drill that an incident of mode drill was part of is
	// over.
	Over(i *alerting.Incident) bool
}

// Exercised puts the drills in place. It is called once, before Run.
func (e *Engine) Exercised(x Exercise) { e.drills = x }

func (e *Engine) filed(p devices.Press) bool {
	return e.drills != nil && p.Mode != devices.Live && e.drills.Filed(p.From.School)
}

func (e *Engine) exercised(p devices.Press, v *alerting.Incident) {
	if e.drills != nil {
		e.drills.Pressed(p, hushed(v))
	}
}

// exercisedBy is the same for an incident that a person opened.
func (e *Engine) exercisedBy(opened alerting.Event) {
	if e.drills != nil && opened.Opening.Mode == devices.Live {
		o := opened.Opening
		e.drills.Raised(opened.School, o.Kind, opened.Actor, o.Silent || o.Confidential)
	}
}

// Unexpected has liaison and officer told of a button that says it is a drill
// where none expects it. The press stays the drill that it says it is.
func (e *Engine) Unexpected(from devices.Address) {
	e.tasks.force(func(now time.Time) { // bounded by the presses
		f := fault{school: from.School, cause: "unexpected-drill", object: from.Device}
		if d, ok := e.deps.People().Device(from); ok {
			f.place = d.Place
		}
		e.raise(f, now)
	})
}

// declaration is a person's word that a drill is none, on its way in.
type declaration struct {
	school, drill string
	kind          alerting.Kind
	by            alerting.Actor
	incident      string // once it is known
	done          chan result
}

// Declare opens a live incident at a school because somebody says that its
// drill is none. Like a press it goes ahead of everything else and is told
// before it is stored; it returns when it is durable, and after CommitLimit at
// the latest: one that is not Stored has been told all the same. While the
// incident is unresolved a second word is the same one. Who may say it is the
// drill's business. It returns alerting.ErrUnavailable where it was not taken
// in: whoever said it dials 110.
func (e *Engine) Declare(ctx context.Context, school string, kind alerting.Kind, drill string, by alerting.Actor) (alerting.Incident, error) {
	p := &declaration{school: school, drill: drill, kind: kind, by: by, done: make(chan result, 1)}
	select {
	case e.alarms <- alarm{declared: func(now time.Time) { e.declare(p, now) }}:
	default:
		e.metrics.refused.Inc()
		return alerting.Incident{}, fmt.Errorf("%w: %w", ErrBusy, alerting.ErrUnavailable)
	}
	limit := time.NewTimer(CommitLimit)
	defer limit.Stop()
	for {
		select {
		case got := <-p.done:
			return got.incident, got.err
		case <-limit.C:
			e.tasks.force(func(now time.Time) { e.declaredTooSlow(p, now) }) // bounded by the requests
		case <-ctx.Done():
			return alerting.Incident{}, fmt.Errorf("drill %s is none: %w", drill, ctx.Err())
		case <-e.stopped:
			return alerting.Incident{}, fmt.Errorf("%w: %w", ErrStopped, alerting.ErrUnavailable)
		}
	}
}

// declare tells first and stores in parallel.
func (e *Engine) declare(p *declaration, now time.Time) {
	from := devices.Address{School: p.school}
	p.incident = alerting.RaisedIncidentID(p.school, "not-a-drill", p.drill, time.Time{})
	if r, open := e.records[p.incident]; open && !r.view.Resolved() {
		p.done <- result{incident: r.full()}
		return
	}
	if _, known := e.known(from, p.incident); known { // and closed since
		p.incident = alerting.RaisedIncidentID(p.school, "not-a-drill", p.drill, now)
	}
	v := alerting.Incident{School: p.school, Place: e.drilled(p.school)}
	if r := e.drillAt(p.school); r != nil {
		v = r.view
	}
	v.Kind = p.kind
	o := e.really(&v, now)
	o.DrillOf = v.ID
	r, t := e.open(from, alerting.Event{
		Type: alerting.EventOpened, Incident: p.incident, School: p.school, At: now, Actor: p.by, Opening: &o,
		Press: &alerting.PressRecord{ID: p.incident, PressedAt: now, ReceivedAt: now},
	})
	t.waiters = append(t.waiters, func(error) { p.done <- result{incident: r.full()} })
	e.showNow(r, t, now)
}

// really is what a live incident starts with that is what a drill was about:
// what was known of that changes the plan of this one too.
func (e *Engine) really(drill *alerting.Incident, now time.Time) alerting.Opening {
	facts := policy.FactsOf(drill.Facts)
	o := policy.Open(e.deps.People(), e.guarded(policy.Occasion{
		School: drill.School, Place: drill.Place, Kind: drill.Kind, Mode: devices.Live, At: now, Facts: facts,
		Engaged: e.elsewhereThan(drill.School),
	}))
	for _, f := range facts {
		o.Facts = append(o.Facts, string(f))
	}
	o.OnPost = e.posted(drill.School, drill.Place)
	return o
}

func (e *Engine) declaredTooSlow(p *declaration, now time.Time) {
	if r, ok := e.records[p.incident]; ok {
		e.tooLate(r, r.events[0], now)
		answer(r.events[0], ErrNotStored)
	}
}

// drilled is the place of a drill that no button has begun: the school.
func (e *Engine) drilled(school string) alerting.Place {
	return alerting.Place{ID: school, Name: schoolOf(e.deps.People(), school).Name}
}

// drillAt is the latest unresolved drill incident of a school, nil for none.
func (e *Engine) drillAt(school string) *record {
	var latest *record
	for _, r := range e.records {
		if r.view.School == school && r.view.Mode == devices.Drill && !r.view.Resolved() &&
			(latest == nil || r.view.OpenedAt.After(latest.view.OpenedAt)) {
			latest = r
		}
	}
	return latest
}
