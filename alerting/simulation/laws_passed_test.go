package simulation

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// engagement is who has signed for a live and critical incident.
type engagement struct {
	school string
	by     []string
	ended  time.Duration // when its closing was on the disk; 0 while it is open
}

// signs notes who has taken a live and critical incident on; what was signed and
// becomes critical is so, too.
func (w *world) signs(e alerting.Event, i alerting.Incident) {
	if i.Mode != devices.Live || i.Severity != alerting.Critical {
		return
	}
	by := engagement{school: e.School, ended: w.engaged[e.Incident].ended}
	for _, k := range i.Acknowledgements {
		by.by = append(by.by, k.By)
	}
	if e.Type == alerting.EventAcknowledged {
		by.by = append(by.by, e.Actor.Name)
	}
	w.engaged[e.Incident] = by
}

// disengages: whoever had signed for what is closed on the disk is free.
func (w *world) disengages(e alerting.Event) {
	if by, known := w.engaged[e.Incident]; known && e.Type == alerting.EventResolved {
		by.ended = w.now()
		w.engaged[e.Incident] = by
	}
}

// excused: whoever a plan passes over has a reason, which is one at another
// school; and no level that has somebody of it is left with nobody.
func (w *world) excused(e alerting.Event) {
	if e.Opening == nil {
		return
	}
	passed := slices.DeleteFunc(slices.Clone(e.Opening.Plan.OffShift), func(o alerting.OffShift) bool { return o.Why == "" })
	if len(passed) == 0 {
		return
	}
	for _, o := range passed {
		if o.Why != alerting.OnIncident || !w.elsewhere(o.Contact, e.School) {
			w.fail(lawPassed, "%s was passed over for %s of %s: %q", o.Contact, e.Incident, e.School, o.Why)
		}
		w.dirs.happens(strings.TrimSpace("passed over " + string(o.Told)))
	}
	o := policy.Occasion{
		School: e.School, Place: e.Opening.Place, Kind: e.Opening.Kind, Mode: e.Opening.Mode, Silent: e.Opening.Silent, At: e.At,
		Facts: policy.FactsOf(e.Opening.Facts),
	}
	if e.Press != nil {
		o.Age = time.Duration(e.Press.AgeMS) * time.Millisecond
	}
	whole := policy.Open(w.dir, o).Plan
	for _, l := range whole.Legs {
		if w.person(l) && !w.hasOne(e.Opening.Plan, whole, l) {
			w.fail(lawPassed, "level %d of the %s for %s has nobody of those who answer for it", l.Level, l.Audience, e.Incident)
		}
	}
}

// elsewhere reports whether somebody has signed for what is critical at another
// school than this, and open; what was closed this second may not be shown yet.
func (w *world) elsewhere(contact, school string) bool {
	for _, at := range w.engaged {
		if at.school == school || at.ended > 0 && w.now() > at.ended+time.Second {
			continue
		}
		if slices.ContainsFunc(at.by, func(name string) bool { return name == contact || name == pageOf(contact) }) {
			return true
		}
	}
	return false
}

// person reports whether a leg is that of somebody whom the district wrote down, and
// not a machine's.
func (w *world) person(l alerting.Leg) bool {
	return !strings.Contains(l.Contact, "/") && l.Duty != string(people.DutyPlatform) && l.Duty != string(people.DutyLoudspeaker)
}

// hasOne reports whether a plan tells, no later than at a leg's level, one of those
// whom the whole plan tells there; a station's desk is one.
func (w *world) hasOne(plan, whole alerting.Plan, at alerting.Leg) bool {
	return slices.ContainsFunc(plan.Legs, func(l alerting.Leg) bool {
		counts := w.person(l) || l.Audience == alerting.Police && l.Duty != string(people.DutyPlatform)
		return counts && l.Audience == at.Audience && l.After <= at.After && slices.ContainsFunc(whole.Legs, func(o alerting.Leg) bool {
			return o.Audience == at.Audience && o.Level == at.Level && o.Contact == l.Contact
		})
	})
}

// pageOf is the account of a contact's own browser.
func pageOf(contact string) string {
	return map[string]string{"assigned": "liaison", "duty-leader": "officer"}[contact]
}

// without leaves out the legs of those whom an incident's plan has passed over.
func without(legs []alerting.Leg, p alerting.Plan) []alerting.Leg {
	return slices.DeleteFunc(legs, func(l alerting.Leg) bool {
		return slices.ContainsFunc(p.OffShift, func(o alerting.OffShift) bool {
			return o.Told == "" && o.Audience == l.Audience && o.Contact == l.Contact
		})
	})
}
