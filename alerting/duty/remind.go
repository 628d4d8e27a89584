package duty

import (
	"slices"
	"time"
)

// Notice is which reminder it is.
type Notice string

// The reminders: a volunteer's three, and everybody's at the beginning.
const (
	DayBefore  Notice = "day-before"
	HourBefore Notice = "hour-before"
	SoonBefore Notice = "soon"
	AtStart    Notice = "due"
)

// When a volunteer is reminded.
const (
	eveningBefore = 19 * 60 // minutes after midnight of the day before
	hourBefore    = time.Hour
	soonBefore    = 20 * time.Minute
)

// Reminder tells one person of their own shift.
type Reminder struct {
	Entry  Entry
	Shift  Shift
	Notice Notice
	At     time.Time
}

// Reminders lists what is to be sent after one instant until another, both
// within a day, in order. Nobody is reminded who is there already.
func (w Watch) Reminders(after, until time.Time) []Reminder {
	m := w.at(until)
	var out []Reminder
	for _, s := range m.shifts {
		for _, r := range m.remindersOf(s) {
			if r.At.After(after) && !r.At.After(until) && m.wants(r) {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Reminder) int { return a.At.Compare(b.At) })
	return out
}

func (m moment) wants(r Reminder) bool {
	switch m.person(r.Shift, r.Entry, r.At).Status {
	case Upcoming, Due, Late:
		return true
	}
	return false
}

func (m moment) remindersOf(s Shift) []Reminder {
	if s.OnCall {
		return nil
	}
	var out []Reminder
	for _, e := range m.Roster.Of(s.ShiftKey) {
		if e.Role == Volunteer {
			out = append(out,
				Reminder{e, s, DayBefore, s.Date.Add(-1).At(eveningBefore, m.Zone)},
				Reminder{e, s, HourBefore, s.From.Add(-hourBefore)},
				Reminder{e, s, SoonBefore, s.From.Add(-soonBefore)},
			)
		}
		out = append(out, Reminder{e, s, AtStart, s.From})
	}
	return out
}
