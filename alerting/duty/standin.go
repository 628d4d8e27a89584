package duty

import (
	"slices"
	"time"
)

// standIns are the reminders of who was named while a shift runs: whoever was
// put in another's place (替岗), and a substitute who was named when the absence
// had already been raised, and so is told by no incident. Who took an open slot
// themselves knows.
func (m moment) standIns(s Shift, e Entry) []Reminder {
	var out []Reminder
	if e.Named.After(s.From) && e.Named.Before(s.To) && !e.Claimed {
		who := e
		if who.Phone == "" {
			who.Phone = m.Roster.Phone(e.Person)
		}
		out = append(out, Reminder{Entry: who, Shift: s, Notice: StandIn, At: e.Named})
	}
	if e.Substitute != "" && !e.Instead.Before(s.missedAt(e, m.Setup.Times)) && e.Instead.Before(s.To) {
		who := Entry{ShiftKey: e.ShiftKey, Person: e.Substitute, Role: e.Role, Phone: m.Roster.Phone(e.Substitute)}
		out = append(out, Reminder{Entry: who, Shift: s, Notice: StandIn, At: e.Instead, For: e.Person})
	}
	return out
}

// wanted reports whether a substitute had still to come at t: nobody filled the
// place, and they were not called away themselves.
func (m moment) wanted(r Reminder, t time.Time) bool {
	at := slices.IndexFunc(m.Roster.Of(r.Shift.ShiftKey), func(e Entry) bool { return e.Person == r.For })
	if at < 0 {
		return false
	}
	if _, away := m.away(r.Entry.Person, t); away {
		return false
	}
	switch m.person(r.Shift, m.Roster.Of(r.Shift.ShiftKey)[at], t).Status {
	case Missed, Unseen, Left, AwayNow:
		return true
	}
	return false
}

// Wants reports whether the person of a reminder has still to come at now.
func (w Watch) Wants(r Reminder, now time.Time) bool { return w.at(now).expected(r, now) }

// StandIns lists everybody of the shifts that run who was named within them and
// is to be told, whether they were or not, and whether or not they have come.
func (w Watch) StandIns(now time.Time) []Reminder {
	m := w.at(now)
	var out []Reminder
	for _, s := range m.shifts {
		if now.Before(s.From) || !now.Before(s.To) {
			continue
		}
		for _, r := range m.remindersOf(s) {
			if r.Notice == StandIn {
				out = append(out, r)
			}
		}
	}
	return out
}
