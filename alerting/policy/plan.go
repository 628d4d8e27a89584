package policy

import (
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Occasion is what a plan is made for.
type Occasion struct {
	School string
	Place  alerting.Place
	Kind   alerting.Kind
	Mode   alerting.Mode
	Silent bool          // kept from what others can see
	At     time.Time     // when it began: some lines depend on the school's own time of day
	Facts  []Fact        // what is known beyond the kind
	Filed  bool          // a drill whose filing the station has accepted, or a test while one runs
	Age    time.Duration // when it reached the hub
	Late   bool          // it reached the hub long after it began, whatever its age: it escalates as a high one
	Named  []Named       // whom a roster names for it, beside those whom the policy asks for
	// Engaged are accounts and contacts that have signed for a critical incident of
	// another school, which is open.
	Engaged []string
}

// Set is the policy of every school of one directory, compiled: it never
// changes, and a reload builds a new one. An alarm finds its plan made.
type Set struct {
	directory *people.Directory
	schools   map[string]*schoolPolicy
	elsewhere *schoolPolicy // of a school that nobody configured: the lines, and nobody to tell
}

// schoolPolicy is the policy of one school.
type schoolPolicy struct {
	rules    *Rules
	school   people.School
	zone     *time.Location
	contacts []people.Contact
	shifts   bool // somebody of them has hours, or is on leave some day
	lines    map[alerting.Kind]*compiled
}

// compiled is one line of one school: what it says and whom it tells, for
// every combination of its variants.
type compiled struct {
	rule
	cases []occasionPlan // by the variants' mask
}

type occasionPlan struct {
	rule
	casts                    [audiences]cast
	live, drill, filed, test alerting.Plan
	testFiled                alerting.Plan
}

// Compile makes the policy of every school of the directory. Schools without
// rules of their own follow the built-in ones.
func Compile(d *people.Directory, own map[string]*Rules) *Set {
	s := &Set{directory: d, schools: map[string]*schoolPolicy{}, elsewhere: compile(builtIn, d, people.School{})}
	for _, school := range d.Schools() {
		rules := own[school.ID]
		if rules == nil {
			rules = builtIn
		}
		s.schools[school.ID] = compile(rules, d, school)
	}
	return s
}

func compile(r *Rules, d *people.Directory, school people.School) *schoolPolicy {
	p := newSchoolPolicy(r, d, school)
	for k, l := range r.lines {
		c := &compiled{rule: l}
		for mask := range uint(1) << len(l.variants) {
			c.cases = append(c.cases, p.plan(l.under(mask), nil))
		}
		p.lines[k] = c
	}
	return p
}

// newSchoolPolicy knows the people, and has no line made.
func newSchoolPolicy(r *Rules, d *people.Directory, school people.School) *schoolPolicy {
	p := &schoolPolicy{
		rules: r, school: school, zone: school.Location(), contacts: contactsOf(d, school.ID), lines: map[alerting.Kind]*compiled{},
	}
	p.shifts = slices.ContainsFunc(p.contacts, func(c people.Contact) bool { return len(c.Hours)+len(c.Leave) > 0 })
	return p
}

func (p *schoolPolicy) plan(l rule, on shift) occasionPlan {
	out := occasionPlan{rule: l, casts: p.rules.draft(l, p.contacts, on)}
	var legs []alerting.Leg
	var off []alerting.OffShift
	for _, c := range out.casts {
		legs, off = append(legs, c.legs...), append(off, c.off...)
	}
	plan := func(m alerting.Mode, filed bool) alerting.Plan {
		plan := alerting.Plan{Legs: p.rules.inMode(legs, m, filed), Profile: strings.Join(l.escalation, "+")}
		if p.rules.freshFor != alerting.FreshFor {
			plan.FreshFor = p.rules.freshFor
		}
		if m != devices.Test {
			plan.Steps = p.rules.steps(l, &out.casts, plan.Legs)
			plan.OffShift = p.rules.offInMode(off, m, filed)
		}
		return plan
	}
	out.live, out.drill = plan(devices.Live, false), plan(devices.Drill, false)
	out.filed, out.test, out.testFiled = plan(devices.Drill, true), plan(devices.Test, false), plan(devices.Test, true)
	return out
}

func (s *Set) of(school string) *schoolPolicy {
	if p, ok := s.schools[school]; ok {
		return p
	}
	return s.elsewhere
}

// mask says which variants of a line apply.
func (p *schoolPolicy) mask(l rule, o Occasion) uint {
	var mask uint
	facts := o.Facts
	if len(l.variants) > 0 && !o.At.IsZero() && p.rules.night.holds(o.At.In(p.zone)) {
		facts = append(slices.Clip(facts), FactNight)
	}
	for i, v := range l.variants {
		if v.holds(facts) {
			mask |= 1 << i
		}
	}
	return mask
}

// find is the case of an occasion. What was made before counts everybody as on
// shift: where somebody is not, the line is made anew for the moment.
func (p *schoolPolicy) find(o Occasion) *occasionPlan {
	c, ok := p.lines[o.Kind]
	if !ok {
		c = p.lines[fallback]
	}
	mask := p.mask(c.rule, o)
	made := &c.cases[mask]
	late := p.late(o) && made.hastens()
	if !late && len(o.Named) == 0 && p.onShift(made.rule, o) == nil {
		return made
	}
	l := c.under(mask)
	if late {
		l = l.later()
	}
	anew := p.anew(l, o)
	return &anew
}

// anew is the case of a line for one occasion and the moment of it.
func (p *schoolPolicy) anew(l rule, o Occasion) occasionPlan {
	named, on := p.naming(o.Named), p.onShift(l, o)
	return named.plan(named.standing(l, o.Named, on), on)
}

// onShift says who is there when an occasion would be theirs; nil where that is
// everybody, and in a test, which is no work for anybody.
func (p *schoolPolicy) onShift(l rule, o Occasion) shift {
	if o.Mode == devices.Test {
		return nil
	}
	clock, engaged := p.shifts && !o.At.IsZero(), p.engaged(o)
	if !clock && engaged == nil {
		return nil
	}
	from := o.At.Add(p.hold(l, o))
	return func(c people.Contact, d people.Duty, after time.Duration) (alerting.PassedOver, bool) {
		switch at := from.Add(after); {
		case clock && !c.OnShift(p.school, at):
			return "", false
		case clock && c.OnLeave(p.school, at):
			return alerting.OnLeave, false
		case engaged[c.Name] && !d.Desk():
			return alerting.OnIncident, false
		}
		return "", true
	}
}

// engaged are the contacts of somebody's own who have signed for an incident
// elsewhere; nil where that is nobody. A terminal and a page that nobody wrote
// down are no person, and whom a roster names for the occasion it has here.
func (p *schoolPolicy) engaged(o Occasion) map[string]bool {
	var out map[string]bool
	for _, by := range o.Engaged {
		for _, c := range p.contacts {
			named := slices.ContainsFunc(o.Named, func(n Named) bool { return n.Contact == c.Name })
			if named || implicit(c) || c.Name != by && !c.Is(by, "") {
				continue
			}
			if out == nil {
				out = map[string]bool{}
			}
			out[c.Name] = true
		}
	}
	return out
}

// Open is what an incident starts with: severity, lead, confidentiality and
// the plan, which is the caller's own.
func (s *Set) Open(o Occasion) alerting.Opening { return s.of(o.School).open(o) }

func (p *schoolPolicy) open(o Occasion) alerting.Opening { return p.opening(p.find(o), o) }

func (p *schoolPolicy) opening(c *occasionPlan, o Occasion) alerting.Opening {
	plan := p.held(c, o)
	return alerting.Opening{
		Place: o.Place, Kind: o.Kind, Severity: c.severity, Mode: o.Mode, Silent: o.Silent,
		Lead: leads(c.rule, o, plan), Confidential: c.class == C2, Asked: c.asked(),
		Plan: plan,
	}
}

// held is a copy of the plan, held back where a low severity waits for the end
// of the quiet hours.
func (p *schoolPolicy) held(c *occasionPlan, o Occasion) alerting.Plan {
	plan := c.plan(o)
	plan.Legs, plan.Steps, plan.OffShift = slices.Clone(plan.Legs), slices.Clone(plan.Steps), slices.Clone(plan.OffShift)
	plan.Rostered = p.rostered(o.Named, plan.Legs)
	plan.Unseen = c.unseen(o.Kind)
	hold := p.hold(c.rule, o)
	for i := range plan.Legs {
		plan.Legs[i].After += hold
	}
	for i := range plan.Steps {
		plan.Steps[i].After += hold
	}
	return plan
}

// unseen lists whose pages do not show an occasion: what the hub found, and the
// police or the guards are never told of, is a matter of the others. What a
// person raised they see, whatever the policy says.
func (l rule) unseen(k alerting.Kind) (out []alerting.Audience) {
	if slices.Contains(devices.Alarms(), devices.Alarm(k)) {
		return nil
	}
	for at, a := range responders {
		if (a == alerting.Police || a == alerting.Guards) && l.cells[at] == Never {
			out = append(out, a)
		}
	}
	return out
}

// hold is how long an occasion waits for the end of the quiet hours.
func (p *schoolPolicy) hold(l rule, o Occasion) time.Duration {
	if o.Mode == devices.Test || o.At.IsZero() || l.wakes || !p.rules.profiles[l.escalation[0]].quiet {
		return 0
	}
	return p.rules.quiet.left(o.At.In(p.zone))
}

func (o *occasionPlan) plan(at Occasion) alerting.Plan {
	switch {
	case at.Mode == devices.Test && at.Filed:
		return o.testFiled
	case at.Mode == devices.Test:
		return o.test
	case at.Mode == devices.Drill && at.Filed:
		return o.filed
	case at.Mode == devices.Drill:
		return o.drill
	}
	return o.live
}

// Governs reports whether the set was compiled for a school.
func (s *Set) Governs(school string) bool { return s.schools[school] != nil }

// Of is the policy that stands beside a directory; a directory without one has
// the built-in policy compiled for it, which is nothing for the way of an
// alarm.
func Of(d *people.Directory) *Set {
	if s, ok := d.Policy().(*Set); ok {
		return s
	}
	return Compile(d, nil)
}

// Open is what an incident starts with, under the policy beside the directory.
// Where there is none, or a school that it does not know, the one line that is
// needed is planned anew.
func Open(d *people.Directory, o Occasion) alerting.Opening {
	if s, ok := d.Policy().(*Set); ok && s.Governs(o.School) {
		return s.Open(o)
	}
	p := governing(d, o.School)
	l := builtIn.lineOf(o.Kind)
	if l = l.under(p.mask(l, o)); p.late(o) {
		l = l.later()
	}
	c := p.anew(l, o)
	return p.opening(&c, o)
}

// governing is the policy of a school beside the directory; where there is none,
// the built-in one with no line made.
func governing(d *people.Directory, school string) *schoolPolicy {
	if s, ok := d.Policy().(*Set); ok && s.Governs(school) {
		return s.of(school)
	}
	of, _ := d.School(school)
	return newSchoolPolicy(builtIn, d, of)
}

// Opening is what an incident of the kind at the place starts with, whatever
// the time of day; a drill is none whose filing the station has accepted.
func Opening(d *people.Directory, school string, place alerting.Place, kind alerting.Kind, mode alerting.Mode, silent bool) alerting.Opening {
	return Open(d, Occasion{School: school, Place: place, Kind: kind, Mode: mode, Silent: silent})
}

// Deadline is when a delivery planned now must have reached its endpoint.
func Deadline(l alerting.Leg, now time.Time) time.Time { return now.Add(l.Limit) }
