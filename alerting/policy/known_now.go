package policy

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Release is what it takes to tell parents about an incident as it is known
// now. It says nothing of what no policy may allow.
func (s *Set) Release(i alerting.Incident) Release { return s.lineNow(&i).release }

// Calls is which telephone numbers an incident asks for first.
func (s *Set) Calls(i alerting.Incident) []string { return s.lineNow(&i).call }

// lineNow is the line of an incident as it is known now.
func (s *Set) lineNow(i *alerting.Incident) *rule {
	c, mask := s.now(i)
	return &c.cases[mask].rule
}

// now is an incident's line, and which of its variants apply to what is known.
func (s *Set) now(i *alerting.Incident) (c *compiled, mask uint) {
	p := s.of(i.School)
	c, ok := p.lines[i.Kind]
	if !ok {
		c = p.lines[fallback]
	}
	if len(c.variants) == 0 {
		return c, 0
	}
	return c, p.mask(c.rule, Occasion{At: i.OpenedAt, Facts: FactsOf(i.Facts)})
}

// Clock is by which targets a school's 1·3·5 clock runs.
func (s *Set) Clock(school string) alerting.ClockRule { return s.of(school).clock() }

// clock is the school's: nobody calls back one that has no number.
func (p *schoolPolicy) clock() alerting.ClockRule {
	r := p.rules.clock.rule()
	if p.school.Callback == "" {
		r.CallBack = -1
	}
	return r
}

// LinkWithin is how soon after one another presses of a school are shown
// together; 0 is only where a person links them.
func (s *Set) LinkWithin(school string) time.Duration { return s.of(school).rules.linkWithin }

// FalseAlarms is when a school's false alarms are many.
func (s *Set) FalseAlarms(school string) alerting.FalseAlarmRule { return s.of(school).rules.falsely }

// Actions is a school's own wording of what to do about an incident as it is
// known now; empty where it has none.
func (s *Set) Actions(i alerting.Incident) Actions { return s.lineNow(&i).actions() }

// Wording is the same by the policy beside the directory; empty where there is
// none.
func Wording(d *people.Directory, i *alerting.Incident) Actions {
	if s, ok := d.Policy().(*Set); ok {
		return s.lineNow(i).actions()
	}
	return Actions{}
}

// Grounds are why an incident is told as it is, for its page: the names of its
// escalation, of what is known beyond the kind, and a remark.
type Grounds struct {
	Profiles []alerting.Text
	Variants []alerting.Text
	Note     alerting.Text
}

// Grounds are those of an incident as it is known now.
func (s *Set) Grounds(i alerting.Incident) Grounds {
	c, mask := s.now(&i)
	line := &c.cases[mask].rule
	g := Grounds{Note: line.note}
	for _, name := range line.escalation {
		g.Profiles = append(g.Profiles, s.of(i.School).rules.profiles[name].title)
	}
	for n, v := range c.variants {
		if mask&(1<<n) != 0 {
			g.Variants = append(g.Variants, v.title)
		}
	}
	return g
}

// InDigest reports whether an incident is one for the day's summary: live and
// unresolved, and nobody took it on for so long since its present round began,
// or since the quiet hours that held it back were over.
func (s *Set) InDigest(i alerting.Incident, now time.Time) bool {
	p, line := s.of(i.School), s.lineNow(&i)
	after := p.rules.profiles[line.escalation[0]].digest
	if after == 0 || i.Resolved() || i.Mode != devices.Live {
		return false
	}
	after += p.hold(*line, Occasion{At: i.RoundAt, Mode: i.Mode})
	taken := slices.ContainsFunc(i.Acknowledgements, func(k alerting.Acknowledgement) bool { return i.AcknowledgedBy(k.Audience) })
	return !taken && !now.Before(i.RoundAt.Add(after))
}
