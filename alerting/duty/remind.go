package duty

import (
	"cmp"
	"slices"
	"time"
)

// Notice is which reminder it is.
type Notice string

// The reminders: a volunteer's three, everybody's at the beginning, and that of
// whoever is named while the shift runs.
const (
	DayBefore  Notice = "day-before"
	HourBefore Notice = "hour-before"
	SoonBefore Notice = "soon"
	AtStart    Notice = "due"
	StandIn    Notice = "stand-in"
)

// When a volunteer is reminded.
const (
	eveningBefore = 19 * 60 // minutes after midnight of the day before
	hourBefore    = time.Hour
	soonBefore    = 20 * time.Minute
	// standInUseful is how long whoever was named late is looked for: the officer
	// telephones long before.
	standInUseful = 30 * time.Minute
)

// useful is for how long after its time a reminder may still be sent: what an
// evening's outage held up wakes nobody, and nobody is asked to a shift that
// they are missed at.
func (n Notice) useful(t Times) time.Duration {
	switch n {
	case DayBefore:
		return 3 * time.Hour
	case HourBefore:
		return 30 * time.Minute
	case SoonBefore:
		return soonBefore
	case StandIn:
		return standInUseful
	}
	return t.Grace
}

// Reminder tells one person of their own shift.
type Reminder struct {
	Entry  Entry // a substitute's is as if they owed the shift, and For says whose it is
	Shift  Shift
	For    string
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

func (m moment) wants(r Reminder) bool { return m.expected(r, r.At) }

func (m moment) remindersOf(s Shift) []Reminder {
	if s.OnCall {
		return nil
	}
	var out []Reminder
	for _, e := range m.Roster.Of(s.ShiftKey) {
		if e.Role == Volunteer {
			out = append(out,
				Reminder{Entry: e, Shift: s, Notice: DayBefore, At: s.Date.Add(-1).At(eveningBefore, m.Zone)},
				Reminder{Entry: e, Shift: s, Notice: HourBefore, At: s.From.Add(-hourBefore)},
				Reminder{Entry: e, Shift: s, Notice: SoonBefore, At: s.From.Add(-soonBefore)},
			)
		}
		out = append(out, Reminder{Entry: e, Shift: s, Notice: AtStart, At: s.From})
		out = append(out, m.standIns(s, e)...)
	}
	return out
}

// Key names a reminder of a school, over every restart.
func (r Reminder) Key() string {
	return r.Shift.String() + "/" + string(r.Notice) + "/" + r.Entry.Person
}

// Until is when it is of no use any more.
func (r Reminder) Until(t Times) time.Time {
	out := r.At.Add(r.Notice.useful(t))
	if r.Notice == StandIn && r.Shift.To.Before(out) {
		return r.Shift.To
	}
	return out
}

// Outstanding lists the reminders to be sent at now, in order: each whose time
// has come and is not long past, that was not sent, and whose person still owes
// the shift and is not there. Of several that an outage held up, a person gets
// the last one of a shift.
func (w Watch) Outstanding(now time.Time, sent func(key string) bool) []Reminder {
	m := w.at(now)
	var out []Reminder
	for _, s := range m.shifts {
		latest := map[string]Reminder{}
		for _, r := range m.remindersOf(s) {
			if !r.At.After(now) && now.Before(r.Until(w.Setup.Times)) && !r.At.Before(latest[r.Entry.Person].At) {
				latest[r.Entry.Person] = r
			}
		}
		for _, r := range latest {
			if !sent(r.Key()) && m.awaited(r) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Reminder) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key(), b.Key())) })
	return out
}

// awaited reports whether the person has still to come.
func (m moment) awaited(r Reminder) bool { return m.expected(r, m.now) }

// expected reports whether the person of a reminder had still to come at t. A
// substitute has while nobody fills the place.
func (m moment) expected(r Reminder, t time.Time) bool {
	if r.For != "" {
		return m.wanted(r, t)
	}
	switch m.person(r.Shift, r.Entry, t).Status {
	case Upcoming, Due, Late:
		return true
	case Missed, Unseen: // who was named within the shift and not told since, does not know that they are
		return r.Notice == StandIn
	}
	return false
}
