package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting/muster"
)

type musterBody struct {
	ID       string        `json:"id,omitempty" format:"uuid" doc:"Makes the step idempotent."`
	Step     string        `json:"step" enum:"start,report"`
	Classes  []musterClass `json:"classes,omitempty" maxItems:"300" doc:"start: every class in the building; the school's own list without it."`
	Class    string        `json:"class,omitempty" maxLength:"63" doc:"report"`
	Expected int           `json:"expected,omitempty" minimum:"0" maximum:"500" doc:"report"`
	Present  int           `json:"present,omitempty" minimum:"0" maximum:"500" doc:"report"`
	Missing  int           `json:"missing,omitempty" minimum:"0" maximum:"500" doc:"report"`
	Reason   string        `json:"reason,omitempty" enum:"leave,left,elsewhere,roll" doc:"report: why fewer are expected than the roll has; asked for then."`
}

type musterClass struct {
	ID   string `json:"id" maxLength:"63"`
	Roll int    `json:"roll" minimum:"0" maximum:"500"`
}

func (b musterBody) command() muster.Command {
	c := muster.Command{
		ID: b.ID, Verb: muster.Verb(b.Step), Class: b.Class,
		Figures: muster.Figures{Expected: b.Expected, Present: b.Present, Missing: b.Missing, Reason: muster.Reason(b.Reason)},
	}
	for _, k := range b.Classes {
		c.Classes = append(c.Classes, muster.Class{ID: k.ID, Roll: k.Roll})
	}
	return c
}

type musterInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body musterBody
}

type reportBody struct {
	ID       string `json:"id,omitempty" format:"uuid" doc:"Makes the report idempotent."`
	Class    string `json:"class" minLength:"1" maxLength:"63"`
	Expected int    `json:"expected" minimum:"0" maximum:"500"`
	Present  int    `json:"present" minimum:"0" maximum:"500"`
	Missing  int    `json:"missing" minimum:"0" maximum:"500"`
	Reason   string `json:"reason,omitempty" enum:"leave,left,elsewhere,roll" doc:"Why fewer are expected than the roll has; asked for then."`
}

type reportInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body reportBody
}

type countOutput struct{ Body HeadCount }

type countsOutput struct {
	Body struct {
		Counts []HeadCount `json:"headcounts" nullable:"false"`
	}
}

func (s *Server) mountCounts(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "muster-incident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/muster",
		Summary: "Begin a head count, or report a class's figures", Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, func(ctx context.Context, in *musterInput) (*incidentOutput, error) {
		c := in.Body.command()
		c.ID = idOf(ctx, c.ID)
		i, err := s.service.Count(ctx, accountOf(ctx), in.ID, c)
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &incidentOutput{Body: s.detail(ctx, i)}, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "list-headcounts", Method: http.MethodGet, Path: "/api/v1/headcounts",
		Summary: "Head counts under way: to staff of their own classes", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*countsOutput, error) {
		all, err := s.service.Counts(accountOf(ctx))
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &countsOutput{}
		out.Body.Counts = mapped(all, viewCount)
		return out, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "report-headcount", Method: http.MethodPost, Path: "/api/v1/headcounts/{id}",
		Summary: "Report a class's figures, without seeing what it is about", Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, func(ctx context.Context, in *reportInput) (*countOutput, error) {
		b := in.Body
		c, err := s.service.Report(ctx, accountOf(ctx), in.ID, muster.Command{
			ID: idOf(ctx, b.ID), Class: b.Class, Figures: muster.Figures{Expected: b.Expected, Present: b.Present, Missing: b.Missing, Reason: muster.Reason(b.Reason)},
		})
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &countOutput{Body: viewCount(c)}, nil
	})
}
