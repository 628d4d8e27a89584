package policy

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// draft makes the part of every audience in one line, for the contacts of one
// school, as a live incident has it: the police first. on says who is on shift.
func (r *Rules) draft(l rule, contacts []people.Contact, on shift) (out [audiences]cast) {
	for a := range responders {
		out[a] = r.cast(l, a, contacts, on)
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
// incident always asks for the school's named persons, and loudspeakers are
// asked for where there is something to say aloud.
func (l rule) levels(a int, r row) []level {
	confide := l.class == C2 && responders[a] == alerting.School
	mute := !l.aloud && responders[a] == alerting.Staff
	if len(r.levels) == 0 || (l.to[a] == nil && !confide && !mute) {
		return r.levels
	}
	out := slices.Clone(r.levels)
	if l.to[a] != nil {
		out[0].duties = l.to[a]
	}
	if confide {
		out[0].duties = append(slices.Clip(out[0].duties), people.DutyNamedPerson)
	}
	for i := range out {
		if mute {
			out[i].duties = slices.DeleteFunc(slices.Clone(out[i].duties), func(d people.Duty) bool { return d == people.DutyLoudspeaker })
		}
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

// legsTo lists the paths to one contact. Of a critical incident each contact
// is told on two independent paths together, at whatever level; and of any
// incident on those which the level has begin at once.
func (r *Rules) legsTo(l rule, a int, c people.Contact, leg alerting.Leg, lv level) []alerting.Leg {
	all := steps(l.open(a, c), lv.channels, lv.together(c), l.severity == alerting.Critical)
	out := make([]alerting.Leg, len(all))
	for i, s := range all {
		b := r.budgetOf(responders[a], s.Channel)
		leg.Recipient, leg.Channel, leg.Via = recipient(c, s.Path), s.Channel, s.Via
		leg.Path, leg.Handing, leg.Budget, leg.Limit, leg.Share = s.place, b.handed, b.target, b.limit, 0
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
// texts, and on a page only where that page's reader has to answer it, and sees
// it masked too. So are those told who stand in for named people.
func (l rule) open(a int, c people.Contact) []people.Path {
	if l.class != C2 {
		return c.Paths
	}
	answers := c.StandsIn && l.asks(a)
	return slices.DeleteFunc(slices.Clone(c.Paths), func(p people.Path) bool {
		switch {
		case c.Named:
			return !personal(p.Channel)
		case p.Channel == alerting.ChannelConsole:
			return !answers
		case l.masked[a] || answers:
			return !personal(p.Channel) && p.Channel != alerting.ChannelMQTT
		}
		return true
	})
}

// asks reports whether an audience has to answer a confidential incident even
// where none of it is named: those who lead are told of it masked, or it is
// critical. Guards are told where to go, and nothing waits for their answer.
func (l rule) asks(a int) bool {
	leads := responders[a] == alerting.Police || responders[a] == alerting.School
	return leads && l.class == C2 && l.cells[a].Told() && (l.masked[a] || l.severity == alerting.Critical)
}

// asked are the audiences that have to answer a confidential incident.
func (l rule) asked() []alerting.Audience {
	var out []alerting.Audience
	for a, audience := range responders {
		if l.asks(a) {
			out = append(out, audience)
		}
	}
	return out
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
func (r *Rules) steps(l rule, casts *[audiences]cast, legs []alerting.Leg) []alerting.EscalationStep {
	var out []alerting.EscalationStep
	for a, audience := range responders {
		c := &casts[a]
		for n, level := range c.levels {
			tells := func(leg alerting.Leg) bool {
				return leg.Audience == audience && (leg.Level == n || (level.all && leg.Level < n))
			}
			if n == 0 || !slices.ContainsFunc(legs, tells) {
				continue
			}
			step := alerting.EscalationStep{Audience: audience, Level: n, After: c.wait + level.after, Everybody: level.all}
			if n == len(c.levels)-1 {
				step.Repeat = r.row(l, a).repeat
			}
			out = append(out, step)
		}
	}
	return out
}

// inMode is the plan as an incident of the mode has it. A test proves the way
// to terminals and pages; a drill goes to the audiences that the policy lets
// take part. filed says that the station has accepted the filing of a drill
// that runs.
func (r *Rules) inMode(legs []alerting.Leg, m alerting.Mode, filed bool) []alerting.Leg {
	switch m {
	case devices.Test:
		return r.tested(legs, filed)
	case devices.Drill:
		return slices.DeleteFunc(slices.Clone(legs), func(l alerting.Leg) bool {
			return !r.takesPart(l.Audience, filed)
		})
	}
	return legs
}

// offInMode leaves those of audiences that take part.
func (r *Rules) offInMode(off []alerting.OffShift, m alerting.Mode, filed bool) []alerting.OffShift {
	if m != devices.Drill {
		return off
	}
	return slices.DeleteFunc(slices.Clone(off), func(o alerting.OffShift) bool { return !r.takesPart(o.Audience, filed) })
}

// takesPart reports whether an audience takes part in drills.
func (r *Rules) takesPart(a alerting.Audience, filed bool) bool {
	d := r.drills[a]
	return d == DrillsAlways || (d == DrillsFiled && filed)
}
