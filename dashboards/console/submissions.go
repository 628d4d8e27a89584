package console

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// reportLine is a report to the education bureau: one that was made, or one that
// is owed.
type reportLine struct {
	Text    string
	Overdue bool
	// Until is when one is due that is not yet, for the countdown; Left is how long
	// that is.
	Until, Left string
}

// ReportLines are the reports that were made, and those that are owed: for
// whoever answers for the incident.
func (d *detail) ReportLines() []reportLine {
	if !d.Account.Role.Refers() {
		return nil
	}
	var out []reportLine
	for _, s := range d.Reports {
		key := "report.stamp"
		if s.Reference != "" {
			key = "report.stamp.reference"
		}
		out = append(out, reportLine{Text: "✓ " + d.Say(key, "time", d.dayAndTime(s.At), "report", d.vocabulary(alerting.ReportText(s.Report)),
			"way", d.vocabulary(alerting.WayText(s.Way)), "who", d.who(s.By), "reference", s.Reference)})
	}
	for _, o := range policy.Of(d.people).ReportsOwed(d.Incident) {
		line := reportLine{Overdue: !d.now.Before(o.Due)}
		key := "report.due"
		if line.Overdue {
			key = "report.overdue"
		} else {
			line.Until, line.Left = o.Due.UTC().Format(time.RFC3339), countdown(o.Due.Sub(d.now))
		}
		line.Text = d.Say(key, "report", d.vocabulary(alerting.ReportText(o.Report)), "time", d.dayAndTime(o.Due))
		out = append(out, line)
	}
	return out
}

// dayAndTime is a moment of today by its clock, and of another day with its date.
func (d *detail) dayAndTime(at time.Time) string {
	zone := d.zoneOf(d.Incident.School)
	if at, now := at.In(zone), d.now.In(zone); at.Year() != now.Year() || at.YearDay() != now.YearDay() {
		return at.Format("01-02 15:04")
	}
	return at.In(zone).Format("15:04")
}

// ReportOptions are the reports that the reader may stamp now; none for whoever
// makes none.
func (d *detail) ReportOptions() []option {
	if d.Mode != devices.Live || d.StandsIn() || d.Account.Role != alerting.RoleOfficer {
		return nil
	}
	var out []option
	for _, s := range alerting.ReportStages() {
		if (s == alerting.ReportFinal) == d.Resolved() {
			out = append(out, option{Code: string(s), Name: d.vocabulary(alerting.ReportText(s))})
		}
	}
	return out
}

// WayOptions are how a report is made.
func (d *detail) WayOptions() []option {
	var out []option
	for _, w := range alerting.ReportWays() {
		out = append(out, option{Code: string(w), Name: d.vocabulary(alerting.WayText(w))})
	}
	return out
}
