package exercise

import (
	"context"
	"encoding/json"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
)

// Note decides, on the drill as it is at that moment, a step of a notice to
// parents that is kept with it; nil keeps nothing. It must be pure: it runs
// where what is real waits behind it.
type Note func(s drill.State, now time.Time) (json.RawMessage, error)

// Notice is whose step of a notice it is, and to the parents of which school.
type Notice struct {
	Drill, School string
	Command       string // idempotency id
	By            alerting.Actor
}

// noting is a step of a notice that is to be decided.
type noting struct {
	Notice
	decide Note
}

// Noted keeps with a drill what is decided about a notice. What is returned is
// durable; nil where there was nothing to keep. It fails as Do and the note do.
func (x *Exercises) Noted(ctx context.Context, n Notice, decide Note) (*drill.Event, error) {
	a := x.wait(ctx, order{Order: Order{Drill: n.Drill}, note: &noting{n, decide}, done: make(chan answer, 1)})
	return a.noted, a.err
}

func (x *Exercises) noted(o order, d *running, now time.Time) {
	if d == nil {
		o.done <- answer{err: noSuchDrill(o.Drill)}
		return
	}
	raw, err := o.note.decide(d.state, now)
	if err != nil || raw == nil {
		o.done <- answer{err: err}
		return
	}
	e := drill.Event{
		Type: drill.EventNotice, Drill: o.Drill, School: o.note.School, At: now.UTC().Round(0), Actor: o.note.By,
		Command: o.note.Command, Notice: raw,
	}
	if err := x.stored(d, []drill.Event{e}, now); err != nil {
		o.done <- answer{err: err}
		return
	}
	x.publish()
	o.done <- answer{view: d.view(), noted: &e}
}
