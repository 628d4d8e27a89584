package hub

import (
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// sight is what of a school's posts cannot be seen, by the supervision of its
// devices: known is false until that has looked for the first time.
func (h *Hub) sight(school string) (s duty.Sight, known bool) {
	silence, known := h.supervisor.Silence()
	if !known {
		return s, false
	}
	s = duty.Sight{Link: silence.Links[school], Posts: map[string]time.Time{}}
	readers := h.readers(school)
	for _, p := range h.who.Load().duties[school].Setup.Posts {
		if since := unheard(readers[p.Place], silence); !since.IsZero() {
			s.Posts[p.ID] = since
		}
	}
	return s, true
}

// readers are a school's card readers, by place: those of a post hang at its place.
func (h *Hub) readers(school string) map[string][]devices.Address {
	out := map[string][]devices.Address{}
	for _, d := range h.people().DevicesOf(school) {
		if d.Kind == devices.KindReader {
			out[d.Place.ID] = append(out[d.Place.ID], d.Address)
		}
	}
	return out
}

// unheard is since when none of some readers is heard; zero where one is, where
// none ever was, and where there is none: then people check in by telephone alone.
func unheard(readers []devices.Address, s supervision.Silence) (since time.Time) {
	for _, r := range readers {
		last, silent := s.Devices[r]
		if !silent {
			return time.Time{}
		}
		if last.After(since) {
			since = last
		}
	}
	return since
}
