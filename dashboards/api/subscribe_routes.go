package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting/subscribe"
)

// ParentsCode is what a school's parents subscribe with, and how many have.
type ParentsCode struct {
	School      string  `json:"school"`
	Offered     bool    `json:"offered" doc:"Parents can subscribe: the school has a text message gateway."`
	Code        string  `json:"code" doc:"Empty where none is good."`
	IssuedAt    *string `json:"issued_at" doc:"Null where none is good."`
	IssuedBy    string  `json:"issued_by"`
	Subscribers int     `json:"subscribers" doc:"How many have subscribed, with this code or another. Whose numbers they are is told to nobody."`
}

func parentsCodeOf(o subscribe.Overview) ParentsCode {
	return ParentsCode{
		School: o.School, Offered: o.Offered, Code: o.Code.String(), IssuedAt: stampUnlessZero(o.Code.Made), IssuedBy: o.Code.By, Subscribers: o.Subscribers,
	}
}

type parentsCodesOutput struct {
	Body struct {
		Schools []ParentsCode `json:"schools" nullable:"false"`
	}
}

type parentsCodeInput struct {
	School string `path:"school" maxLength:"63"`
}

type revokeCodeInput struct {
	School string `path:"school" maxLength:"63"`
	Body   struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type parentsCodeOutput struct{ Body ParentsCode }

func (s *Server) mountSubscriptions(h huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Description: "For officers, of their own schools.", Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 503}, errors...),
		}
	}
	huma.Register(h, op("list-parents-codes", http.MethodGet, "/api/v1/subscriptions", "What parents subscribe with, and how many have"), s.listParentsCodes)
	huma.Register(h, op("issue-parents-code", http.MethodPost, "/api/v1/subscriptions/{school}/code", "Issue a code in place of the one before; who has subscribed stays", 404, 409), s.issueParentsCode)
	huma.Register(h, op("revoke-parents-code", http.MethodPost, "/api/v1/subscriptions/{school}/revoke", "Revoke the code: nobody subscribes with it any more", 404, 409, 413, 415, 422), s.revokeParentsCode)
}

func (s *Server) listParentsCodes(ctx context.Context, _ *struct{}) (*parentsCodesOutput, error) {
	all, err := s.Invitations(ctx, accountOf(ctx))
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &parentsCodesOutput{}
	out.Body.Schools = mapped(all, parentsCodeOf)
	return out, nil
}

func (s *Server) issueParentsCode(ctx context.Context, in *parentsCodeInput) (*parentsCodeOutput, error) {
	o, err := s.Invite(ctx, accountOf(ctx), in.School, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &parentsCodeOutput{parentsCodeOf(o)}, nil
}

func (s *Server) revokeParentsCode(ctx context.Context, in *revokeCodeInput) (*parentsCodeOutput, error) {
	o, err := s.Uninvite(ctx, accountOf(ctx), in.School, in.Body.Reason, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &parentsCodeOutput{parentsCodeOf(o)}, nil
}
