package hub

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/rules"
	"example.org/campushub/alerting/rules/lookout"
	"example.org/campushub/devices"
)

// newLookout watches over the gates of the hub's schools.
func newLookout(h *Hub) *lookout.Lookout {
	return lookout.New(lookout.Deps{
		Alarms: h.engine, Gate: h.gate, School: h.ruled, Post: h.guarded, Lost: h.supervisor.Lost, Store: h.office, Log: h.log, Registry: h.registry,
	})
}

// gate says where a gate is; false for any other device.
func (h *Hub) gate(at devices.Address) (alerting.Place, bool) {
	d, ok := h.people().Device(at)
	return d.Place, ok && d.Kind == devices.KindGate
}

// ruled is a school's rules and duty as they are configured now; the built-in
// rules where it says nothing of them.
func (h *Hub) ruled(school string) lookout.School {
	c, zone := h.calendarOf(school)
	who := h.who.Load()
	set := who.rules[school]
	if set == nil {
		set = rules.Default()
	}
	out := lookout.School{Set: set, Clock: rules.Clock{Calendar: c, Zone: zone}}
	if d, ok := who.duties[school]; ok {
		out.Clock.Duty = &d.Setup
	}
	return out
}

// guarded says whether somebody is at a post now. That it is below its minimum
// is not said: the watch of the posts raises that itself, once.
func (h *Hub) guarded(school, post string, now time.Time) rules.Post {
	manned, known := h.duty.Manned(school, post, now)
	return rules.Post{Known: known, Manned: manned}
}
