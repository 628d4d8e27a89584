package policy

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// draft makes the legs of one line for the contacts of one school, as a live
// incident has them: an audience after the other, the police first, and of an
// audience whoever is told sooner first.
func (r *Rules) draft(l rule, contacts []people.Contact) []alerting.Leg {
	var out []alerting.Leg
	for a := range responders {
		out = append(out, r.legs(l, a, contacts)...)
	}
	return out
}

// legs lists how one audience is reached. Nobody is in it twice: whoever has
// several duties is told at the lowest level that asks for one.
func (r *Rules) legs(l rule, a int, contacts []people.Contact) []alerting.Leg {
	row := r.row(l, a)
	wait, told := l.wait(a, row)
	if !told {
		return nil
	}
	var out []alerting.Leg
	for n, level := range l.levels(a, row) {
		from := len(out)
		for _, c := range contacts {
			duty, asked := asks(level, c)
			if !asked || c.Audience != responders[a] || lists(out, c) {
				continue
			}
			out = append(out, r.legsTo(l, a, c, alerting.Leg{
				Audience: responders[a], Contact: c.Name, Duty: string(duty), Level: n,
				After: wait + level.after,
			}, level)...)
		}
		inOrderOfChannels(out[from:])
	}
	return out
}

// wait is how long an audience waits before its level 0; told is false where
// the line leaves it out.
func (l rule) wait(a int, r row) (_ time.Duration, told bool) {
	if c := l.cells[a]; c.Told() {
		return time.Duration(c), true
	}
	return 0, r.inAnyCase && l.cells[a] != Never
}

// levels are the row's, with the line's own people at level 0. A confidential
// incident always asks for the school's named persons.
func (l rule) levels(a int, r row) []level {
	confide := l.class == C2 && responders[a] == alerting.School
	if len(r.levels) == 0 || (l.to[a] == nil && !confide) {
		return r.levels
	}
	out := slices.Clone(r.levels)
	if l.to[a] != nil {
		out[0].duties = l.to[a]
	}
	if confide {
		out[0].duties = append(slices.Clip(out[0].duties), people.DutyNamedPerson)
	}
	return out
}

// asks reports whether a level asks for a contact, and for which duty.
func asks(l level, c people.Contact) (people.Duty, bool) {
	for _, d := range l.duties {
		if slices.Contains(c.Duties, d) {
			return d, true
		}
	}
	return "", false
}

func lists(legs []alerting.Leg, c people.Contact) bool {
	return slices.ContainsFunc(legs, func(l alerting.Leg) bool { return l.Contact == c.Name })
}

// legsTo lists the paths to one contact. What starts at once starts on two
// independent paths where the incident is critical.
func (r *Rules) legsTo(l rule, a int, c people.Contact, leg alerting.Leg, lv level) []alerting.Leg {
	all := steps(l.open(a, c), lv.channels, l.severity == alerting.Critical && leg.Level == 0)
	out := make([]alerting.Leg, len(all))
	for i, s := range all {
		b := r.budgetOf(responders[a], s.Channel)
		leg.Recipient, leg.Channel, leg.Via = recipient(c, s.Path), s.Channel, s.Via
		leg.Path, leg.Budget, leg.Limit, leg.Share = s.place, b.target, b.limit, 0
		if s.place < all[len(all)-1].place {
			leg.Share = b.share
		}
		out[i] = leg
	}
	return out
}

// open lists a contact's paths that the line may use. A confidential incident
// goes to named people over channels that are theirs alone. An audience that it
// tells masked learns that help is needed, and no more: at its desks and by
// texts, and never on a page, which would have the whole incident.
func (l rule) open(a int, c people.Contact) []people.Path {
	if l.class != C2 {
		return c.Paths
	}
	return slices.DeleteFunc(slices.Clone(c.Paths), func(p people.Path) bool {
		switch {
		case c.Named:
			return !personal(p.Channel)
		case l.masked[a]:
			return p.Channel == alerting.ChannelConsole || (!personal(p.Channel) && p.Channel != alerting.ChannelMQTT)
		}
		return true
	})
}

// Masked reports whether a leg's recipient may read the sentence of a
// confidential incident and nothing else of it: neither kind nor severity,
// device or facts, and the place only where the sentence has it. Whoever is
// not named for such incidents, and has to act on this one, reads no more.
func Masked(l alerting.Leg, confidential, named bool) bool {
	return confidential && (!named || !personal(l.Channel))
}

// inOrderOfChannels puts the legs of one level in the order in which they are
// told: what begins at once first, terminals before pages before the rest.
func inOrderOfChannels(legs []alerting.Leg) {
	slices.SortStableFunc(legs, func(x, y alerting.Leg) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(rank(x.Channel), rank(y.Channel)))
	})
}

func rank(c alerting.Channel) int { return slices.Index(alerting.Channels(), c) }

// steps lists what is due when nobody takes an incident on. A level that
// would tell nobody is left out.
func (r *Rules) steps(l rule, legs []alerting.Leg) []alerting.EscalationStep {
	var out []alerting.EscalationStep
	for a, audience := range responders {
		row := r.row(l, a)
		wait, told := l.wait(a, row)
		if !told {
			continue
		}
		levels := l.levels(a, row)
		for n, level := range levels {
			tells := func(leg alerting.Leg) bool {
				return leg.Audience == audience && (leg.Level == n || (level.all && leg.Level < n))
			}
			if n == 0 || !slices.ContainsFunc(legs, tells) {
				continue
			}
			step := alerting.EscalationStep{Audience: audience, Level: n, After: wait + level.after, Everybody: level.all}
			if n == len(levels)-1 {
				step.Repeat = row.repeat
			}
			out = append(out, step)
		}
	}
	return out
}

// inMode is the plan as an incident of the mode has it. A test proves the way
// to terminals and pages, at once, and disturbs nobody else; a drill goes to
// the audiences that the policy lets take part. filed says that the station
// has accepted the drill's filing.
func (r *Rules) inMode(legs []alerting.Leg, m alerting.Mode, filed bool) []alerting.Leg {
	switch m {
	case devices.Test:
		return tested(legs)
	case devices.Drill:
		return slices.DeleteFunc(slices.Clone(legs), func(l alerting.Leg) bool {
			d := r.drills[l.Audience]
			return d == DrillsNever || (d == DrillsFiled && !filed)
		})
	}
	return legs
}

func tested(legs []alerting.Leg) []alerting.Leg {
	var out []alerting.Leg
	for _, l := range legs {
		if l.Channel != alerting.ChannelMQTT && l.Channel != alerting.ChannelConsole {
			continue
		}
		l.Level, l.After, l.Path, l.Share = 0, 0, 0, 0
		out = append(out, l)
	}
	return out
}
