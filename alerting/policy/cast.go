package policy

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// cast is one audience's part in a plan: who is told, at which level, and who
// was off shift.
type cast struct {
	told   bool // by the line, whoever there is to tell
	wait   time.Duration
	levels []level // as they come: without those whose people are all off shift
	legs   []alerting.Leg
	off    []alerting.OffShift
	manned bool // a person is told who is on shift, by what somebody wrote down
}

// shift says whether a contact is there for a duty so long after an incident
// began, and why not; nil is everybody.
type shift func(c people.Contact, d people.Duty, after time.Duration) (why alerting.PassedOver, there bool)

// cast is the part of one audience. Whoever is off shift is passed over, unless
// that leaves nobody. Nor does it take the second way of a critical alarm from
// the police.
func (r *Rules) cast(l rule, a int, contacts []people.Contact, on shift) cast {
	out := r.castOf(l, a, contacts, on)
	if len(out.off) == 0 {
		return out
	}
	var why alerting.ToldOffShift
	full := r.castOf(l, a, contacts, nil)
	switch pair := l.severity == alerting.Critical && responders[a] == alerting.Police; {
	case !out.manned:
		why = alerting.ToldNobodyElse
	case pair && len(ways0(out.legs)) < min(2, len(ways0(full.legs))):
		why = alerting.ToldOneWay
	default:
		return out
	}
	for i := range out.off {
		out.off[i].Told = why
	}
	full.off = out.off
	return full
}

// castOf lists how one audience is reached. Nobody is in it twice: whoever has
// several duties is told at the lowest level that asks for one. The level after
// one whose people are all off shift does not wait: it joins that one.
func (r *Rules) castOf(l rule, a int, contacts []people.Contact, on shift) (out cast) {
	row := r.row(l, a)
	if out.wait, out.told = l.wait(a, row); !out.told {
		return out
	}
	all := l.levels(a, row)
	var before *level // whose people are all off shift
	for n, lv := range all {
		if before != nil {
			lv = lv.joined(*before)
		}
		idle := r.turn(l, a, contacts, lv, &out, on)
		if before = nil; idle && n+1 < len(all) && !all[n+1].all {
			before = &lv
			continue
		}
		if n == len(all)-1 && row.repeat > 0 && len(out.levels) > 0 && (idle || !out.at(len(out.levels))) {
			lv.all = true // what comes again and again goes on, for those before
		}
		if !idle || lv.all || len(out.levels) == 0 || out.at(len(out.levels)) {
			out.levels = append(out.levels, lv)
		}
	}
	out.again(row.repeat)
	out.off = spared(out.off, out.legs)
	return out
}

// again gives a repeat a level of its own where the first level is the last one:
// the first is told as the alarm itself, and what follows it tells everybody
// once more.
func (c *cast) again(every time.Duration) {
	if every > 0 && len(c.levels) == 1 && len(c.legs) > 0 {
		c.levels = append(c.levels, level{after: c.levels[0].after + every, all: true})
	}
}

// at reports whether a level tells anybody.
func (c *cast) at(level int) bool {
	return slices.ContainsFunc(c.legs, func(l alerting.Leg) bool { return l.Level == level })
}

// spared leaves of those who were off shift each once, and none whom another
// level tells; whoever is told all the same stays.
func spared(off []alerting.OffShift, legs []alerting.Leg) []alerting.OffShift {
	var out []alerting.OffShift
	for _, o := range off {
		before := slices.ContainsFunc(out, func(p alerting.OffShift) bool { return p.Contact == o.Contact })
		if !before && (o.Told != "" || !reaches(legs, o.Contact)) {
			out = append(out, o)
		}
	}
	return out
}

// turn adds whom a level tells, and who is not there when it comes. It is idle
// where somebody is not, and nobody else is told who would do anything. Whoever is on leave
// or on another incident is passed over where that leaves somebody of the level;
// else they are told, and the next level does not wait for them.
func (r *Rules) turn(l rule, a int, contacts []people.Contact, lv level, out *cast, on shift) (idle bool) {
	from, off, manned := len(out.legs), len(out.off), false
	var elsewhere []missing
	for _, c := range contacts {
		duty, asked := asks(lv, c)
		if !asked || c.Audience != responders[a] || reaches(out.legs, c.Name) {
			continue
		}
		leg := alerting.Leg{
			Audience: c.Audience, Contact: c.Name, Duty: string(duty), Level: len(out.levels), After: out.wait + lv.after,
		}
		legs := r.legsTo(l, a, c, leg, lv)
		if why, there := on.has(c, duty, leg.After); len(legs) > 0 && !there {
			o := alerting.OffShift{Audience: c.Audience, Contact: c.Name, Duty: string(duty), Why: why}
			if why == "" {
				out.off = append(out.off, o)
				continue
			}
			o.Title = duty.Title()
			elsewhere = append(elsewhere, missing{o, legs})
			continue
		}
		out.legs = append(out.legs, legs...)
		manned = manned || (len(legs) > 0 && person(c, duty))
	}
	for _, m := range elsewhere {
		out.off = append(out.off, m.off)
	}
	if !manned {
		out.recall(elsewhere)
	}
	inOrderOfChannels(out.legs[from:])
	out.manned = out.manned || manned
	return !manned && len(out.off) > off
}

// has is the shift's answer; where there is none, everybody is there.
func (s shift) has(c people.Contact, d people.Duty, after time.Duration) (alerting.PassedOver, bool) {
	if s == nil {
		return "", true
	}
	return s(c, d, after)
}

// missing is somebody who is on leave or on another incident, and how they would
// be told.
type missing struct {
	off  alerting.OffShift
	legs []alerting.Leg
}

// recall tells those whom a level would pass over, the last that were added, as
// there is nobody else of it.
func (c *cast) recall(all []missing) {
	for i, m := range all {
		c.legs = append(c.legs, m.legs...)
		c.off[len(c.off)-len(all)+i].Told = alerting.ToldNobodyElse
	}
}

// person reports whether a contact is somebody: a platform and a loudspeaker
// are none, and a terminal or a page that nobody wrote down may stand in a dark
// room, unless it is a station's.
func person(c people.Contact, d people.Duty) bool {
	return d != people.DutyPlatform && d != people.DutyLoudspeaker && (!implicit(c) || c.Audience == alerting.Police)
}

// implicit reports whether a contact is a terminal, page or webhook that nobody
// wrote down.
func implicit(c people.Contact) bool { return strings.Contains(c.Name, "/") }

func reaches(legs []alerting.Leg, contact string) bool {
	return slices.ContainsFunc(legs, func(l alerting.Leg) bool { return l.Contact == contact })
}
