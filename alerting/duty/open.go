package duty

import "example.org/campushub/alerting/duty/calendar"

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
	return calendar.Apart(append(out, s.gates(c, day)...))
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
