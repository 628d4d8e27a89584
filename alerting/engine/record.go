package engine

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// record is one incident as the engine holds it: its events in the order of
// the journal, and what has been told of them. What people see, view, is the
// fold of the events that are visible: the durable ones, and those that were
// told before their commit.
type record struct {
	events     []*tracked
	view       alerting.Incident
	deliveries map[string]*alerting.Delivery
	latest     map[alerting.LegKey]string // the newest delivery of each leg that has begun
	told       *tracked                   // the latest event that was told to recipients
	hidden     int                        // events that nobody sees yet

	command *tracked  // of a command that waits for its commit
	waiting []command // behind it; bounded by maxWaiting; overflow: refuse
	closing bool      // that command is a resolution: no press joins any more

	quietAt time.Time // when a quiet press may next be told; zero where none waits
	missed  map[alerting.Audience]bool
	// unreached says that the police side has been without any delivery for too
	// long in this round.
	unreached bool
}

// tracked is one event and how far it got.
type tracked struct {
	alerting.Event
	state   commitState
	visible bool
	// waiters are told once: nil when the event is durable, an error when it
	// will not be for now.
	waiters []func(error)
}

type commitState int

const (
	pending commitState = iota // handed to the journal
	durable
	failed  // the journal keeps it and goes on trying
	refused // the journal had no room; nobody keeps it
)

func newRecord() *record {
	return &record{
		deliveries: map[string]*alerting.Delivery{}, latest: map[alerting.LegKey]string{},
		missed: map[alerting.Audience]bool{},
	}
}

// add puts an event behind the others.
func (r *record) add(t *tracked) {
	r.events = append(r.events, t)
	if !t.visible {
		r.hidden++
	}
}

// show makes an event visible. Where an event behind it was told already, the
// view is folded anew, so that it equals what a replay of the journal gives.
func (r *record) show(t *tracked) {
	t.visible = true
	r.hidden--
	if r.events[len(r.events)-1] == t {
		r.view.Apply(t.Event)
	} else {
		r.view = r.fold(func(t *tracked) bool { return t.visible })
	}
	r.view.Stored = r.stored()
}

func (r *record) fold(include func(*tracked) bool) alerting.Incident {
	var i alerting.Incident
	for _, t := range r.events {
		if include(t) {
			i.Apply(t.Event)
		}
	}
	return i
}

// after is the incident as the journal will have it once the event is durable,
// in listed form: the fold up to the event, whether people see all of it or not.
func (r *record) after(t *tracked) alerting.Incident {
	i := r.view
	if r.hidden > 0 || r.events[len(r.events)-1] != t {
		i = r.fold(func(o *tracked) bool { return o.Seq <= t.Seq })
	}
	i.Stored = true
	return i.Listed()
}

// stored reports whether everything that was told is durable.
func (r *record) stored() bool {
	for i := len(r.events) - 1; i >= 0; i-- {
		if t := r.events[i]; t.visible && t.state != durable {
			return false
		}
	}
	return true
}

// drop removes an event that has not happened.
func (r *record) drop(gone *tracked) {
	for i, t := range r.events {
		if t == gone {
			r.events = append(r.events[:i:i], r.events[i+1:]...)
			if !t.visible {
				r.hidden--
			}
			return
		}
	}
}

// press finds the event of a press.
func (r *record) press(id string) *tracked {
	for i := len(r.events) - 1; i >= 0; i-- {
		if t := r.events[i]; t.Press != nil && t.Press.ID == id && t.Type != alerting.EventPressAgain {
			return t
		}
	}
	return nil
}

// visibleEvents lists what people may know.
func (r *record) visibleEvents() []alerting.Event {
	out := make([]alerting.Event, 0, len(r.events))
	for _, t := range r.events {
		if t.visible {
			out = append(out, t.Event)
		}
	}
	return out
}

func (r *record) device() devices.Address {
	return devices.Address{School: r.view.School, Device: r.view.Device}
}

// indicator is what the button's light shows for this incident now.
func (r *record) indicator() devices.Indicator {
	v := r.view
	switch {
	case v.Resolved(), !v.Latched, v.Silent:
		return devices.IndicatorIdle
	case v.State == alerting.StateAcknowledged:
		return devices.IndicatorAcknowledged
	case r.unreached:
		return devices.IndicatorFailed
	}
	return devices.IndicatorStored
}

// full is the incident with its deliveries and its timeline; nothing in it is
// written to later.
func (r *record) full() alerting.Incident {
	i := r.view
	i.Presses = slices.Clone(i.Presses)
	i.Deliveries = make([]alerting.Delivery, 0, len(r.deliveries))
	for _, d := range r.deliveries {
		i.Deliveries = append(i.Deliveries, *d)
	}
	slices.SortFunc(i.Deliveries, func(a, b alerting.Delivery) int {
		return cmp.Or(a.PlannedAt.Compare(b.PlannedAt), cmp.Compare(a.ID, b.ID))
	})
	i.Timeline = alerting.Timeline(r.visibleEvents())
	return i
}
