package api

import (
	"slices"
	"time"

	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/policy"
)

// sited says of schools whose plan leaves it out how far their station is: as
// their policy has it. No rural station is measured by the urban mark.
func (s *Service) sited(all []drill.Site) []drill.Site {
	all = slices.Clone(all)
	for i := range all {
		site := &all[i]
		rule := policy.Of(s.people()).Clock(site.ID)
		if site.Profile == "" {
			site.Profile = drill.Profile(rule.Profile)
		}
		if agreed := int(rule.Police / time.Second); site.Profile == drill.Rural && site.PoliceS == 0 && agreed >= 60 && agreed <= 3600 {
			site.PoliceS = agreed
		}
	}
	return all
}
