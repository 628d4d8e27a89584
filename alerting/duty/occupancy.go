package duty

import (
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Occupancy says when somebody is at a school: pupils and staff while it is open,
// boarders also while it is not. It is the one owner of that: the rules over gates,
// the supervision of devices and the watch over the way to the police ask it.
type Occupancy struct {
	Setup    Setup // empty where the school says nothing of its posts
	Calendar *calendar.Calendar
	Zone     *time.Location
	// Gates is when the school's gates are open on a day by windows that are
	// written beside its duty; nil where none are. They make its hours no shorter.
	Gates func(calendar.Day) []calendar.Hours
}

// unsaid is when a school is open on a day of which its duty says nothing: the
// hours of a duty leader, in minutes after midnight.
var unsaid = calendar.Hours{From: 7 * 60, To: 18*60 + 30}

// Occupied is one day of a school.
type Occupied struct {
	// From and To are when the school opens and shuts. On a day on which it does not
	// open, what comes before is its morning, and what comes after its evening.
	From, To time.Time
	Manned   bool // it opens
	// Boarders are there before From, between From and To without lessons, and from
	// To on.
	Before, Between, After bool
}

// On is the occupancy of a day.
func (o Occupancy) On(date calendar.Date) Occupied {
	day := o.Calendar.Day(date)
	h, said := o.hours(day)
	out := Occupied{From: date.At(h.From, o.Zone), To: date.At(h.To, o.Zone), Manned: day.Manned()}
	if o.Setup.has(Boarding) {
		out.Before, out.After = o.Calendar.Slept(date.Add(-1)), o.Calendar.Slept(date)
		out.Between = day.Type == calendar.Residence || said && o.Calendar.Returning(date)
	}
	return out
}

// hours are from when to when a school is open on a day, and whether its duty
// says so. Gates that are open earlier, or later, widen them; so do the times of an
// examination at a school whose duty says nothing.
func (o Occupancy) hours(day calendar.Day) (h calendar.Hours, said bool) {
	if h, said = o.Setup.Hours(o.Calendar, day); !said {
		h = unsaid
	} else if !o.Setup.says() {
		return calendar.Hours{From: min(unsaid.From, h.From), To: max(unsaid.To, h.To)}, false
	}
	if o.Gates == nil || len(day.Times) > 0 { // an examination's times are the gates'
		return h, said
	}
	for _, g := range o.Gates(day) {
		h.From, h.To = min(h.From, g.From), max(h.To, g.To)
	}
	return h, said
}

// says reports whether a school has written a duty.
func (s Setup) says() bool { return len(s.Pattern)+len(s.Timetables)+len(s.Posts) > 0 }

// Open reports whether school is open.
func (o Occupied) Open(at time.Time) bool {
	return o.Manned && !at.Before(o.From) && at.Before(o.To)
}

// Boarded reports whether boarders are there while school is not open: in a night
// in which they sleep there, on the days between, and while they come back.
func (o Occupied) Boarded(at time.Time) bool {
	switch {
	case at.Before(o.From):
		return o.Before
	case !at.Before(o.To):
		return o.After
	}
	return o.Between
}

// LivedIn reports whether boarders sleep there in the night before the day or in
// that after it: they go home on the first free day and come back on the last.
func (o Occupied) LivedIn() bool { return o.Before || o.After }
