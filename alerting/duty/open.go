package duty

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// LongestOpen is for how long the gates of a school may be open on a day, all
// windows together: all but a night of eight hours. While one is open a door that
// is opened without a release is not forced.
const LongestOpen = 16 * time.Hour

// Open is when pupils come and go on a day, by the times at which the posts at
// the gates are occupied: the gate opens with a window's own time, and shuts
// with its end. The hours are in order and apart from one another; what runs
// past midnight goes on with the next day's. Posts with windows of their own
// say nothing of the gates.
func (s Setup) Open(c *calendar.Calendar, day calendar.Day) []calendar.Hours {
	var out []calendar.Hours
	for _, h := range s.gates(c, c.Day(day.Date.Add(-1))) {
		if h.To > minutesADay {
			out = append(out, calendar.Hours{From: max(0, h.From-minutesADay), To: h.To - minutesADay})
		}
	}
	return apart(append(out, s.gates(c, day)...))
}

// gates are the pattern's hours of a day; they may meet, and run past midnight.
func (s Setup) gates(c *calendar.Calendar, day calendar.Day) []calendar.Hours {
	var out []calendar.Hours
	for _, w := range s.pattern(c, day) {
		if s.holds(c, day, w.On, w.If) {
			out = append(out, calendar.Hours{From: w.gate(), To: w.until()})
		}
	}
	return out
}

// gate is when the gate opens, in minutes after the midnight of From; where
// there is no such time, with the window.
func (w Window) gate() int {
	switch {
	case w.Gate < 0:
		return w.From
	case w.Gate < w.From:
		return w.Gate + minutesADay
	}
	return w.Gate
}

// apart puts hours in order and makes one of those that meet.
func apart(all []calendar.Hours) []calendar.Hours {
	slices.SortFunc(all, func(a, b calendar.Hours) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out []calendar.Hours
	for _, h := range all {
		if n := len(out); n > 0 && h.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, h.To)
			continue
		}
		out = append(out, h)
	}
	return out
}
