package alerting

import (
	"slices"
	"strings"

	"example.org/campushub/devices"
)

// decideReport stamps a report to the education bureau, also after the incident
// was closed: the final one follows the closing.
func decideReport(cur *Incident, c Command, e *Event) (bool, error) {
	reference := strings.TrimSpace(c.Text)
	final := c.Report == ReportFinal
	switch {
	case c.Actor.Role != RoleOfficer:
		return false, refuse(ErrForbidden, "the school's officers report to the education bureau")
	case !slices.Contains(ReportStages(), c.Report):
		return false, refuse(ErrInvalid, "report: %q is none of %v", c.Report, ReportStages())
	case !slices.Contains(ReportWays(), c.Way):
		return false, refuse(ErrInvalid, "way: %q is none of %v", c.Way, ReportWays())
	case len(reference) > MaxReference || strings.ContainsAny(reference, "\n\r"):
		return false, refuse(ErrInvalid, "text: a reference is one line of at most %d bytes", MaxReference)
	case cur.Mode != devices.Live:
		return false, refuse(ErrConflict, "a %s is reported to nobody", cur.Mode)
	case final && !cur.Resolved():
		return false, refuse(ErrConflict, "the incident is open: its final report follows the closing")
	case !final && cur.submitted(func(s Submission) bool { return s.Report == ReportFinal }):
		return false, refuse(ErrConflict, "the final report has been made")
	case len(cur.Reports) >= MaxSubmissions:
		return false, refuse(ErrConflict, "%d reports are stamped already", MaxSubmissions)
	}
	at, err := moment(cur, Command{When: c.When}, e.At)
	if err != nil {
		return false, err
	}
	if final && at.Before(cur.ResolvedAt) {
		return false, refuse(ErrInvalid, "at: a final report follows the closing")
	}
	e.Type, e.Text, e.Reason = EventReported, "", ""
	e.Submission = &Submission{Report: c.Report, Way: c.Way, At: at, By: c.Actor.Name, Role: c.Actor.Role, Reference: reference}
	return true, nil
}
