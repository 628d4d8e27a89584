package hub

import (
	"time"

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
	local := at.In(zone)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	return c.Day(calendar.On(at, zone)).Manned() && clock >= opensAt && clock < closesAt
}
