package hub

import (
	"time"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/duty/calendar"
)

// mostWorkingDays bounds the count before a drill; a filing wants one.
const mostWorkingDays = 31

// calendarOf is a school's calendar and zone. A school that is unknown has
// the built-in calendar: what asks has checked the school before.
func (h *Hub) calendarOf(school string) (*calendar.Calendar, *time.Location) {
	r := h.who.Load()
	s, _ := r.directory.School(school)
	if c := r.calendars[school]; c != nil {
		return c, s.Location()
	}
	return calendar.Default(), s.Location()
}

// drillDay is what a school's calendar says of the day of a drill.
func (h *Hub) drillDay(school string, at, now time.Time) drill.Day {
	c, zone := h.calendarOf(school)
	return drill.Day{
		Examination: c.Day(calendar.On(at, zone)).Examination,
		WorkingDays: c.WorkingDays(now.In(zone), at.In(zone), mostWorkingDays),
	}
}

// closed reports whether a school is closed on a day, by its calendar.
func (h *Hub) closed(school string, at time.Time) bool {
	c, zone := h.calendarOf(school)
	return !c.Day(calendar.On(at, zone)).Manned()
}

// examined reports whether there is an examination at a school on a day, by its
// calendar.
func (h *Hub) examined(school string, at time.Time) bool {
	c, zone := h.calendarOf(school)
	return c.Day(calendar.On(at, zone)).Examination
}

// noticeCalendars writes down what the calendars leave open.
func (h *Hub) noticeCalendars(now time.Time) {
	for _, s := range h.people().Schools() {
		c, zone := h.calendarOf(s.ID)
		for _, n := range c.Notices(calendar.On(now, zone)) {
			h.log.Warn("calendar is open", "component", "hub", "school", s.ID, "notice", n.EN)
		}
	}
}
