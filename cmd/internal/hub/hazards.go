package hub

import "example.org/campushub/alerting/hazard"

// newHazards builds the desk that takes reports of hazards in. Their photos leave
// room on the disk of the hub's folder, where alarms are written, too.
func newHazards(h *Hub) (*hazard.Desk, error) {
	return hazard.New(hazard.Deps{
		Store: h.office, Log: h.log, Registry: h.registry,
		Free: func() (int64, bool) { return freeBytes(h.cfg.Hub.Dir) },
	})
}
