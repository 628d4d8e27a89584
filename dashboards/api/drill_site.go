package api

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// sited says of schools whose plan leaves it out how far their station is, and
// of all by when each part is to be done: as their policy has it now. No rural
// station is measured by the urban mark.
func (s *Service) sited(all []drill.Site) []drill.Site {
	all = slices.Clone(all)
	for i := range all {
		site := &all[i]
		rules := policy.Of(s.people())
		rule := rules.Clock(site.ID)
		if site.Profile == "" {
			site.Profile = drill.Profile(rule.Profile)
		}
		if agreed := int(rule.Police / time.Second); site.Profile == drill.Rural && site.PoliceS == 0 && agreed >= 60 && agreed <= 3600 {
			site.PoliceS = agreed
		}
		site.Own = ownTargets(rules.DrillTargets(site.ID))
		if site.Profile == drill.Profile(rule.Profile) {
			site.Own.Police = policeMark(rule)
		}
	}
	return all
}

func ownTargets(t policy.DrillTargets) drill.Own {
	s := func(d time.Duration) int { return int(d / time.Second) }
	return drill.Own{
		Unit: s(t.Unit), MutualAid: s(t.MutualAid), HeadCount: s(t.HeadCount),
		Evacuation: s(t.Evacuation), EvacuationHigh: s(t.EvacuationHigh),
	}
}

// policeMark is by when a school's clock has the police on site, in seconds.
func policeMark(rule alerting.ClockRule) int {
	for _, m := range rule.Marks(alerting.KindOf(devices.Emergency)) {
		if m.Party == alerting.PartyPolice {
			return int(m.Target / time.Second)
		}
	}
	return 0
}
