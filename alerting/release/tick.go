package release

import (
	"time"

	"example.org/campushub/alerting"
)

var hub = alerting.Actor{Name: alerting.ActorHub}

// tick is what the passing of time does: approvals lapse, and a school that
// asked for it gets its first holding text.
func tick(s State, sit Situation, now time.Time) ([]Event, error) {
	if out := lapse(s, sit, now); len(out) > 0 {
		return out, nil
	}
	if s.Draft != nil && s.Draft.Automatic() {
		return countdown(s, sit, now), nil
	}
	return arm(s, sit, now)
}

func byHub(sit Situation, t EventType, now time.Time) Event {
	return Event{Type: t, Incident: sit.Incident, School: sit.School, At: now, Actor: hub}
}

// lapse ends an approval for several schools that nobody confirmed in time.
func lapse(s State, sit Situation, now time.Time) []Event {
	if s.Draft == nil || len(s.Draft.Schools) < 2 || len(s.Draft.Approvals) != 1 {
		return nil
	}
	if now.Sub(s.Draft.Approvals[0].At) <= ConfirmWithin {
		return nil
	}
	return []Event{byHub(sit, EventLapsed, now)}
}

// automatic reports whether the hub may send the first holding text by
// itself: nobody else has, a person may for the kind, and there is something
// to wait for. A silent alarm must give nobody away, so that only a person
// decides what is said outside.
func automatic(s State, sit Situation) bool {
	rule := RuleOf(sit, Holding)
	return sit.Auto.On && s.Number == 0 && (rule == One || rule == Agreed) &&
		!sit.Silent && !sit.Resolved && !sit.Unfounded
}

// arm begins the countdown. It never runs shorter than its full length, also
// when the hub was away at its time.
func arm(s State, sit Situation, now time.Time) ([]Event, error) {
	if s.Draft != nil || s.Held != nil || !automatic(s, sit) {
		return nil, nil
	}
	if err := sit.Auto.Check(); err != nil {
		return nil, err
	}
	due := sit.OpenedAt.Add(sit.Auto.After)
	if now.Before(due.Add(-sit.Auto.Countdown)) {
		return nil, nil
	}
	if earliest := now.Add(sit.Auto.Countdown); due.Before(earliest) {
		due = earliest
	}
	due = utc(due)
	next := due.Add(AutoNext).Truncate(5 * time.Minute)
	draft, err := compose(s, sit, Content{Text: Holding, Next: next}, []string{sit.School}, due, now)
	if err != nil {
		return nil, err
	}
	draft.By, draft.Due = hub, due
	e := byHub(sit, EventDrafted, now)
	e.Draft = &draft
	return []Event{e}, nil
}

// countdown sends the hub's own text when its time has come, and takes it
// back where it may no longer go: held, it waits.
func countdown(s State, sit Situation, now time.Time) []Event {
	stale := check(sit, *s.Draft, now) != nil
	switch {
	case !automatic(s, sit) || sit.Auto.Check() != nil || (stale && s.Held == nil):
		return []Event{byHub(sit, EventWithdrawn, now)}
	case s.Held != nil || now.Before(s.Draft.Due) || now.Before(sit.OpenedAt.Add(AutoNotBefore)):
		return nil
	}
	e := byHub(sit, EventReleased, now)
	e.Hash = s.Draft.Hash
	return []Event{e}
}
