package duty

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Shift is a post that is to be occupied for a time.
type Shift struct {
	ShiftKey
	From, To time.Time
	// Critical is from when on a post below its minimum is uncovered: the gate
	// opens, or the grace is over.
	Critical time.Time
	Pupils   bool // come and go
	OnCall   bool // needs no check-in
	Need     Need
	Post     Post
	// watched is from when the hub watched it, where that is after From.
	watched time.Time
}

// ShiftKey names a shift of a school.
type ShiftKey struct {
	Date   calendar.Date
	PostID string
	Window string
}

// String is "date/post/window".
func (k ShiftKey) String() string { return fmt.Sprintf("%v/%s/%s", k.Date, k.PostID, k.Window) }

func (k ShiftKey) compare(o ShiftKey) int {
	return cmp.Or(k.Date.Compare(o.Date), cmp.Compare(k.PostID, o.PostID), cmp.Compare(k.Window, o.Window))
}

// Shifts lists what the school's posts want on a date, by post in the setup's
// order and by time. A shift that runs past midnight is its first day's.
func (s Setup) Shifts(c *calendar.Calendar, zone *time.Location, date calendar.Date) []Shift {
	day := c.Day(date)
	pattern := s.pattern(c, day)
	var out []Shift
	for _, p := range s.Posts {
		windows, gates := p.Windows, false
		if windows == nil {
			windows, gates = pattern, true
		}
		for _, w := range windows {
			if s.holds(c, day, w.On, w.If) && (p.On == "" || s.holds(c, day, p.On, "")) {
				out = append(out, s.shift(p, w, date, zone, gates))
			}
		}
	}
	return out
}

func (s Setup) shift(p Post, w Window, date calendar.Date, zone *time.Location, pupils bool) Shift {
	out := Shift{
		ShiftKey: ShiftKey{Date: date, PostID: p.ID, Window: w.ID},
		From:     date.At(w.From, zone), To: date.At(w.until(), zone),
		Pupils: pupils, OnCall: w.OnCall, Need: w.Need, Post: p,
	}
	if out.Need == nil {
		out.Need = p.Need
	}
	out.Critical = out.From.Add(s.Times.Grace + s.Times.Settle)
	if w.Gate >= 0 {
		out.Critical = date.At(w.gate(), zone)
	}
	return out
}

// pattern is when the gates' posts are occupied on a day.
func (s Setup) pattern(c *calendar.Calendar, day calendar.Day) []Window {
	if len(day.Times) > 0 && day.Manned() {
		return examination(day.Times)
	}
	windows := s.Pattern
	for _, t := range s.Timetables {
		if day.Manned() && t.fits(day) {
			windows = t.Windows
			break
		}
	}
	if s.has(Boarding) && c.Leaving(day.Date) {
		windows = leaving(windows)
	}
	return windows
}

func examination(times []calendar.Hours) []Window {
	var out []Window
	for i, h := range times {
		gate := min(h.From+beforeDismissal, h.To-1)
		out = append(out, Window{ID: fmt.Sprintf("examination-%d", i+1), From: h.From, To: h.To, Gate: gate, On: Manned})
	}
	return out
}

func (t Timetable) fits(day calendar.Day) bool {
	if t.Season == Summer && !day.Summer || t.Season == Winter && day.Summer {
		return false
	}
	return len(t.Weekdays) == 0 || slices.Contains(t.Weekdays, day.Follows)
}

// Around the gate's opening on the day on which boarders leave, in minutes.
const (
	beforeLeaving = 90
	afterLeaving  = 60
)

// leaving widens the windows in which pupils are let go for a day on which
// boarders leave.
func leaving(windows []Window) []Window {
	out := slices.Clone(windows)
	for i, w := range out {
		if (w.ID == "afternoon" || w.ID == "half-day") && w.Gate >= beforeLeaving {
			out[i].From = min(w.From, w.Gate-beforeLeaving)
			out[i].To = max(w.until(), w.Gate+afterLeaving)
			out[i].Gate = max(out[i].From, w.Gate-beforeLeaving+beforeDismissal)
		}
	}
	return out
}

func (s Setup) has(c Condition) bool { return slices.Contains(s.With, c) }

// holds reports whether something is on for a day.
func (s Setup) holds(c *calendar.Calendar, day calendar.Day, on Days, with Condition) bool {
	if with != "" && !s.has(with) {
		return false
	}
	switch on {
	case Every:
		return true
	case Manned:
		return day.Manned()
	case Full:
		return day.Manned() && day.Type != calendar.Half
	case HalfDay:
		return day.Type == calendar.Half
	case Off:
		return !day.Manned()
	case Slept:
		return s.has(Boarding) && c.Slept(day.Date)
	case Returning:
		return s.has(Boarding) && c.Returning(day.Date)
	case Examining:
		return day.Examination && day.Manned()
	}
	return false
}
