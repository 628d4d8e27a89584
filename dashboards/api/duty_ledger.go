package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/sheet"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// The ledgers of a school's duty.
const (
	ledgerCheckins = "checkins"
	ledgerRounds   = "rounds"
)

// LedgerFile writes what has been read as a file.
type LedgerFile func(w io.Writer, f sheet.Format) error

// Checkins reads who was at which post of a school on some days, to be written.
// That the account took it away is noted.
func (s *Service) Checkins(ctx context.Context, a people.Account, school string, days calendar.Span) (LedgerFile, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return nil, err
	}
	all, err := s.duty.Checkins(ctx, school, a.Name, days)
	if err != nil {
		return nil, err
	}
	job, _ := s.duty.Job(school, days)
	return func(w io.Writer, f sheet.Format) error { return job.ExportCheckins(w, f, all) }, nil
}

// Rounds reads the ledger of a school's patrol rounds on some days, to be
// written. That the account took it away is noted.
func (s *Service) Rounds(ctx context.Context, a people.Account, school string, days calendar.Span) (LedgerFile, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return nil, err
	}
	all, err := s.duty.Walked(ctx, school, a.Name, days, time.Now())
	if err != nil {
		return nil, err
	}
	job, _ := s.duty.Job(school, days)
	return func(w io.Writer, f sheet.Format) error { return job.ExportRounds(w, f, all) }, nil
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
		read          func(context.Context, people.Account, string, calendar.Span) (LedgerFile, error)
	}{
		ledgerCheckins: {"/api/v1/posts/checkins", "Who was at which post on some days, as a file", s.service.Checkins},
		ledgerRounds:   {"/api/v1/posts/rounds", "The ledger of the patrol rounds of some days, as a file", s.service.Rounds},
	} {
		huma.Register(h, huma.Operation{
			OperationID: "export-" + name, Method: http.MethodGet, Path: l.path, Summary: l.summary, Security: open(ScopeReadRoster), MaxBodyBytes: jsonBody,
			Description: fmt.Sprintf("Officers alone. Who takes it away stands in /api/v1/roster/changes. More than %d days is a 422 of the type %speriod, "+
				"more than %d rows one of the type %sledger-rows.", longestRoster, refusalURN, watch.MostLedger, refusalURN),
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422, 503},
		}, func(ctx context.Context, in *ledgerInput) (*huma.StreamResponse, error) {
			a := accountOf(ctx)
			days, err := s.service.Days(a, in.From, in.To, time.Now())
			if err != nil {
				return nil, s.problemOf(err)
			}
			write, err := l.read(ctx, a, in.School, days)
			if err != nil {
				return nil, s.problemOf(err)
			}
			return &huma.StreamResponse{Body: func(to huma.Context) { s.writeFile(to, write, name, days, in.Format) }}, nil
		})
	}
}

// writeFile writes a file while it is read. One that ends early must not look
// whole: then the connection ends.
func (s *Server) writeFile(to huma.Context, write LedgerFile, name string, days calendar.Span, format string) {
	head := fileOf(name, days, format, nil)
	to.SetHeader("Content-Type", head.ContentType)
	to.SetHeader("Content-Disposition", head.Disposition)
	to.SetStatus(http.StatusOK)
	if err := write(to.BodyWriter(), sheet.Format(format)); err != nil {
		s.log.Warn("a file was not written to its end", "file", name, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// fileOf is a sheet as a browser keeps it.
func fileOf(name string, days calendar.Span, format string, content []byte) *rosterOutput {
	kind := map[string]string{
		"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	}[format]
	return &rosterOutput{ContentType: kind, Disposition: fmt.Sprintf(`attachment; filename="%s-%v-%v.%s"`, name, days.From, days.To, format), Body: content}
}
