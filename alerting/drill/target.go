package drill

import (
	"cmp"
	"slices"
	"time"
)

// Part is one thing that a drill measures.
type Part string

// The parts.
const (
	Unit      Part = "unit"       // the minimum response unit is on the spot
	MutualAid Part = "mutual-aid" // the neighbours' force is there
	Evacuated Part = "evacuation" // everybody has left the building
	Counted   Part = "head-count" // every class has reported
	Police    Part = "police"     // the police are there
)

// Parts lists every part, in the order of a report.
func Parts() []Part { return []Part{Unit, MutualAid, Evacuated, Counted, Police} }

func (p Plan) takesPart(part Part) bool { return slices.Contains(p.Parts, part) }

// Profile is how far the police have to come.
type Profile string

// The profiles.
const (
	Urban    Profile = "urban"
	Suburban Profile = "suburban"
	Rural    Profile = "rural"
)

// Profiles lists every profile.
func Profiles() []Profile { return []Profile{Urban, Suburban, Rural} }

// The built-in targets, from the drill's clock: a school's policy may have its own.
const (
	UnitTarget      = 60 * time.Second
	MutualAidTarget = 180 * time.Second
	CountedTarget   = 300 * time.Second
	// EvacuationTarget holds up to LowStoreys storeys, HighEvacuation above
	// until the school has set its own.
	EvacuationTarget = 120 * time.Second
	HighEvacuation   = 180 * time.Second
	LowStoreys       = 4
	// The police: published rules give 5 minutes in a city and 10 outside it;
	// in the country it is agreed, and 15 minutes until then.
	PoliceUrban    = 300 * time.Second
	PoliceSuburban = 600 * time.Second
	PoliceRural    = 900 * time.Second
)

// Target is how long a part may take at a school.
func (s Site) Target(p Part) time.Duration {
	switch p {
	case Unit:
		return cmp.Or(seconds(s.Own.Unit), UnitTarget)
	case MutualAid:
		return cmp.Or(seconds(s.Own.MutualAid), MutualAidTarget)
	case Counted:
		return cmp.Or(seconds(s.Own.HeadCount), CountedTarget)
	case Evacuated:
		return s.evacuation()
	case Police:
		return s.police()
	}
	return 0
}

func (s Site) evacuation() time.Duration {
	switch {
	case s.Storeys <= LowStoreys:
		return cmp.Or(seconds(s.Own.Evacuation), EvacuationTarget)
	case s.EvacuationS > 0:
		return seconds(s.EvacuationS)
	}
	return cmp.Or(seconds(s.Own.EvacuationHigh), HighEvacuation)
}

func (s Site) police() time.Duration {
	switch {
	case s.Profile == Rural && s.PoliceS > 0:
		return seconds(s.PoliceS)
	case s.Own.Police > 0:
		return seconds(s.Own.Police)
	case s.Profile == Suburban:
		return PoliceSuburban
	case s.Profile == Rural:
		return PoliceRural
	}
	return PoliceUrban
}
