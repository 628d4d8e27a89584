package api

import (
	"context"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// Submission is the stamp of a report to the education bureau.
type Submission struct {
	Report    string `json:"report" enum:"first,follow-up,final"`
	Way       string `json:"way" enum:"telephone,message,document"`
	At        string `json:"at" format:"date-time"`
	By        string `json:"by"`
	Role      string `json:"role"`
	Reference string `json:"reference" doc:"The bureau's number, or a remark."`
}

func viewSubmission(s alerting.Submission) Submission {
	return Submission{Report: string(s.Report), Way: string(s.Way), At: stamp(s.At), By: s.By, Role: string(s.Role), Reference: s.Reference}
}

// OwedReport is a report that somebody still has to make.
type OwedReport struct {
	Report  string `json:"report" enum:"first,written,follow-up,final" doc:"written: a first one that is no telephone call."`
	Due     string `json:"due" format:"date-time"`
	Overdue bool   `json:"overdue"`
}

// ReportsOwed are the reports of an incident, whole with its deliveries, that the
// education bureau is still to have: for whoever answers for it.
func (s *Service) ReportsOwed(a people.Account, i alerting.Incident) []alerting.Owed {
	if !a.Role.Refers() {
		return nil
	}
	return policy.Of(s.people()).ReportsOwed(i)
}

// detail is an incident with everything, and what is still to be reported of it.
func (s *Server) detail(ctx context.Context, i alerting.Incident) IncidentDetail {
	return s.detailFor(accountOf(ctx), i, time.Now())
}

func (s *Server) detailFor(a people.Account, i alerting.Incident, now time.Time) IncidentDetail {
	d := detailOf(i)
	d.ReportsDue = mapped(s.service.ReportsOwed(a, i), func(o alerting.Owed) OwedReport {
		return OwedReport{Report: string(o.Report), Due: stamp(o.Due), Overdue: !now.Before(o.Due)}
	})
	return d
}
