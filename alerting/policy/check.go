package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Findings is what is wrong with a policy at one school.
type Findings struct {
	Faults []Fault
	// Warnings are what works, and is less than an alarm should have.
	Warnings []Fault
	// Untold names the contacts whom no line ever tells.
	Untold []string
}

// Check looks at a policy together with the people of a school. A school that
// names no contacts is told at its terminals and pages, and is warned of what
// that falls short of; one that does must reach whom it says it reaches. What
// rests on a value that could not be read is passed over, and so is leave that
// was over by now.
func Check(r *Rules, path string, d *people.Directory, school people.School, now time.Time) Findings {
	c := &checker{rules: r, path: path, school: school, people: d, policy: compile(r, d, school)}
	c.levels()
	c.idle()
	c.once()
	c.wordings()
	c.unasked()
	c.hidden()
	c.unanswered()
	c.passedOn()
	claimed := d.ContactsOf(school.ID)
	if len(claimed) == 0 {
		c.paths(func(f Fault) {
			f.Code = WarnOneWay
			f.Do = "have the police told over a second way: a terminal, and a contact by SMS or telephone"
			c.out.Warnings = append(c.out.Warnings, f)
		})
		return c.out
	}
	c.nobody()
	c.vacant()
	c.holders()
	c.paths(func(f Fault) { c.out.Faults = append(c.out.Faults, f) })
	c.hours()
	c.away(now)
	if len(r.doubted) == 0 {
		c.untold(claimed)
	}
	return c.out
}

type checker struct {
	rules  *Rules
	path   string
	school people.School
	people *people.Directory
	policy *schoolPolicy
	out    Findings
}

func (c *checker) fault(path, format string, args ...any) {
	c.out.Faults = append(c.out.Faults, c.rules.at(c.path+path, format, args...))
}

// warn is a finding that keeps nothing from starting; do is what helps.
func (c *checker) warn(code Code, of about, do, format string, args ...any) {
	c.warnAt("", code, of, do, format, args...)
}

// warnAt is a warning of a value of the policy.
func (c *checker) warnAt(path string, code Code, of about, do, format string, args ...any) {
	f := c.rules.at(c.path+path, format, args...)
	f.Do, f.Code, f.About = do, code, of
	c.out.Warnings = append(c.out.Warnings, f)
}

// cases goes through every case of every kind that could be read.
func (c *checker) cases(look func(k alerting.Kind, o *occasionPlan)) {
	for _, k := range c.rules.kinds() {
		if !c.rules.judged(c.path, k) {
			continue
		}
		cases := c.policy.lines[k].cases
		for i := range cases {
			look(k, &cases[i])
		}
	}
}

// levels reports what the school itself wrote and nobody answers for.
func (c *checker) levels() {
	for _, name := range slices.Sorted(maps.Keys(c.rules.profiles)) {
		for a, audience := range responders {
			for n, l := range c.rules.profiles[name].rows[a].levels {
				path := fmt.Sprintf(".escalation.%s.%s.levels[%d]", name, audience, n)
				c.answered(path, audience, l.duties)
			}
		}
	}
	for _, k := range c.rules.kinds() {
		for a, audience := range responders {
			c.answered(fmt.Sprintf(".kinds.%s.to.%s", k, audience), audience, c.rules.lines[k].to[a])
		}
	}
}

func (c *checker) answered(path string, a alerting.Audience, duties []people.Duty) {
	_, written := c.rules.written[c.path+path]
	if !written || len(duties) == 0 || c.rules.doubts(c.path+path) {
		return
	}
	if !c.covered(a, duties) {
		c.fault(path, "nobody of %s answers for %s at %s: this level would tell nobody", a, list(strs(duties)), c.school.ID)
	}
}

// nobody reports kinds that the police or the school are to be told of, and
// nobody would be.
func (c *checker) nobody() {
	for a, audience := range responders[:2] {
		var kinds []string
		c.cases(func(k alerting.Kind, o *occasionPlan) {
			told := slices.ContainsFunc(o.live.Legs, func(l alerting.Leg) bool { return l.Audience == audience })
			if o.cells[a].Told() && !told && !slices.Contains(kinds, string(k)) {
				kinds = append(kinds, string(k))
			}
		})
		if len(kinds) > 0 {
			c.fault("", "nobody of %s would be told of %s at %s%s", audience, some(kinds), c.school.ID, c.hint(kinds))
		}
	}
}

// unasked warns of critical kinds that a school has taken from the police. What
// the built-in policy itself leaves to a person is none of them.
func (c *checker) unasked() {
	var kinds []string
	c.cases(func(k alerting.Kind, o *occasionPlan) {
		if o.leftToPeople() && !slices.Contains(kinds, string(k)) && !builtIn.alike(k, o.rule).leftToPeople() {
			kinds = append(kinds, string(k))
		}
	})
	if len(kinds) > 0 {
		c.warn(WarnUnasked, about{"kinds": listed(kinds)}, "have the police told of these kinds in the policy, or leave it if a person shall decide",
			"%s: critical, and the police are not told of it at %s by the plan", some(kinds), c.school.ID)
	}
}

// leftToPeople reports whether a line is critical and the police learn of it
// when a person decides so, or never.
func (l rule) leftToPeople() bool { return l.severity == alerting.Critical && !l.cells[0].Told() }

// alike is this policy's own line of a kind, under the variants that another
// line is under.
func (r *Rules) alike(k alerting.Kind, other rule) rule {
	var mask uint
	for i, v := range r.lines[k].variants {
		if slices.Contains(other.chosen, v.name) {
			mask |= 1 << i
		}
	}
	return r.lines[k].under(mask)
}

// mostNamed is how many kinds a fault names.
const mostNamed = 6

// listed is all of them, for a page, which has room.
func listed(kinds []string) string { return strings.Join(kinds, ", ") }

func some(kinds []string) string {
	if len(kinds) <= mostNamed {
		return strings.Join(kinds, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(kinds[:mostNamed], ", "), len(kinds)-mostNamed)
}

// hint says what a confidential kind needs.
func (c *checker) hint(kinds []string) string {
	if c.rules.lines[alerting.Kind(kinds[0])].class != C2 {
		return ""
	}
	return ": want a contact or account that is named, with a channel of its own"
}

// paths reports critical kinds that have fewer than two independent ways to
// the police. A confidential one is told over fewer channels by its nature.
func (c *checker) paths(say func(Fault)) {
	ways := map[string][]string{} // kinds, by what they run over
	c.cases(func(k alerting.Kind, o *occasionPlan) {
		if o.severity != alerting.Critical || !o.cells[0].Told() || o.class == C2 {
			return
		}
		vias := ways0(o.live.Legs)
		over := strings.Join(vias, ", ")
		if len(vias) < 2 && !slices.Contains(ways[over], string(k)) {
			ways[over] = append(ways[over], string(k))
		}
	})
	for _, over := range slices.Sorted(maps.Keys(ways)) {
		kinds := strings.Join(ways[over], ", ")
		if over == "" {
			over = "nothing"
		}
		f := c.rules.at(c.path,
			"%s: critical, and the police of %s are told over %s alone: want two paths over different ways at level 0", kinds, c.school.ID, over)
		f.About = about{"kinds": kinds, "via": over}
		say(f)
	}
}

// ways0 lists what the first level to the police runs over.
func ways0(legs []alerting.Leg) []string {
	var out []string
	for _, l := range legs {
		if l.Audience == alerting.Police && l.Level == 0 && l.Channel != alerting.ChannelPush && !slices.Contains(out, string(l.Via)) {
			out = append(out, string(l.Via))
		}
	}
	return out
}

func (c *checker) untold(claimed []people.Contact) {
	told := map[string]bool{}
	c.cases(func(_ alerting.Kind, o *occasionPlan) {
		for _, l := range o.live.Legs {
			told[l.Contact] = true
		}
	})
	for _, p := range claimed {
		if !told[p.Name] && len(p.Paths) > 0 && len(p.Duties) > 0 {
			c.out.Untold = append(c.out.Untold, p.Name)
		}
	}
}

// The longest text, in characters: two segments of a text message, in Chinese
// and in the plain alphabet.
const (
	longestZH = 140
	longestEN = 280
)

// wordings reports a school's own wording that makes a text too long.
func (c *checker) wordings() {
	for _, k := range c.rules.kinds() {
		if !c.rules.judged(c.path, k) {
			continue
		}
		c.policy.lines[k].eachAction(func(a Actions) {
			for _, audience := range []alerting.Audience{alerting.School, alerting.Guards, alerting.Staff} {
				t := Text(audience, c.sample(k, a))
				zh, en := utf8.RuneCountInString(t.ZH), utf8.RuneCountInString(t.EN)
				if zh > longestZH || en > longestEN {
					c.fault(fmt.Sprintf(".kinds.%s.action", k),
						"makes the text for %s %d characters long in Chinese and %d in English at %s: want at most %d and %d",
						audience, zh, en, c.school.ID, longestZH, longestEN)
				}
			}
		})
	}
}

// eachAction goes through the different wordings of a line and its variants.
func (c *compiled) eachAction(look func(Actions)) {
	seen := []Actions{{}}
	for _, o := range c.cases {
		if a := o.actions(); !slices.Contains(seen, a) {
			seen = append(seen, a)
			look(a)
		}
	}
}

func (l rule) actions() Actions { return Actions{Guards: l.guardsAction, Staff: l.staffAction} }

// sample is an incident of the kind at the place with the longest name.
func (c *checker) sample(k alerting.Kind, a Actions) Facts {
	at := time.Date(2026, time.March, 2, 7, 40, 0, 0, c.school.Location())
	var place alerting.Place
	for _, p := range c.school.Places {
		if utf8.RuneCountInString(p.Name.ZH) >= utf8.RuneCountInString(place.Name.ZH) {
			place = p
		}
	}
	return example(c.school, alerting.Opening{
		Place: place, Kind: k, Severity: c.rules.lines[k].severity, Mode: devices.Live,
	}, a, at)
}

// example is the facts of an incident that has just opened with one press.
func example(s people.School, o alerting.Opening, a Actions, at time.Time) Facts {
	return Facts{
		School: s, Event: alerting.EventOpened, Now: at, Actions: a,
		Incident: alerting.Incident{
			School: s.ID, Place: o.Place, Kind: o.Kind, Severity: o.Severity, Mode: o.Mode, Silent: o.Silent,
			Confidential: o.Confidential, Verify: alerting.Unverified, OpenedAt: at, PressCount: 1, Facts: o.Facts,
			Presses: []alerting.PressRecord{{PressedAt: at, ReceivedAt: at}},
		},
	}
}
