package engine

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// fault is something that the hub has to tell people about itself or about a
// device.
type fault struct {
	school, cause, object string
	place                 alerting.Place
	severity              alerting.Severity
}

// raisedKey finds the unresolved incident of a fault: it is raised once until
// somebody has closed it.
type raisedKey struct{ school, cause, object string }

// raise opens an incident of the kind hub-fault. Like a press it is told
// before its commit: one cause is that the journal takes nothing.
func (e *Engine) raise(f fault, now time.Time) {
	key := raisedKey{f.school, f.cause, f.object}
	if _, open := e.raised[key]; open {
		return
	}
	if f.place.ID == "" {
		f.place = alerting.Place{ID: "hub", Name: alerting.Text{ZH: "系统", EN: "Hub"}}
	}
	o := policy.Open(e.deps.People(), policy.Occasion{School: f.school, Place: f.place, Kind: alerting.KindHubFault, Mode: devices.Live, At: now})
	o.Severity, o.Device = f.severity, f.object
	r := newRecord()
	t := e.append(r, alerting.Event{
		Type: alerting.EventOpened, Incident: alerting.FaultIncidentID(f.school, f.cause, f.object, e.durable),
		School: f.school, At: now, Actor: alerting.Actor{Name: alerting.ActorHub}, Reason: f.cause, Opening: &o,
		Start: e.deps.Journal.Starts(), Base: e.skipped(),
	})
	e.raised[key] = r
	e.records[t.Incident] = r
	e.showNow(r, t, now)
}
