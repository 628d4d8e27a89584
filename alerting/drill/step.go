package drill

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// ConfirmWithin is how long a start for several schools waits for a second
// person.
const ConfirmWithin = 5 * time.Minute

var hub = alerting.Actor{Name: alerting.ActorHub}

// Step decides what an input does: the events that follow, in order, or why it
// is refused. It changes nothing; the caller makes the events durable and
// applies them. A press is never refused.
func Step(s State, in Input, now time.Time) ([]Event, error) {
	now = now.UTC().Round(0)
	switch {
	case in.Press != nil:
		return s.press(*in.Press, in.Hushed, now), nil
	case in.Command == nil:
		return tick(s, now), nil
	}
	d := decision{s: s, c: *in.Command, in: in, now: now}
	decide, ok := verbs[d.c.Verb]
	if !ok {
		return nil, refuse(alerting.ErrNotFound, "verb: no such thing is done to a drill")
	}
	if s.Phase == "" && d.c.Verb != VerbPlan {
		return nil, refuse(alerting.ErrNotFound, "there is no such drill")
	}
	if err := d.may(); err != nil {
		return nil, err
	}
	if d.c.ID != "" && slices.Contains(s.Commands, d.c.ID) {
		return nil, nil
	}
	return decide(d)
}

type decision struct {
	s   State
	c   Command
	in  Input
	now time.Time
}

var verbs = map[Verb]func(decision) ([]Event, error){
	VerbPlan: decision.plan, VerbAccept: decision.accept, VerbCancel: decision.cancel,
	VerbStart: decision.start, VerbConfirm: decision.confirm, VerbMark: decision.mark,
	VerbStop: decision.stop, VerbReal: decision.real, VerbReturn: decision.goBack,
}

// may holds each verb to the roles that have it, and each person to their own
// schools: to all of the drill's, where the verb reaches all.
func (d decision) may() error {
	plan := d.s.Plan
	if d.c.Verb == VerbPlan {
		plan = d.c.Plan
	}
	reach := plan.ids()
	if d.c.Verb == VerbMark || d.c.Verb == VerbReal || d.c.Verb == VerbReturn {
		if _, ok := plan.site(d.c.School); !ok {
			return refuse(alerting.ErrNotFound, "school: not of this drill")
		}
		reach = []string{d.c.School}
	}
	if d.c.Verb == VerbMark && d.c.By.Actor == hub {
		return nil // the head count, and the arrivals that it sees itself
	}
	if !slices.Contains(roles[d.c.Verb], d.c.By.Role) || len(reach) == 0 {
		return refuse(alerting.ErrForbidden, "%s is not for this role", d.c.Verb)
	}
	if d.c.Verb != VerbAccept && !d.c.By.serves(reach...) {
		return refuse(alerting.ErrForbidden, "%s reaches a school that is not theirs", d.c.Verb)
	}
	return nil
}

var (
	leaders    = []alerting.Role{alerting.RoleOfficer, alerting.RoleLiaison}
	responders = []alerting.Role{alerting.RoleOfficer, alerting.RoleLiaison, alerting.RoleGuard}

	roles = map[Verb][]alerting.Role{
		VerbPlan: leaders, VerbCancel: leaders, VerbStart: leaders, VerbConfirm: leaders, VerbStop: leaders,
		VerbAccept: {alerting.RoleLiaison}, VerbMark: responders, VerbReturn: {alerting.RoleOfficer},
		VerbReal: {alerting.RoleOfficer, alerting.RoleLiaison, alerting.RoleGuard, alerting.RoleStaff},
	}
)

func (d decision) event(t EventType) Event {
	return Event{Type: t, Drill: d.s.Plan.ID, At: d.now, Actor: d.c.By.Actor, Command: d.c.ID}
}

// tick opens windows, ends what has run its time, and lets a start lapse that
// nobody confirmed.
func tick(s State, now time.Time) []Event {
	e := Event{Drill: s.Plan.ID, At: now, Actor: hub}
	switch {
	case s.Phase == Pending && now.Sub(s.AskedAt) > ConfirmWithin:
		e.Type = EventLapsed
		return []Event{e}
	case s.Phase == Running && !now.Before(s.ends()):
		e.Type, e.Reason, e.Clear = EventStopped, "time", true
		return []Event{e}
	case s.Phase == Running:
		return s.windowsDue(now)
	}
	return nil
}

// Ended is when a drill ended, or ran out of time while nobody looked: the hub was
// down. It is zero where it has done neither by now.
func (s State) Ended(now time.Time) time.Time {
	if s.Phase == Running && !now.Before(s.ends()) {
		return s.ends()
	}
	return s.EndedAt
}

// ends is when a running drill stops by itself.
func (s State) ends() time.Time { return s.StartedAt.Add(seconds(s.Plan.ForS)) }

// windowsDue announces each window once, when its time has come: it begins
// when its device is told, and ends with the drill at the latest.
func (s State) windowsDue(now time.Time) []Event {
	var out []Event
	for _, w := range s.Plan.Windows {
		if s.window(w.School, w.Device) >= 0 || now.Before(s.StartedAt.Add(seconds(w.AfterS))) {
			continue
		}
		until := now.Add(w.length())
		if end := s.ends(); until.After(end) {
			until = end
		}
		out = append(out, Event{
			Type: EventWindow, Drill: s.Plan.ID, At: now, Actor: hub, School: w.School, Device: w.Device, Until: until,
		})
	}
	return out
}
