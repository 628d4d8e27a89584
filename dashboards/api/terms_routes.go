package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// WishBody is what an account shall be.
type WishBody struct {
	Display string   `json:"display_name,omitempty" maxLength:"256" doc:"What people call whoever has it: at most 64 characters."`
	Role    string   `json:"role" enum:"liaison,officer,guard,volunteer,staff,district,admin" doc:"One of the police (liaison) is looked after by an administrator of the whole hub."`
	Schools []string `json:"schools" maxItems:"200" nullable:"false" doc:"An admin without any administers the whole hub; everybody else has one at least."`
	Named   bool     `json:"named,omitempty" doc:"May open confidential incidents of its schools: for an administrator of the whole hub to say."`
	Release bool     `json:"release,omitempty" doc:"An officer who may release notices to parents."`
	Reason  string   `json:"reason" minLength:"1" maxLength:"500"`
}

func (b WishBody) wish() AccountWish {
	return AccountWish{Terms: people.Terms{
		DisplayName: b.Display, Role: alerting.Role(b.Role), Schools: b.Schools, Named: b.Named, Release: b.Release,
	}, Why: b.Reason}
}

// TermsBody is what an account is or was, in its audit chain.
type TermsBody struct {
	Display   string   `json:"display_name"`
	Role      string   `json:"role"`
	Schools   []string `json:"schools" nullable:"false" doc:"Those that are the reader's too."`
	Elsewhere bool     `json:"elsewhere" doc:"It served other schools as well."`
	Named     bool     `json:"named"`
	Release   bool     `json:"release"`
	Classes   []string `json:"classes" nullable:"false"`
}

// termsOf is what an administrator sees of terms: of schools their own.
func termsOf(admin people.Account, t *people.Terms) *TermsBody {
	if t == nil {
		return nil
	}
	own, others := shared(admin, t.Schools)
	return &TermsBody{
		Display: t.DisplayName, Role: string(t.Role), Schools: append([]string{}, own...), Elsewhere: others, Named: t.Named, Release: t.Release,
		Classes: append([]string{}, t.Classes...),
	}
}

type addAccountInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"63" doc:"a-z, 0-9 and -; what is typed to sign in."`
		WishBody
	}
}

type changeAccountInput struct {
	Name string `path:"name" maxLength:"64"`
	Body WishBody
}

type changedAccountOutput struct {
	Body struct {
		Account   ManagedAccount `json:"account"`
		SignedOut bool           `json:"signed_out" doc:"Its sessions and streams have ended: it has other rights now."`
		Tokens    []string       `json:"tokens" nullable:"false" doc:"Those that this account has made and are good. They are their programs' and go on: revoke what is not wanted any more."`
	}
}

func (s *Server) mountTerms(h huma.API) {
	op := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, Description: "For the admin; of the police and of named people for the admin of the whole hub.",
			Security: signedIn(), MaxBodyBytes: jsonBody, Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 409, 413, 415, 422, 503}, errors...),
		}
	}
	add := op("add-account", "/api/v1/accounts", "Add an account, with a first password that is good for choosing another one alone")
	add.DefaultStatus = http.StatusCreated
	huma.Register(h, add, s.addAccount)
	huma.Register(h, op("change-account", "/api/v1/accounts/{name}/change", "Give an account another display name, role, schools or rights; other rights end its sessions and streams", 404), s.changeTerms)
}

func (s *Server) addAccount(ctx context.Context, in *addAccountInput) (*givenPasswordOutput, error) {
	a, drawn, err := s.AddAccount(ctx, accountOf(ctx), in.Body.Name, in.Body.wish(), time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &givenPasswordOutput{}
	out.Body.Password, out.Body.Account = drawn, managedOf(a)
	return out, nil
}

func (s *Server) changeTerms(ctx context.Context, in *changeAccountInput) (*changedAccountOutput, error) {
	admin, now := accountOf(ctx), time.Now()
	is, err := s.SetAccount(ctx, admin, in.Name, in.Body.wish(), now)
	if err != nil {
		return nil, s.problemOf(err)
	}
	tokens, err := s.TokensBy(ctx, admin, in.Name, now)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &changedAccountOutput{}
	out.Body.Account, out.Body.SignedOut, out.Body.Tokens = managedOf(is.AccountState), is.SignedOut, tokens
	return out, nil
}
