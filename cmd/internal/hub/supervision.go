package hub

import (
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/supervise"
)

func (h *Hub) newSupervisor() *supervise.Supervisor {
	limits := h.cfg.Hub.Supervision.Limits()
	limits.Lasting = func(school string) time.Duration { return policy.Of(h.people()).Lost(school).ButtonLasting }
	return supervise.New(limits, supervise.Deps{
		People: h.people, Engine: h.engine, Store: h.office, Hours: h.open, Log: h.log, Metrics: h.registry,
	})
}

// open reports whether school is open, as the gate rules have it.
func (h *Hub) open(school string, at time.Time) bool {
	return h.occupied(school, at).Open(at)
}

// inhabited reports whether somebody is at a school who may need the police: in
// school hours, and at a boarding school day and night.
func (h *Hub) inhabited(school string, at time.Time) bool {
	o := h.occupied(school, at)
	return o.Open(at) || o.Boarded(at)
}

// occupied says who is at a school on the day of a moment.
func (h *Hub) occupied(school string, at time.Time) duty.Occupied {
	r := h.ruled(school)
	return r.Clock.Occupancy(r.Set).On(calendar.On(at, r.Clock.Zone))
}
