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
	// kind is what a condition is; "" is a fault of the hub, of which the policy
	// knows the cause: how grave it is, and who is told, is the policy's to say.
	kind  alerting.Kind
	facts []string
	due   time.Time // names the incident, where it is set
	named []policy.Named
	// since and present are a condition's.
	since   time.Time
	present *int
}

// id is that of the incident; durable stands for what is due of a fault that
// is due at no time.
func (f fault) id(durable int64) string {
	if f.due.IsZero() {
		return alerting.FaultIncidentID(f.school, f.cause, f.object, durable)
	}
	return alerting.RaisedIncidentID(f.school, f.cause, f.object, f.due)
}

func (f fault) key() raisedKey { return raisedKey{f.school, f.cause, f.object} }

// openingOf is what the policy says of it.
func (e *Engine) openingOf(f fault, now time.Time) alerting.Opening {
	kind, facts := f.kind, f.facts
	if kind == "" {
		kind, facts = alerting.KindHubFault, append([]string{f.cause}, e.today(f.school, now)...)
	}
	out := policy.Open(e.deps.People(), e.guarded(policy.Occasion{
		School: f.school, Place: f.place, Kind: kind, Mode: devices.Live, At: now, Facts: policy.FactsOf(facts), Named: f.named,
		Engaged: e.elsewhereThan(f.school),
	}))
	out.OnPost, out.Device, out.Facts = e.posted(f.school, f.place), f.object, facts
	out.Since, out.Present = f.since, f.present
	return out
}

// raisedKey finds the unresolved incident of a fault: it is raised once until
// somebody has closed it.
type raisedKey struct{ school, cause, object string }

// raisedAs finds the incident that a fault is already. What is due again is
// another one, also while somebody still works on the one before.
func (e *Engine) raisedAs(f fault) (r *record, known bool) {
	if f.due.IsZero() {
		r, known = e.raised[f.key()]
		return r, known
	}
	r, known = e.records[f.id(e.durable)]
	return r, known
}

// raise opens an incident of the kind hub-fault, or of a condition. Like a press it is told
// before its commit: one cause is that the journal takes nothing.
func (e *Engine) raise(f fault, now time.Time) {
	if _, known := e.raisedAs(f); known {
		return
	}
	if f.place.ID == "" {
		f.place = alerting.Place{ID: "hub", Name: alerting.Text{ZH: "系统", EN: "Hub"}}
	}
	o := e.openingOf(f, now)
	r := newRecord()
	t := e.append(r, alerting.Event{
		Type: alerting.EventOpened, Incident: f.id(e.durable),
		School: f.school, At: now, Actor: alerting.Actor{Name: alerting.ActorHub}, Reason: f.cause, Opening: &o,
		Start: e.deps.Journal.Starts(), Base: e.skipped(),
	})
	if f.due.IsZero() {
		e.raised[f.key()] = r
	}
	e.records[t.Incident] = r
	e.showNow(r, t, now)
}
