package policy

import "time"

// DrillTargets is by when each part of a drill is to be done at a school, from
// the drill's first press. The police have the mark of the 1·3·5 clock.
type DrillTargets struct {
	Unit           time.Duration `json:"unit"` // in ns, like all of them
	MutualAid      time.Duration `json:"mutual_aid"`
	Evacuation     time.Duration `json:"evacuation"`      // up to four storeys
	EvacuationHigh time.Duration `json:"evacuation_high"` // above
	HeadCount      time.Duration `json:"head_count"`
}

// Bounds of the targets, in seconds: nobody is on site sooner, and a drill takes
// an hour at most. Who evacuates in less than a minute runs, and after a quarter of
// an hour nothing was evacuated.
const (
	soonestTarget, latestTarget         = 10, 60 * 60
	soonestEvacuation, latestEvacuation = 60, 15 * 60
)

// DrillTargets is by when the parts of a drill are to be done at a school.
func (s *Set) DrillTargets(school string) DrillTargets { return s.of(school).rules.drillTargets }

func (d *decoder) drillTargets(v value) {
	t, before := &d.rules.drillTargets, len(d.faults)
	part := func(to *time.Duration) func(value) {
		return func(v value) { *to = d.within(v, soonestTarget, latestTarget) }
	}
	evacuation := func(to *time.Duration) func(value) {
		return func(v value) { *to = d.within(v, soonestEvacuation, latestEvacuation) }
	}
	d.mapping(v, []key{
		{"unit", part(&t.Unit)},
		{"mutual_aid", part(&t.MutualAid)},
		{"evacuation", evacuation(&t.Evacuation)},
		{"evacuation_high", evacuation(&t.EvacuationHigh)},
		{"head_count", part(&t.HeadCount)},
	})
	switch {
	case len(d.faults) > before:
	case t.Unit > t.MutualAid:
		d.fault(v, "the unit of the school comes before mutual_aid, found %v and %v", t.Unit, t.MutualAid)
	case t.Evacuation > t.EvacuationHigh:
		d.fault(v, "evacuation_high is of higher buildings, and takes no less than evacuation, found %v and %v", t.EvacuationHigh, t.Evacuation)
	}
}
