package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/people"
)

// The ledgers of a school's duty.
const (
	ledgerCheckins = "checkins"
	ledgerRounds   = "rounds"
)

// ExportCheckins writes who was at which post of a school on some days. That the
// account took it away is noted.
func (s *Service) ExportCheckins(ctx context.Context, a people.Account, school string, days calendar.Span, f sheet.Format, w io.Writer) error {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return err
	}
	all, err := s.duty.Checkins(ctx, school, a.Name, days)
	if err != nil {
		return err
	}
	job, _ := s.duty.Job(school, days)
	return job.ExportCheckins(w, f, all)
}

// ExportRounds writes the ledger of a school's patrol rounds on some days. That
// the account took it away is noted.
func (s *Service) ExportRounds(ctx context.Context, a people.Account, school string, days calendar.Span, f sheet.Format, w io.Writer) error {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return err
	}
	all, err := s.duty.Walked(ctx, school, a.Name, days, time.Now())
	if err != nil {
		return err
	}
	job, _ := s.duty.Job(school, days)
	return job.ExportRounds(w, f, all)
}

type ledgerInput struct {
	School string `query:"school" maxLength:"63"`
	From   string `query:"from" required:"true" doc:"A date."`
	To     string `query:"to" required:"true" doc:"A date; 400 days later at most."`
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

// mountLedgers adds what inspectors ask for.
func (s *Server) mountLedgers(h huma.API) {
	for name, l := range map[string]struct {
		path, summary string
		export        func(context.Context, people.Account, string, calendar.Span, sheet.Format, io.Writer) error
	}{
		ledgerCheckins: {"/api/v1/posts/checkins", "Who was at which post on some days, as a file", s.service.ExportCheckins},
		ledgerRounds:   {"/api/v1/posts/rounds", "The ledger of the patrol rounds of some days, as a file", s.service.ExportRounds},
	} {
		huma.Register(h, huma.Operation{
			OperationID: "export-" + name, Method: http.MethodGet, Path: l.path, Summary: l.summary, Security: signedIn(), MaxBodyBytes: jsonBody,
			Description: "Officers alone. Who takes it away stands in /api/v1/roster/changes.",
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422, 503},
		}, func(ctx context.Context, in *ledgerInput) (*rosterOutput, error) {
			a := accountOf(ctx)
			days, err := s.service.Days(a, in.From, in.To, time.Now())
			if err != nil {
				return nil, s.problemOf(err)
			}
			var b bytes.Buffer
			if err := l.export(ctx, a, in.School, days, sheet.Format(in.Format), &b); err != nil {
				return nil, s.problemOf(err)
			}
			return fileOf(name, days, in.Format, b.Bytes()), nil
		})
	}
}

// fileOf is a sheet as a browser keeps it.
func fileOf(name string, days calendar.Span, format string, content []byte) *rosterOutput {
	kind := map[string]string{
		"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}[format]
	return &rosterOutput{ContentType: kind, Disposition: fmt.Sprintf(`attachment; filename="%s-%v-%v.%s"`, name, days.From, days.To, format), Body: content}
}
