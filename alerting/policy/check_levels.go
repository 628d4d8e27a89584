package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// idle warns of what a school wrote into its escalation and that does nothing
// there: a level whose people are told before it, channels that none of them
// has, and a repeat of no level. What tells nobody at all is a fault.
func (c *checker) idle() {
	for _, name := range slices.Sorted(maps.Keys(c.rules.profiles)) {
		for a, audience := range responders {
			c.idleIn(name, fmt.Sprintf(".escalation.%s.%s", name, audience), audience, c.rules.profiles[name].rows[a])
		}
	}
}

func (c *checker) idleIn(name, path string, a alerting.Audience, r row) {
	if len(r.levels) == 0 && r.repeat > 0 {
		c.warnAt(path+".repeat", WarnIdleRepeat, about{"profile": name, "audience": string(a)}, "give this profile levels for "+string(a), "repeats nothing: the profile has no level for %s", a)
	}
	var before []people.Contact
	for n, l := range r.levels {
		at := fmt.Sprintf("%s.levels[%d]", path, n)
		asked := c.asked(a, l)
		if _, written := c.rules.written[c.path+at]; written && !c.rules.doubts(c.path+at) {
			if goesOn := l.all || n == len(r.levels)-1 && r.repeat > 0; !goesOn && len(asked) > 0 && within(asked, before) {
				c.warnAt(at, WarnIdleLevel, about{"profile": name, "level": strconv.Itoa(n), "audience": string(a)}, "ask for other duties, or let the last level tell all once more",
					"level %d tells nobody at %s: whoever answers for %s is told before, and a level tells whom it adds", n, c.school.ID, list(strs(l.duties)))
			}
			c.unheard(name, at+".channels", asked, n, l)
		}
		c.unrung(name, at+".at_once", asked, n, l)
		before = append(before, asked...)
	}
}

// asked lists the contacts that answer for a level.
func (c *checker) asked(a alerting.Audience, l level) (out []people.Contact) {
	for _, p := range c.policy.contacts {
		if _, asks := asks(l, p); asks && p.Audience == a {
			out = append(out, p)
		}
	}
	return out
}

func within(some, all []people.Contact) bool {
	return !slices.ContainsFunc(some, func(p people.Contact) bool {
		return !slices.ContainsFunc(all, func(q people.Contact) bool { return q.Name == p.Name })
	})
}

// unheard warns of a level whose people have none of the channels that it is to
// be told by.
func (c *checker) unheard(name, path string, asked []people.Contact, n int, l level) {
	if len(l.channels) > 0 && len(asked) > 0 && !anyHas(asked, l.channels...) {
		c.warnAt(path, WarnIdleChannel, about{"profile": name, "level": strconv.Itoa(n)}, "give them such a path, or take the channel out of the level",
			"nobody who answers for %s at %s is reached by %s: they are told by what they have", list(strs(l.duties)), c.school.ID, list(strs(l.channels)))
	}
}

// anyHas reports whether one of the contacts has a path by one of the channels.
func anyHas(all []people.Contact, channels ...alerting.Channel) bool {
	return slices.ContainsFunc(all, func(c people.Contact) bool {
		return slices.ContainsFunc(c.Paths, func(p people.Path) bool { return slices.Contains(channels, p.Channel) })
	})
}

// unrung reports channels by which a level would tell at once, and that nobody of
// the duty has: a fault where the school wrote it, for it counts on them; of the
// built-in policy a warning. Who is missing altogether is another finding.
func (c *checker) unrung(name, path string, asked []people.Contact, n int, l level) {
	if c.rules.doubts(c.path + path) {
		return
	}
	for _, duty := range slices.Sorted(maps.Keys(l.atOnce)) {
		answer := slices.DeleteFunc(slices.Clone(asked), func(p people.Contact) bool { return !slices.Contains(p.Duties, duty) })
		for i, channel := range l.atOnce[duty] {
			at := fmt.Sprintf("%s.%s[%d]", path, duty, i)
			_, written := c.rules.written[c.path+at]
			switch {
			case len(answer) == 0 || anyHas(answer, channel):
			case written:
				c.fault(at, "nobody who answers for %s at %s has %s: nobody would be told by it at once", duty, c.school.ID, channel)
			default:
				c.warn(WarnAtOnce, about{"profile": name, "level": strconv.Itoa(n), "duty": string(duty), "channel": string(channel)}, "give whoever answers for "+string(duty)+" a path by "+string(channel),
					"%s level %d tells %s by %s at once, and nobody who answers for that at %s has %s",
					name, n, duty, strings.Join(strs(l.atOnce[duty]), " and "), c.school.ID, channel)
			}
		}
	}
}

// once warns of critical kinds of which the police are told a last time, though
// nobody took them on. Whom the plan does not tell at all is another finding.
func (c *checker) once() {
	var kinds []string
	c.cases(func(k alerting.Kind, o *occasionPlan) {
		police := func(l alerting.Leg) bool { return l.Audience == alerting.Police }
		again := func(s alerting.EscalationStep) bool { return s.Audience == alerting.Police && s.Repeat > 0 }
		if o.severity == alerting.Critical && o.cells[0].Told() && slices.ContainsFunc(o.live.Legs, police) &&
			!slices.ContainsFunc(o.live.Steps, again) && !slices.Contains(kinds, string(k)) {
			kinds = append(kinds, string(k))
		}
	})
	if len(kinds) > 0 {
		c.warn(WarnOnce, about{"kinds": listed(kinds)}, "give the police's part of its escalation a repeat, such as 60",
			"%s: critical, and the police of %s are not told again after the last level, though nobody signs: want a repeat", strings.Join(kinds, ", "), c.school.ID)
	}
}
