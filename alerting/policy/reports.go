package policy

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// Reports is by when the education bureau is to have each report of an incident,
// how long before that the school is reminded of it, and who of it. Written, the
// next one and the final one are never due where their time is 0.
type Reports struct {
	alerting.ReportRule
	Remind, RemindFinal time.Duration
	Duties              []people.Duty
}

// before is how long before a report is due somebody is reminded of it.
func (r Reports) before(s alerting.ReportStage) time.Duration {
	if s == alerting.ReportFinal {
		return r.RemindFinal
	}
	return r.Remind
}

// RemindAt is when somebody is reminded of a report.
func (r Reports) RemindAt(o alerting.Owed) time.Time { return o.Due.Add(-r.before(o.Report)) }

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
		{"written", func(v value) { r.Written = d.dueWithin(v) }},
		{"follow_up", func(v value) { r.FollowUp = d.dueWithin(v) }},
		{"final", func(v value) { r.Final = d.dueWithin(v) }},
		{"remind", func(v value) { r.Remind = d.within(v, 0, longestReport) }},
		{"remind_final", func(v value) { r.RemindFinal = d.within(v, 0, longestReport) }},
		{"duties", func(v value) {
			before := len(d.faults)
			r.Duties = words(d, v, people.Duties(alerting.School))
			if len(r.Duties) == 0 && len(d.faults) == before {
				d.fault(v, "tells nobody: want duties of %s", alerting.School)
			}
		}},
	})
	if len(d.faults) > before {
		return
	}
	for _, o := range []struct {
		report alerting.ReportStage
		within time.Duration
	}{{alerting.ReportFirst, r.First}, {alerting.ReportWritten, r.Written}, {alerting.ReportFollowUp, r.FollowUp}, {alerting.ReportFinal, r.Final}} {
		if remind := r.before(o.report); o.within > 0 && remind >= o.within {
			d.fault(v, "reminds %v before the %s that is due after %v: it would be due before it began", remind, alerting.ReportText(o.report).EN, o.within)
		}
	}
}

// dueWithin is a time of which 0 says never.
func (d *decoder) dueWithin(v value) time.Duration {
	within := d.within(v, 0, longestReport)
	if within > 0 && within < leastReport*time.Second {
		d.fault(v, "want 0, which is never, or at least %d seconds", leastReport)
	}
	return within
}

// districtAt is where the education bureau stands among the responders.
const districtAt = 4

// Reportable reports whether the education bureau is to have reports of an
// incident: a live one that the policy tells it, that a person referred to it, or
// of which somebody has reported already. Of what is confidential, or was raised
// silently, nobody is reminded.
func (s *Set) Reportable(i alerting.Incident) bool {
	line := s.lineNow(&i)
	hidden := i.Confidential || i.Silent || line.class == C2 || alerting.AlwaysConfidential(i.Kind)
	return i.Mode == devices.Live && !hidden && (line.cells[districtAt].Told() || i.ReferredTo(alerting.District) || len(i.Reports) > 0)
}

// ReportsOwed are the reports of an incident, whole with its deliveries, that
// the education bureau is still to have.
func (s *Set) ReportsOwed(i alerting.Incident) []alerting.Owed {
	if !s.Reportable(i) {
		return nil
	}
	return i.ReportsOwed(s.Reports(i.School).ReportRule)
}

// ReportReminder reminds the school of a report, or says that it is overdue.
func ReportReminder(s people.School, i alerting.Incident, o alerting.Owed, now time.Time) alerting.Text {
	return s.Texts.Say(reportCode(o.Report, !now.Before(o.Due)), func(h texts.Hole) alerting.Text {
		switch h {
		case texts.Place:
			return plainName(i.Place.Name, maxName)
		case texts.Kind:
			return KindText(i.Kind)
		case texts.Missing:
			return alerting.ReportText(o.Report)
		case texts.Next:
			return reportClock(o.Due.In(s.Location()), now.In(s.Location()))
		}
		return alerting.Text{}
	})
}

func reportCode(r alerting.ReportStage, overdue bool) texts.Code {
	switch {
	case r == alerting.ReportFirst && overdue:
		return texts.SchoolReportLate
	case r == alerting.ReportFirst:
		return texts.SchoolReport
	case overdue:
		return texts.SchoolReportNextLate
	}
	return texts.SchoolReportNext
}

// reportClock is a time of today, or one of another day with its date.
func reportClock(due, now time.Time) alerting.Text {
	if due.YearDay() == now.YearDay() && due.Year() == now.Year() {
		return same(due.Format("15:04"))
	}
	return both(due.Format("1月2日 15:04"), due.Format("2 Jan 15:04"))
}
