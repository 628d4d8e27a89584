package policy

import (
	"time"

	"example.org/campushub/alerting"
)

// Lost is for how long something may be lost at a school, in school hours, before
// more people are told.
type Lost struct {
	// Uplink is how long the way to the police may stay without a proof until that
	// stands on their boards, UplinkLasting until they are told to telephone.
	Uplink        time.Duration `json:"uplink"` // in ns, like all of them
	UplinkLasting time.Duration `json:"uplink_lasting"`
	// ButtonLasting is how long a button may be lost until that is high.
	ButtonLasting time.Duration `json:"button_lasting"`
}

const kindButton alerting.Kind = "button-lost"

// Bounds of it, in seconds. The way is proven once a minute, and a check is tried
// again after 10 s: sooner nothing is known. From a quarter of an hour on it would
// be found by who needs it.
const (
	soonestLost, latestLost       = 60, 5 * 60
	soonestLasting, latestLasting = 120, 15 * 60
)

// Lost is for how long something may be lost at a school.
func (s *Set) Lost(school string) Lost { return s.of(school).rules.lost }

func (d *decoder) lost(v value) {
	l, before := &d.rules.lost, len(d.faults)
	d.mapping(v, []key{
		{"uplink", func(v value) { l.Uplink = d.within(v, soonestLost, latestLost) }},
		{"uplink_lasting", func(v value) { l.UplinkLasting = d.within(v, soonestLasting, latestLasting) }},
		{"button_lasting", func(v value) { l.ButtonLasting = d.within(v, soonestLost, latestLasting) }},
	})
	if len(d.faults) == before && l.Uplink >= l.UplinkLasting {
		d.fault(v, "uplink is when the way counts as lost, and comes before uplink_lasting, found %v and %v", l.Uplink, l.UplinkLasting)
	}
}
