package muster

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// asksAtMost is how often anybody is asked.
const asksAtMost = 2

// Ask says that staff are to be asked now for the classes that have not
// reported: which time it is, from 1, and until when the question is of use. ok
// is false where nobody is. target is how long a count may take at the school, as
// its drills measure it: after half of it whose class has not reported is asked
// once more, and a count that began before it is not asked for anew.
func (s State) Ask(now time.Time, target time.Duration) (turn int, until time.Time, ok bool) {
	turn = len(s.Asked) + 1
	until = s.StartedAt.Add(time.Duration(turn) * target)
	switch {
	case !s.started() || len(s.Waiting()) == 0 || turn > asksAtMost || !now.Before(until):
		return 0, time.Time{}, false
	case turn > 1 && now.Before(s.Asked[turn-2].At.Add(target/2)):
		return 0, time.Time{}, false
	}
	return turn, until, true
}

// WaitsFor reports whether one of the classes is counted and has not reported.
func (s State) WaitsFor(classes []string) bool {
	waiting := s.Waiting()
	return slices.ContainsFunc(classes, func(c string) bool { return slices.Contains(waiting, c) })
}

// asked notes that the hub has asked.
func asked(s State, c Command, e *Event) (bool, error) {
	switch {
	case !c.By.hub():
		return false, refuse(alerting.ErrForbidden, "the hub alone asks")
	case c.seen(s):
		return false, nil
	case !s.started():
		return false, refuse(alerting.ErrConflict, "no head count has begun")
	case len(s.Asked) >= asksAtMost:
		return false, refuse(alerting.ErrConflict, "asked %d times already", asksAtMost)
	}
	e.Type, e.Muster, e.School, e.Asked = EventAsked, s.ID, s.School, &c.Asked
	return true, nil
}

func (p Person) hub() bool { return p.Actor == alerting.Actor{Name: alerting.ActorHub} }
