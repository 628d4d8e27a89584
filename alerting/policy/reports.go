package policy

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Reports is by when the education bureau is to have had the first report of an
// incident, how long before that the school is reminded, and who of it.
type Reports struct {
	First, Remind time.Duration
	Duties        []people.Duty
}

// Bounds of a report's times, in seconds: a minute is no time to telephone in,
// and past a day a report is none.
const leastReport, longestReport = 60, 24 * 60 * 60

// Reports is a school's own.
func (s *Set) Reports(school string) Reports { return s.of(school).rules.reports }

func (d *decoder) reports(v value) {
	r := &d.rules.reports
	before := len(d.faults)
	d.mapping(v, []key{
		{"first", func(v value) { r.First = d.within(v, leastReport, longestReport) }},
		{"remind", func(v value) { r.Remind = d.within(v, 0, longestReport) }},
		{"duties", func(v value) {
			before := len(d.faults)
			r.Duties = words(d, v, people.Duties(alerting.School))
			if len(r.Duties) == 0 && len(d.faults) == before {
				d.fault(v, "tells nobody: want duties of %s", alerting.School)
			}
		}},
	})
	if len(d.faults) == before && r.Remind >= r.First {
		d.fault(v, "reminds %v before a report that is due after %v: it would be due before the alarm", r.Remind, r.First)
	}
}

// districtAt is where the education bureau stands among the responders.
const districtAt = 4

// Reportable reports whether the education bureau is to have a report of an
// incident: a live one that the policy tells it, or that a person referred to
// it. Of what is confidential, or was raised silently, nobody is reminded.
func (s *Set) Reportable(i alerting.Incident) bool {
	line := s.lineNow(&i)
	hidden := i.Confidential || i.Silent || line.class == C2 || alerting.AlwaysConfidential(i.Kind)
	referred := slices.ContainsFunc(i.Referred, func(r alerting.Referred) bool { return r.Audience == alerting.District })
	return i.Mode == devices.Live && !hidden && (line.cells[districtAt].Told() || referred)
}

// ReportText reminds the school of the first report, or says that it is overdue.
func ReportText(s people.School, i alerting.Incident, due time.Time, overdue bool) alerting.Text {
	c := texts.SchoolReport
	if overdue {
		c = texts.SchoolReportLate
	}
	return s.Texts.Say(c, func(h texts.Hole) alerting.Text {
		switch h {
		case texts.Place:
			return plainName(i.Place.Name, maxName)
		case texts.Kind:
			return KindText(i.Kind)
		case texts.Next:
			return same(due.In(s.Location()).Format("15:04"))
		}
		return alerting.Text{}
	})
}
