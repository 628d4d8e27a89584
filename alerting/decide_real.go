package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// decideReal says that what is being exercised is really happening. The drill
// stays the drill that it was: no mode is turned into another. A live incident
// of the same kind and place opens beside it, linked, with a plan of its own;
// like a press it is told before its commit. While that one is unresolved a
// second word changes nothing.
func decideReal(cur *Incident, in Input, e Event) ([]Event, error) {
	if cur.Mode != devices.Drill {
		return nil, refuse(ErrConflict, "this is no drill")
	}
	if o := in.Other; cur.Real != "" && o != nil && o.ID == cur.Real && !o.Resolved() {
		return nil, nil
	}
	live := realIncident(cur, e.At)
	at := e.At
	e.Type, e.Other, e.Text = EventReal, live, ""
	o := in.Opening
	o.Place, o.Device, o.Mode, o.Latched, o.Malformed = cur.Place, "", devices.Live, false, false
	o.DrillOf = cur.ID
	return []Event{e, {
		Type: EventOpened, Incident: live, School: cur.School, At: at, Actor: e.Actor, Opening: &o,
		Press: &PressRecord{ID: live, PressedAt: at, ReceivedAt: at},
	}}, nil
}

// realIncident is the id of the live incident: the same however often the
// first word of a drill is repeated, and another one once that was closed.
func realIncident(drill *Incident, now time.Time) string {
	due := drill.OpenedAt
	if drill.Real != "" {
		due = now
	}
	return RaisedIncidentID(drill.School, "real", drill.ID, due)
}

// declared notes on the drill that a live incident opened.
func (i *Incident) declared(live string) {
	i.Real = live
	if !slices.Contains(i.Links, live) {
		i.Links = slices.Concat(i.Links, []string{live})
	}
}
