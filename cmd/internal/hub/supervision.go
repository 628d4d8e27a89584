package hub

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/supervise"
)

// unsaid is when a school is open on a day of which its duty says nothing: the
// hours of a duty leader, in minutes after midnight.
var unsaid = calendar.Hours{From: 7 * 60, To: 18*60 + 30}

func (h *Hub) newSupervisor() *supervise.Supervisor {
	return supervise.New(h.cfg.Hub.Supervision.Limits(), supervise.Deps{
		People: h.people, Engine: h.engine, Store: h.office, Hours: h.open, Log: h.log, Metrics: h.registry,
	})
}

// open reports whether it is school hours, by the school's duty, calendar and
// clock.
func (h *Hub) open(school string, at time.Time) bool {
	return h.schoolHours(school).open(at)
}

// inhabited reports whether somebody is at a school who may need the police: in
// school hours, and at a boarding school day and night.
func (h *Hub) inhabited(school string, at time.Time) bool {
	return h.schoolHours(school).inhabited(at)
}

func (h *Hub) schoolHours(school string) schoolHours {
	c, zone := h.calendarOf(school)
	return schoolHours{h.who.Load().duties[school].Setup, c, zone}
}

// schoolHours is what says when somebody is at a school.
type schoolHours struct {
	setup    duty.Setup
	calendar *calendar.Calendar
	zone     *time.Location
}

// hours are a day's, and whether the duty says them; also of a day without
// pupils, where what comes before them is its morning, and after them its
// evening.
func (s schoolHours) hours(date calendar.Date) (calendar.Hours, bool) {
	if h, ok := s.setup.Hours(s.calendar, s.calendar.Day(date)); ok {
		return h, true
	}
	return unsaid, false
}

func (s schoolHours) open(at time.Time) bool {
	today, clock := calendar.On(at, s.zone), clockOf(at, s.zone)
	if !s.calendar.Day(today).Manned() {
		return false
	}
	h, _ := s.hours(today)
	return clock >= h.From && clock < h.To
}

func (s schoolHours) inhabited(at time.Time) bool {
	return s.open(at) || slices.Contains(s.setup.With, duty.Boarding) && s.boarded(at)
}

// boarded reports whether boarders are there outside school hours: in every
// night in which they sleep there, on the days between, and while they come back.
func (s schoolHours) boarded(at time.Time) bool {
	today, clock := calendar.On(at, s.zone), clockOf(at, s.zone)
	h, said := s.hours(today)
	switch {
	case clock < h.From:
		return s.calendar.Slept(today.Add(-1))
	case clock >= h.To:
		return s.calendar.Slept(today)
	}
	return s.calendar.Day(today).Type == calendar.Residence || said && s.calendar.Returning(today)
}

// clockOf is what a clock in zone shows, in minutes after midnight.
func clockOf(at time.Time, zone *time.Location) int {
	local := at.In(zone)
	return local.Hour()*60 + local.Minute()
}
