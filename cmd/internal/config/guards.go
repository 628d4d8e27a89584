package config

import (
	"slices"
	"strconv"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/watch"
)

// checkGuards warns of schools at which fewer guards are written down than
// they should employ: by their own number, else by that of their pupils. Whoever
// has a card and no account may be one.
func (r *reader) checkGuards() {
	for _, s := range r.config.Schools {
		d, manned := r.config.Duty[s.ID]
		if !manned {
			continue
		}
		pupils := 0
		if set, ruled := r.config.Rules[s.ID]; ruled {
			pupils = set.Roll
		}
		if want, known := d.Setup.Employs(pupils), r.knownGuards(s.ID, d); known < want {
			r.warn(r.manned[s.ID].at, WarnGuards, s.ID, holes{"want": strconv.Itoa(want), "known": strconv.Itoa(known)}, "enter the guards who are missing, or the number that this school should employ", "guards: want %d at school %s, found %d: accounts with the role guard, and people with a card and no account", want, s.ID, known)
		}
	}
}

// knownGuards counts them.
func (r *reader) knownGuards(school string, d watch.School) int {
	n := 0
	for _, a := range r.config.Accounts {
		if a.Role == alerting.RoleGuard && a.Off == "" && slices.Contains(a.Schools, school) {
			n++
		}
	}
	for _, p := range d.People {
		if p.Account == "" {
			n++
		}
	}
	return n
}
