package policy

import (
	"time"

	"example.org/campushub/alerting"
)

// Bounds of what a clock may hold, in seconds: nobody is on site sooner, and a
// mark of hours would be none. A reminder that comes sooner would reach whoever
// is still signing.
const (
	soonestMark, latestMark     = 10, 2 * 60 * 60
	soonestRemind, latestRemind = 10, 60 * 60
)

// The rows of the clock's marks beside those of the profiles.
const (
	marksOfFire    alerting.Profile = "fire"
	marksOfMedical alerting.Profile = "medical"
)

// profiles of how far a school lies from its station.
func clockProfiles() []alerting.Profile {
	return []alerting.Profile{alerting.Urban, alerting.Suburban, alerting.Rural}
}

// clockRule is by which targets a school's clock runs.
type clockRule struct {
	profile alerting.Profile
	police  time.Duration // that a rural school has agreed; 0 is none
	marks   map[alerting.Profile]alerting.Targets
	remind  time.Duration
	// callBack is how long after signing the police call the school back.
	callBack time.Duration
}

func (c clockRule) rule() alerting.ClockRule {
	return alerting.ClockRule{
		Profile: c.profile, Police: c.police, Remind: c.remind, CallBack: c.callBack,
		Run: c.marks[c.profile], Fire: c.marks[marksOfFire], Medical: c.marks[marksOfMedical],
	}
}

// clock reads how far a school lies from its station, and by when who is to be
// on site.
func (d *decoder) clock(v value) {
	c := &d.rules.clock
	d.mapping(v, []key{
		{"profile", func(v value) {
			if p, ok := word(d, v, clockProfiles()); ok {
				c.profile = p
			}
		}},
		{"police", func(v value) { c.police, _ = d.seconds(v) }},
		{"marks", d.marks},
		{"remind", func(v value) { c.remind = d.within(v, soonestRemind, latestRemind) }},
		{"call_back", func(v value) { c.callBack = d.within(v, soonestRemind, latestRemind) }},
	})
	if c.police > 0 && c.profile != alerting.Rural {
		d.fault(v, "police is for a rural school, which agrees its mark with the station; %s has a mark of its own", c.profile)
	}
}

// marks reads the rows of targets: one for each profile, and those of fire and
// illness, whose police mark is the profile's.
func (d *decoder) marks(v value) {
	var keys []key
	for _, p := range append(clockProfiles(), marksOfFire, marksOfMedical) {
		keys = append(keys, key{string(p), func(v value) {
			t := d.rules.clock.marks[p]
			d.targets(v, &t, p != marksOfFire && p != marksOfMedical)
			d.rules.clock.marks[p] = t
		}})
	}
	d.mapping(v, keys)
}

func (d *decoder) targets(v value, t *alerting.Targets, police bool) {
	before := len(d.faults)
	mark := func(to *time.Duration) func(value) {
		return func(v value) { *to = d.within(v, soonestMark, latestMark) }
	}
	keys := []key{{"school", mark(&t.School)}, {"mutual_aid", mark(&t.MutualAid)}}
	if police {
		keys = append(keys, key{"police", mark(&t.Police)})
	}
	d.mapping(v, keys)
	if len(d.faults) == before && (t.School > t.MutualAid || (police && t.MutualAid > t.Police)) {
		d.fault(v, "school, mutual_aid and police must come in this order, found %v, %v and %v", t.School, t.MutualAid, t.Police)
	}
}

// within reads a whole number of seconds in bounds.
func (d *decoder) within(v value, least, most int) time.Duration {
	before := len(d.faults)
	t, ok := d.seconds(v)
	if n := int(t / time.Second); len(d.faults) == before && (!ok || n < least || n > most) {
		d.fault(v, "want %d to %d seconds, found %d", least, most, n)
	}
	return t
}
