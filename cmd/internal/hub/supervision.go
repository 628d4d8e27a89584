package hub

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/supervise"
)

// When a school is open on a day on which it is manned: the hours of its duty
// leader.
const (
	opensAt  = 7 * time.Hour
	closesAt = 18*time.Hour + 30*time.Minute
)

func (h *Hub) newSupervisor() *supervise.Supervisor {
	return supervise.New(h.cfg.Hub.Supervision.Limits(), supervise.Deps{
		People: h.people, Engine: h.engine, Store: h.office, Hours: h.open, Log: h.log, Metrics: h.registry,
	})
}

// open reports whether it is school hours, by the school's calendar and clock.
func (h *Hub) open(school string, at time.Time) bool {
	c, zone := h.calendarOf(school)
	return schoolHours(c, zone, at)
}

func schoolHours(c *calendar.Calendar, zone *time.Location, at time.Time) bool {
	clock := clockOf(at, zone)
	return c.Day(calendar.On(at, zone)).Manned() && clock >= opensAt && clock < closesAt
}

// inhabited reports whether somebody is at a school who may need the police: in
// school hours, and at a boarding school day and night.
func (h *Hub) inhabited(school string, at time.Time) bool {
	c, zone := h.calendarOf(school)
	boards := slices.Contains(h.who.Load().duties[school].Setup.With, duty.Boarding)
	return schoolHours(c, zone, at) || (boards && boarded(c, zone, at))
}

// boarded reports whether boarders are there outside school hours: in every
// night in which they sleep there, and on the days between.
func boarded(c *calendar.Calendar, zone *time.Location, at time.Time) bool {
	today, clock := calendar.On(at, zone), clockOf(at, zone)
	switch {
	case clock < opensAt:
		return c.Slept(today.Add(-1))
	case clock >= closesAt:
		return c.Slept(today)
	}
	return c.Day(today).Type == calendar.Residence
}

// clockOf is what a clock in zone shows, to the minute.
func clockOf(at time.Time, zone *time.Location) time.Duration {
	local := at.In(zone)
	return time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
}
