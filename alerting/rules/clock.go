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

// hours are the windows of one gate on one day, as instants.
type hours struct {
	day calendar.Day
	// Boarders sleep at school in the night before the day, and in that after it.
	before, after bool
	spans         []span
	edges         []time.Time // when what a clock says changes in a way that the built-in rules ask about
}

type span struct{ from, to time.Time }

func (c Clock) hours(s *Set, g Gate, now time.Time) hours {
	out := hours{day: c.Calendar.Day(calendar.On(now, c.Zone))}
	for _, t := range c.open(s, g, out.day) {
		out.spans = append(out.spans, span{out.day.Date.At(t.From, c.Zone), out.day.Date.At(t.To, c.Zone)})
	}
	if c.boards(s) {
		out.before, out.after = c.Calendar.Slept(out.day.Date.Add(-1)), c.Calendar.Slept(out.day.Date)
	}
	out.edges = out.instants(c)
	return out
}

// boards reports whether pupils sleep at the school: one that says so in its
// duty; where it says nothing of its posts, one that has a dormitory.
func (c Clock) boards(s *Set) bool {
	if c.Duty != nil {
		return slices.Contains(c.Duty.With, duty.Boarding)
	}
	return slices.ContainsFunc(s.Gates(), func(g Gate) bool { return g.Type == Dormitory })
}

// lived reports whether boarders are at school on some part of the day, because
// they sleep there in the night before it or after: they go home on the first
// free day and come back on the last.
func (h hours) lived() bool { return h.before || h.after }

// The day of a school without windows, in minutes after midnight: before it is
// the night before, after it the night after.
const (
	dayFrom = 7 * 60
	dayTo   = 18*60 + 30
)

// boarded reports whether boarders are there at a time outside the windows'
// span: in the nights in which they sleep there, and on a day between two of
// them.
func (h hours) boarded(c Clock, now time.Time) bool {
	from, to := h.day.Date.At(dayFrom, c.Zone), h.day.Date.At(dayTo, c.Zone)
	if n := len(h.spans); n > 0 {
		from, to = h.spans[0].from, h.spans[n-1].to
	}
	switch {
	case now.Before(from):
		return h.before
	case !now.Before(to):
		return h.after
	}
	return h.before && h.after
}

// shut reports whether nobody is to be at school on the day, by night and by
// day: then it is guarded as at night.
func (h hours) shut() bool { return !h.day.Manned() && !h.lived() }

// open is when a gate is open on a day: at the times of an examination, where
// it has any; else by what is written of the gate, or of the school's gates;
// else by the school's duty; and where there is none, by its level.
func (c Clock) open(s *Set, g Gate, day calendar.Day) []calendar.Hours {
	switch {
	case len(day.Times) > 0 && day.Manned():
		return day.Times
	case g.Windows != nil:
		return on(g.Windows, day)
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

// in is the window that is open at now, and its number; -1 where none is.
func (h hours) in(now time.Time) (span, int) {
	for i, s := range h.spans {
		if !now.Before(s.from) && now.Before(s.to) {
			return s, i
		}
	}
	return span{}, -1
}

// open reports whether now lies between the first window and the last.
func (h hours) open(now time.Time) bool {
	n := len(h.spans)
	return n > 0 && !now.Before(h.spans[0].from) && now.Before(h.spans[n-1].to)
}

func (h hours) instants(c Clock) []time.Time {
	var out []time.Time
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
	in["school.open"], in["school.closed_day"], in["school.lived_in"] = h.open(now), !h.day.Manned(), h.lived()
	in["school.boarded"] = h.boarded(c, now)
	in["school.lesson_day"] = h.day.Type == calendar.Lesson || h.day.Type == calendar.Half
	in["school.lessons"] = h.day.School() && h.open(now) && n < 0
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
