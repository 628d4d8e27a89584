package policy_test

import (
	"slices"
	"strconv"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// surface is one way in which people meet a policy: what the engine, the desk
// of notices, the API and the pages ask of it, and do.
type surface func(s *policy.Set) any

// facts beyond a kind that the built-in lines depend on.
var known = [][]policy.Fact{
	nil, {policy.FactSensor}, {policy.FactSensor, policy.FactClosedDay}, {policy.FactViolence}, {policy.FactLifeInDanger}, {policy.FactUnder10},
}

// begun are moments of a school day: lessons, the quiet hours, and the night
// before their end.
var begun = []time.Time{noon, noon.Add(10 * time.Hour), noon.Add(9*time.Hour + 30*time.Minute), midnight.Add(6*time.Hour + 15*time.Minute)}

func occasions(s *policy.Set) []policy.Occasion {
	var out []policy.Occasion
	for _, k := range []alerting.Kind{"fire", "medical", "crowd", "hazard", "intrusion", "welfare"} {
		for _, f := range known {
			for _, at := range begun {
				o := policy.Occasion{School: "ziwei", Place: gate, Kind: k, Mode: devices.Live, At: at, Facts: f}
				filed := o
				filed.Mode, filed.Filed = devices.Drill, true
				drill := filed
				drill.Filed = false
				out = append(out, o, drill, filed)
			}
		}
	}
	return out
}

// plans is who is told by what and when: what an incident freezes and the
// engine and the lanes do.
func plans(s *policy.Set) any {
	var out []alerting.Opening
	for _, o := range occasions(s) {
		opening := s.Open(o)
		opening.Kind, opening.Plan.Profile = "", "" // what was asked, and the name of what follows
		out = append(out, opening)
	}
	return out
}

// standing is who is told where somebody stands at the place.
func standing(s *policy.Set) any {
	var out []alerting.Opening
	for _, o := range occasions(s) {
		o.Named = []policy.Named{{Duty: people.DutyRostered, Contact: "guard-1"}}
		out = append(out, s.Open(o))
	}
	return out
}

// tests is who hears of a test of a button, within a filed drill and outside,
// and when buttons are due for one.
func tests(s *policy.Set) any {
	o := at("emergency", devices.Test)
	without := s.Open(o)
	o.Filed = true
	return []any{without, s.Open(o), s.ButtonTests("ziwei")}
}

func incidentsOf(s *policy.Set) []alerting.Incident {
	var out []alerting.Incident
	for _, o := range occasions(s) {
		opening := s.Open(o)
		var facts []string
		for _, f := range o.Facts {
			facts = append(facts, string(f))
		}
		out = append(out, alerting.Incident{
			ID: "i", School: o.School, Kind: o.Kind, Mode: o.Mode, Severity: opening.Severity, Plan: opening.Plan,
			State: alerting.StateAcknowledged, OpenedAt: o.At, RoundAt: o.At, Facts: facts,
			Acknowledgements: []alerting.Acknowledgement{{Audience: alerting.Police, By: "desk", At: o.At.Add(10 * time.Second)}},
		})
	}
	return out
}

// releases is what may be released to parents.
func releases(s *policy.Set) any {
	var out []policy.Release
	for _, i := range incidentsOf(s) {
		out = append(out, s.Release(i))
	}
	return out
}

// calls are the numbers that an incident's page offers first.
func calls(s *policy.Set) any {
	var out [][]string
	for _, i := range incidentsOf(s) {
		out = append(out, s.Calls(i))
	}
	return out
}

// marks is the 1·3·5 clock of an incident's page.
func marks(s *policy.Set) any {
	var out [][]alerting.MarkState
	for _, i := range incidentsOf(s) {
		out = append(out, i.Clock(s.Clock("ziwei"), i.OpenedAt.Add(200*time.Second)))
	}
	return out
}

// reminders are the timers that begin when somebody signed.
func reminders(s *policy.Set) any {
	var out []time.Time
	for _, i := range incidentsOf(s) {
		for _, r := range i.Reminders(s.Clock("ziwei")) {
			out = append(out, r.At, r.Escalate)
		}
	}
	return out
}

// sentences are the first texts of everybody.
func sentences(s *policy.Set) any {
	var out []alerting.Text
	for _, i := range incidentsOf(s) {
		for _, a := range audiencesOfAPolicy {
			f := facts(alerting.EventOpened, devices.Live)
			f.Incident.Kind, f.Actions = i.Kind, s.Actions(i)
			out = append(out, policy.Text(a, f))
		}
	}
	return out
}

// taps are the facts that the pages ask for with one tap.
func taps(s *policy.Set) any {
	var out [][]policy.Fact
	d := campus().WithPolicy(s)
	for _, k := range s.Kinds("ziwei") {
		out = append(out, policy.Asks(d, "ziwei", k))
	}
	return slices.Clip(out)
}

// grounds is what the page of an incident gives as the reason of its plan.
func grounds(s *policy.Set) any {
	var out []policy.Grounds
	for _, i := range incidentsOf(s) {
		out = append(out, s.Grounds(i))
	}
	return out
}

// digests is which incidents the board shows as ones for the day's summary,
// three quarters of an hour after they began.
func digests(s *policy.Set) any {
	var out []bool
	for _, i := range incidentsOf(s) {
		i.Acknowledgements = nil
		out = append(out, s.InDigest(i, i.OpenedAt.Add(45*time.Minute)))
	}
	return out
}

// groups is how many groups the board shows of two presses a minute apart.
func groups(s *policy.Set) any {
	press := func(id string, at time.Time) alerting.Incident {
		return alerting.Incident{
			ID: id, School: "ziwei", Mode: devices.Live, OpenedAt: at, PressCount: 1,
			Presses: []alerting.PressRecord{{ID: id, PressedAt: at, ReceivedAt: at}},
		}
	}
	return len(alerting.Groups([]alerting.Incident{press("a", noon), press("b", noon.Add(time.Minute))}, s.LinkWithin))
}

// drillTargets is by when the parts of a drill are to be done.
func drillTargets(s *policy.Set) any { return s.DrillTargets("ziwei") }

// losses are for how long something may be lost.
func losses(s *policy.Set) any { return s.Lost("ziwei") }

// reports are when the school is reminded of one, and who of it.
func reports(s *policy.Set) any {
	r := s.Reports("ziwei")
	return []any{r.ReportRule, r.Remind, r.RemindFinal, s.Answering("ziwei", r.Duties, noon)}
}

// summaries are when the daily summary goes out, and to whom.
func summaries(s *policy.Set) any {
	d := s.Digest("ziwei")
	return []any{d.At, s.Answering("ziwei", d.Duties, noon)}
}

// falseAlarms is what the page of false alarms says of two within twenty days.
func falseAlarms(s *policy.Set) any {
	var past []alerting.Incident
	for n, o := range []alerting.Outcome{alerting.OutcomePrank, alerting.OutcomePrank, alerting.OutcomeUnfiledTest, alerting.OutcomeUnfiledTest} {
		past = append(past, alerting.Incident{
			ID: strconv.Itoa(n), School: "ziwei", Device: "b-1", Mode: devices.Live, State: alerting.StateResolved, Outcome: o,
			OpenedAt: noon.AddDate(0, 0, -20*(n%2)),
		})
	}
	return alerting.CountFalseAlarms(past, devices.Address{School: "ziwei", Device: "b-1"}, noon, s.FalseAlarms("ziwei"))
}

// held is an alarm that was four minutes under way.
func held(s *policy.Set) (policy.Occasion, alerting.Opening) {
	o := live("emergency")
	o.Age = 4 * time.Minute
	return o, s.Open(o)
}

// lateness is by what levels it escalates.
func lateness(s *policy.Set) any {
	_, opening := held(s)
	return opening.Plan.Steps
}

// lateSentences are what the police read of it.
func lateSentences(s *policy.Set) any {
	o, opening := held(s)
	f := facts(alerting.EventOpened, devices.Live)
	f.Incident.Plan, f.Incident.Presses[0].ReceivedAt = opening.Plan, pressed.Add(o.Age)
	return policy.Text(alerting.Police, f)
}
