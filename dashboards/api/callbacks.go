package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// callBacksSince is how far back schools are looked for that wait for a call:
// what nobody did within it stands on the incident's own page.
const callBacksSince = 30 * 24 * time.Hour

// CallBacks lists the closed incidents that the police heard of only when they
// were closed, and over which they have not called the school back yet: the
// oldest first. whole is false where there are so many closed incidents that
// the earliest are left out.
func (s *Service) CallBacks(ctx context.Context, a people.Account, now time.Time) (due []alerting.Incident, whole bool, err error) {
	if a.Role != alerting.RoleLiaison {
		return nil, false, fmt.Errorf("%w: the police call schools back", alerting.ErrForbidden)
	}
	whole = true
	for _, school := range slices.Sorted(slices.Values(a.Schools)) {
		past, all, err := s.closed(ctx, a, school, now.Add(-callBacksSince))
		if err != nil {
			return nil, false, err
		}
		whole = whole && all
		due = append(due, slices.DeleteFunc(past, func(i alerting.Incident) bool { return !i.CallBack })...)
	}
	slices.SortStableFunc(due, func(x, y alerting.Incident) int { return x.OpenedAt.Compare(y.OpenedAt) })
	return due, whole, nil
}

// CallBack is one school that waits for a call.
type CallBack struct {
	Incident   string           `json:"incident"`
	School     string           `json:"school"`
	Place      alerting.Place   `json:"place"`
	Kind       alerting.Kind    `json:"kind"`
	OpenedAt   time.Time        `json:"opened_at"`
	ResolvedAt time.Time        `json:"resolved_at"`
	Outcome    alerting.Outcome `json:"outcome"`
}

type callBacksOutput struct {
	Body struct {
		CallBacks []CallBack `json:"call_backs" nullable:"false" doc:"The oldest first."`
		Whole     bool       `json:"whole" doc:"False where there are so many closed incidents that the earliest are left out."`
	}
}

func (s *Server) mountCallBacks(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-call-backs", Method: http.MethodGet, Path: "/api/v1/call-backs",
		Summary: "Schools that wait for the police to call back",
		Description: "To liaisons: the incidents of 30 days that they heard of only when they were closed. " +
			"A stamped call to the school that was answered (POST /api/v1/incidents/{id}/call) takes one off the list.",
		Security: open(ScopeReadIncidents), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 503},
	}, func(ctx context.Context, _ *struct{}) (*callBacksOutput, error) {
		due, whole, err := s.service.CallBacks(ctx, accountOf(ctx), time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &callBacksOutput{}
		out.Body.Whole, out.Body.CallBacks = whole, make([]CallBack, 0, len(due))
		for _, i := range due {
			out.Body.CallBacks = append(out.Body.CallBacks, CallBack{
				Incident: i.ID, School: i.School, Place: i.Place, Kind: i.Kind, OpenedAt: i.OpenedAt, ResolvedAt: i.ResolvedAt, Outcome: i.Outcome,
			})
		}
		return out, nil
	})
}
