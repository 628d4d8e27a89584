package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/devices"
)

// help raises the alarm of a person who answers a roll call with a need for
// help: of no kind yet, as if they had pressed a button at their post. It works
// on what was last published, so that no order and no disk stands before it.
// The same answer twice is the same alarm, also after a restart.
//
// While an incident of the school is silent the alarm is silent, too: whoever
// is near must not hear that somebody was asked.
func (w *Watcher) help(ctx context.Context, school, id string, by alerting.Actor, now time.Time) error {
	of, err := w.schoolOf(school)
	if err != nil {
		return err
	}
	s := (*w.shown.Load())[school]
	_, who, err := s.asks(of, id, by.Name)
	if err != nil {
		return err
	}
	i, err := w.deps.Alarms.Raise(ctx, alerting.Report{
		ID: alerting.RaisedIncidentID(school, "help/"+id, by.Name, time.Time{}), School: school, Place: s.whereIs(of, who, now), Kind: alerting.KindOf(devices.Emergency),
		Mode: devices.Live, Silent: w.silent(school), By: by, Asked: true, At: now,
	})
	if err != nil {
		return fmt.Errorf("help that was asked for was not taken in, dial 110: %w", err)
	}
	w.log.Info("help was asked for in a roll call", "school", school, "call", id, "incident", i.ID, "stored", i.Stored)
	return nil
}

// silent reports whether the school has a silent incident that nobody has
// resolved.
func (w *Watcher) silent(school string) bool {
	return slices.ContainsFunc(w.deps.Alarms.Unresolved(), func(i alerting.Incident) bool {
		return i.School == school && i.Silent && i.Mode == devices.Live && !i.Resolved()
	})
}

// whereIs is the post at which a person is now, else the one that they checked
// in to last; the campus where nothing says.
func (s *state) whereIs(of School, who string, now time.Time) alerting.Place {
	for _, p := range s.watch(of).Board(now) {
		if slices.ContainsFunc(p.Shifts, func(st duty.ShiftState) bool { return slices.Contains(there(st), who) }) {
			return placeOf(duty.Raise{Post: p.Post})
		}
	}
	for _, c := range slices.Backward(s.checkins) {
		if p, ok := of.Post(c.Post); ok && c.Person == who && !c.Out {
			return placeOf(duty.Raise{Post: p})
		}
	}
	return placeOf(duty.Raise{})
}
