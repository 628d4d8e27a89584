package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// ManagedTokenBody is a token as the API gives it to an administrator.
type ManagedTokenBody struct {
	Name      string   `json:"name"`
	Program   string   `json:"program" doc:"Who acts with it, in journal and audit chains."`
	Role      string   `json:"role"`
	Schools   []string `json:"schools" nullable:"false" doc:"Those that are the reader's too."`
	Elsewhere bool     `json:"elsewhere" doc:"It serves other schools as well: only an administrator of the whole hub ends it."`
	Scopes    []string `json:"scopes" nullable:"false"`
	State     string   `json:"state" enum:"active,expired,revoked"`
	MadeAt    string   `json:"made_at" format:"date-time"`
	MadeBy    string   `json:"made_by"`
	Until     string   `json:"until" format:"date-time"`
	RevokedAt *string  `json:"revoked_at"`
	UsedAt    *string  `json:"used_at" doc:"The hour in which it was used last; null where it never was."`
	RefusedOn *string  `json:"refused_on" doc:"The day on which it was used last behind its end; null where it never was."`
}

type makeTokenInput struct {
	Body struct {
		Name    string   `json:"name" minLength:"1" maxLength:"40" doc:"a-z, 0-9 and -. It is given once and never again."`
		Role    string   `json:"role" enum:"liaison,officer,guard,admin" doc:"Whose rights the scopes are a part of. One of the police (liaison) is made by an administrator of the whole hub."`
		Schools []string `json:"schools" minItems:"1" maxItems:"200"`
		Scopes  []string `json:"scopes" minItems:"1" maxItems:"16" doc:"See /api/v1/rights."`
		Days    int      `json:"days,omitempty" minimum:"1" maximum:"366" default:"90"`
		Reason  string   `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type madeTokenOutput struct {
	Body struct {
		Token string           `json:"token" doc:"What the program puts behind Authorization: Bearer. It is shown here and never again."`
		Made  ManagedTokenBody `json:"made"`
	}
}

type tokensOutput struct {
	Body struct {
		Tokens []ManagedTokenBody `json:"tokens" nullable:"false" doc:"Those that are good first. One that has ended stays: its name is never given again."`
	}
}

type tokenInput struct {
	Name string `path:"name" maxLength:"40"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type tokenOutput struct{ Body ManagedTokenBody }

type ownTokenOutput struct {
	Body struct {
		Program string   `json:"program"`
		Role    string   `json:"role"`
		Schools []string `json:"schools" nullable:"false"`
		Scopes  []string `json:"scopes" nullable:"false"`
		Until   string   `json:"until" format:"date-time"`
	}
}

func (s *Server) mountTokens(h huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Description: "For the admin.", Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 503}, errors...),
		}
	}
	huma.Register(h, op("list-tokens", http.MethodGet, "/api/v1/tokens", "The tokens of programs: what each may do, until when, and when it was used last"), s.listTokens)
	huma.Register(h, op("get-token", http.MethodGet, "/api/v1/tokens/{name}", "One token of a program, never its secret", 404, 422), s.getToken)
	made := op("make-token", http.MethodPost, "/api/v1/tokens", "Make a token for a program", 409, 413, 415, 422)
	made.DefaultStatus = http.StatusCreated
	huma.Register(h, made, s.makeToken)
	huma.Register(h, op("revoke-token", http.MethodPost, "/api/v1/tokens/{name}/revoke", "End a token for good, and its streams", 404, 409, 413, 415, 422), s.revokeToken)
	own := op("read-own-token", http.MethodGet, "/api/v1/token", "What the token that asks may do, and until when")
	own.Description, own.Security = "For every program, whatever its scopes.", []map[string][]string{{schemeToken: {}}}
	huma.Register(h, own, s.ownToken)
}

func (s *Server) listTokens(ctx context.Context, _ *struct{}) (*tokensOutput, error) {
	all, err := s.ManagedTokens(ctx, accountOf(ctx), time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &tokensOutput{}
	out.Body.Tokens = mapped(all, tokenOfView)
	return out, nil
}

func (s *Server) getToken(ctx context.Context, in *nameInput) (*tokenOutput, error) {
	v, err := s.ManagedToken(ctx, accountOf(ctx), in.Name, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &tokenOutput{tokenOfView(v)}, nil
}

func (s *Server) makeToken(ctx context.Context, in *makeTokenInput) (*madeTokenOutput, error) {
	b := in.Body
	v, text, err := s.MakeToken(ctx, accountOf(ctx), TokenWish{
		Name: b.Name, Role: alerting.Role(b.Role), Schools: b.Schools, Scopes: b.Scopes, Days: b.Days, Why: b.Reason,
	}, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &madeTokenOutput{}
	out.Body.Token, out.Body.Made = text, tokenOfView(v)
	return out, nil
}

func (s *Server) revokeToken(ctx context.Context, in *tokenInput) (*tokenOutput, error) {
	v, err := s.RevokeToken(ctx, accountOf(ctx), in.Name, in.Body.Reason, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &tokenOutput{tokenOfView(v)}, nil
}

func (s *Server) ownToken(ctx context.Context, _ *struct{}) (*ownTokenOutput, error) {
	r := readerOf(ctx)
	out := &ownTokenOutput{}
	out.Body.Program, out.Body.Role, out.Body.Until = r.Account.Name, string(r.Account.Role), stamp(r.program.Until)
	out.Body.Schools, out.Body.Scopes = append([]string{}, r.Account.Schools...), append([]string{}, r.program.Scopes...)
	return out, nil
}

func tokenOfView(v TokenView) ManagedTokenBody {
	return ManagedTokenBody{
		Name: v.Name, Program: v.Program(), Role: string(v.Role), Schools: append([]string{}, v.Schools...), Elsewhere: v.Elsewhere,
		Scopes: append([]string{}, v.Scopes...), State: string(v.State()), MadeAt: stamp(v.Made), MadeBy: v.By, Until: stamp(v.Until),
		RevokedAt: stampUnlessZero(v.Revoked), UsedAt: stampUnlessZero(v.Used), RefusedOn: dayUnlessZero(v.Refused),
	}
}

func dayUnlessZero(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	day := t.UTC().Format(time.DateOnly)
	return &day
}

// GrantBody is what was granted with a token.
type GrantBody struct {
	Role    string   `json:"role"`
	Schools []string `json:"schools" nullable:"false"`
	Scopes  []string `json:"scopes" nullable:"false"`
	Until   string   `json:"until" format:"date-time"`
}

func grantOf(g *people.Grant) *GrantBody {
	if g == nil {
		return nil
	}
	return &GrantBody{Role: string(g.Role), Schools: append([]string{}, g.Schools...), Scopes: append([]string{}, g.Scopes...), Until: stamp(g.Until)}
}

// ScopeBody is a scope, and the roles that a program with it can have.
type ScopeBody struct {
	Scope string   `json:"scope"`
	Right string   `json:"right" doc:"The right that it is, or is a part of."`
	Roles []string `json:"roles" nullable:"false" doc:"A program of these roles can have it."`
}

func scopeBodies() []ScopeBody {
	return mapped(Scopes(), func(s Scope) ScopeBody {
		b := ScopeBody{Scope: s.ID, Right: s.Right, Roles: []string{}}
		for _, r := range ProgramRoles() {
			if s.For(r) {
				b.Roles = append(b.Roles, string(r))
			}
		}
		return b
	})
}
