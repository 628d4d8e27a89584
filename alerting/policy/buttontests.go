package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// ButtonTests is when a school's buttons are due for a test, in days since the
// one before, and whether the police hear of one.
type ButtonTests struct {
	Police     Drills // when a test reaches them; filed is within a filed drill
	Days       int    // that proves hub and school
	PoliceDays int    // that the police have signed
	JointDays  int    // that police and school have both taken on
}

// ButtonTests is when the buttons of a school are due for a test.
func (s *Set) ButtonTests(school string) ButtonTests { return s.of(school).rules.tests }

func (d *decoder) buttonTests(v value) {
	t := &d.rules.tests
	days := func(to *int) func(value) {
		return func(v value) { *to = d.number(v, mostDays) }
	}
	d.mapping(v, []key{
		{string(alerting.Police), func(v value) {
			if w, ok := word(d, v, []Drills{DrillsNever, DrillsFiled, DrillsAlways}); ok {
				t.Police = w
			}
		}},
		{"days", days(&t.Days)},
		{"police_days", days(&t.PoliceDays)},
		{"joint_days", days(&t.JointDays)},
	})
}

// heard reports whether a test reaches an audience: the police only as the
// policy says, so that nobody learns to overlook what their desk shows.
func (t ButtonTests) heard(a alerting.Audience, filed bool) bool {
	return a != alerting.Police || t.Police == DrillsAlways || (t.Police == DrillsFiled && filed)
}

// tested is the plan of a test: it proves the way to terminals and pages, at
// once, and disturbs nobody else.
func (r *Rules) tested(legs []alerting.Leg, filed bool) []alerting.Leg {
	var out []alerting.Leg
	for _, l := range legs {
		if l.Channel != alerting.ChannelMQTT && l.Channel != alerting.ChannelConsole || !r.tests.heard(l.Audience, filed) {
			continue
		}
		l.Level, l.After, l.Path, l.Share = 0, 0, 0, 0
		out = append(out, l)
	}
	return out
}

// leads is who closes an occasion: the line's lead, and the school what tests a
// button without the police, who would not know of it.
func leads(l rule, o Occasion, plan alerting.Plan) alerting.Lead {
	police := func(l alerting.Leg) bool { return l.Audience == alerting.Police }
	if o.Mode == devices.Test && !slices.ContainsFunc(plan.Legs, police) {
		return alerting.LeadSchool
	}
	return l.lead
}

// testText says why a test does not reach an audience.
func (t ButtonTests) testText() alerting.Text {
	if t.Police == DrillsFiled {
		return both("未在报备受理的演练中测试,不通知", "not told: a test outside a drill whose filing has been accepted")
	}
	return both("测试不通知", "not told of tests")
}
