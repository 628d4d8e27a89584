package rules

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// Clock is a school's calendar and zone, and when its gates are open.
type Clock struct {
	Calendar *calendar.Calendar
	Zone     *time.Location
	// Duty has the times at which pupils come and go; nil where the school says
	// nothing of its posts.
	Duty *duty.Setup
}

// Night, by the clock of the school: 22:00 to 06:00, in minutes.
const (
	nightFrom = 22 * 60
	nightTo   = 6 * 60
)

// hours are one day at one gate, as instants.
type hours struct {
	day      calendar.Day
	occupied duty.Occupied // by people, whatever its gates do
	spans    []span        // the gate's windows
	school   []span        // the school's: lessons lie between them
	edges    []time.Time   // when what a clock says changes in a way that the built-in rules ask about
}

type span struct{ from, to time.Time }

func (c Clock) hours(s *Set, g Gate, now time.Time) hours {
	day := c.Calendar.Day(calendar.On(now, c.Zone))
	out := hours{day: day, occupied: c.Occupancy(s).On(day.Date)}
	out.spans, out.school = c.spans(day, c.open(s, g.Windows, day)), c.spans(day, c.open(s, nil, day))
	out.edges = out.instants(c)
	return out
}

func (c Clock) spans(day calendar.Day, all []calendar.Hours) []span {
	var out []span
	for _, h := range all {
		out = append(out, span{day.Date.At(h.From, c.Zone), day.Date.At(h.To, c.Zone)})
	}
	return out
}

// Occupancy says when somebody is at the school: by its duty, and no shorter than
// the windows that it writes for all its gates. One that says nothing of its posts
// has boarders where it has a dormitory. The windows of a single gate say nothing
// of who is there.
func (c Clock) Occupancy(s *Set) duty.Occupancy {
	out := duty.Occupancy{Calendar: c.Calendar, Zone: c.Zone}
	switch {
	case c.Duty != nil:
		out.Setup = *c.Duty
	case slices.ContainsFunc(s.gates, func(g Gate) bool { return g.Type == Dormitory }):
		out.Setup.With = []duty.Condition{duty.Boarding}
	}
	if s.Windows != nil {
		out.Gates = func(day calendar.Day) []calendar.Hours { return on(s.Windows, day) }
	}
	return out
}

// shut reports whether nobody is to be at school on the day, by night and by
// day: then it is guarded as at night.
func (h hours) shut() bool { return !h.day.Manned() && !h.occupied.LivedIn() }

// open is when a gate is open on a day: at the times of an examination, where
// it has any; else by its own windows, or those of the school's gates; else by the
// school's duty; and where there is none, by its level.
func (c Clock) open(s *Set, own []Window, day calendar.Day) []calendar.Hours {
	switch {
	case len(day.Times) > 0 && day.Manned():
		return day.Times
	case own != nil:
		return on(own, day)
	case s.Windows != nil:
		return on(s.Windows, day)
	case c.Duty != nil:
		return c.Duty.Open(c.Calendar, day)
	}
	return on(builtIn.windows[c.level(s)], day)
}

// level is the kind of school: as the rules say, else as its duty does, and
// primary where nobody says.
func (c Clock) level(s *Set) Level {
	switch {
	case s.Level != "":
		return s.Level
	case c.Duty != nil && c.Duty.Level != "":
		return Level(c.Duty.Level)
	}
	return Primary
}

// Own is when the school's gates are open on a day by the rules' own windows;
// false where it writes none.
func (s *Set) Own(day calendar.Day) ([]calendar.Hours, bool) {
	return on(s.Windows, day), s.Windows != nil
}

// on lists the windows of a day.
func on(windows []Window, day calendar.Day) []calendar.Hours {
	var out []calendar.Hours
	for _, w := range windows {
		if w.On.hold(day) {
			out = append(out, calendar.Hours{From: w.From, To: w.To})
		}
	}
	return out
}

func (d Days) hold(day calendar.Day) bool {
	switch d {
	case OnFull:
		return day.School() && day.Type != calendar.Half
	case OnHalf:
		return day.School() && day.Type == calendar.Half
	}
	return day.Manned()
}

// in is the window of the gate that is open at now, and its number; -1 where none
// is.
func (h hours) in(now time.Time) (span, int) {
	if i := openAt(h.spans, now); i >= 0 {
		return h.spans[i], i
	}
	return span{}, -1
}

// openAt is the number of the span in which now lies; -1 where it lies in none.
func openAt(all []span, now time.Time) int {
	return slices.IndexFunc(all, func(s span) bool { return !now.Before(s.from) && now.Before(s.to) })
}

// lessons reports whether now lies between two windows of the school on a day on
// which pupils come.
func (h hours) lessons(now time.Time) bool {
	n := len(h.school)
	return n > 0 && h.day.School() && !now.Before(h.school[0].from) && now.Before(h.school[n-1].to) && openAt(h.school, now) < 0
}

func (h hours) instants(c Clock) []time.Time {
	out := []time.Time{h.occupied.From, h.occupied.To}
	for _, s := range h.school {
		out = append(out, s.from, s.to)
	}
	for _, s := range h.spans {
		out = append(out, s.from.Add(-beforeWindow), s.from, s.from.Add(15*time.Minute), s.to, s.to.Add(15*time.Minute))
	}
	for _, minute := range []int{5*60 + 30, nightTo, nightFrom, 23 * 60, 24 * 60} {
		out = append(out, h.day.Date.At(minute, c.Zone))
	}
	return out
}

// say writes what the clock says into the inputs.
func (h hours) say(in map[string]any, c Clock, now time.Time) {
	s, n := h.in(now)
	begins, ended := int64(-1), int64(-1)
	for _, w := range h.spans {
		if d := w.from.Sub(now); d > 0 && (begins < 0 || seconds(d) < begins) {
			begins = seconds(d)
		}
		if d := now.Sub(w.to); d >= 0 {
			ended = seconds(d)
		}
	}
	in["window.open"], in["window.first"], in["window.begins_in"], in["window.ended"] = n >= 0, n == 0, begins, ended
	in["window.began"], in["window.left"] = int64(-1), int64(-1)
	if n >= 0 {
		in["window.began"], in["window.left"] = seconds(now.Sub(s.from)), seconds(s.to.Sub(now))
	}
	local := now.In(c.Zone)
	minute := local.Hour()*60 + local.Minute()
	in["clock.minute"], in["clock.night"] = int64(minute), minute >= nightFrom || minute < nightTo
	in["school.open"], in["school.boarded"] = h.occupied.Open(now), h.occupied.Boarded(now)
	in["school.closed_day"], in["school.lived_in"] = !h.day.Manned(), h.occupied.LivedIn()
	in["school.lesson_day"] = h.day.Type == calendar.Lesson || h.day.Type == calendar.Half
	in["school.lessons"] = h.lessons(now)
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
