package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// ManagedAccount is an account as the API gives it to an administrator.
type ManagedAccount struct {
	Name       string   `json:"name"`
	Display    string   `json:"display_name" doc:"What people call whoever has it; empty where nobody wrote it down."`
	Role       string   `json:"role"`
	Schools    []string `json:"schools" nullable:"false" doc:"Those that are the reader's too."`
	Elsewhere  bool     `json:"elsewhere" doc:"It serves other schools as well: only an administrator of the whole hub changes it."`
	Named      bool     `json:"named" doc:"May open confidential incidents of its schools."`
	Release    bool     `json:"release" doc:"May release notices to parents."`
	State      string   `json:"state" enum:"active,disabled,suspended" doc:"disabled: by the configuration; suspended: by an administrator, while the hub ran."`
	From       string   `json:"from" enum:"configuration,changed,added" doc:"configuration: it is as that says; changed: on a page, since; added: on a page."`
	Initial    bool     `json:"initial" doc:"Its password was drawn by an administrator, and is good for choosing another one alone."`
	LastSignIn *string  `json:"last_sign_in" doc:"Null where nobody ever signed in to it."`
	Sessions   int      `json:"sessions" doc:"Open ones."`
	WaitsUntil *string  `json:"waits_until" doc:"When the last of the places that failed to sign in may try again; null where none waits. It keeps nobody else from signing in."`
	Places     int      `json:"places" doc:"How many places wait."`
}

// AccountEntry is one entry of the accounts' audit chain.
type AccountEntry struct {
	Seq     int64    `json:"seq"`
	At      string   `json:"at" format:"date-time"`
	Account string   `json:"account" doc:"Of a token: its program; of a code for parents: parents: and its school."`
	Did     string   `json:"did" enum:"added,password,disabled,enabled,suspended,restored,signed-out,changed,came,altered,went,superseded,token-made,token-revoked,token-used-expired,token-used-revoked,code-issued,code-revoked,parent-subscribed,parent-unsubscribed,parent-language"`
	By      string   `json:"by" doc:"An account, user@host of a command line, a program that was refused, or configuration."`
	Why     string   `json:"why" doc:"Of a program that was refused: the network it asked from."`
	Of      []string `json:"of" nullable:"false" doc:"altered: which facts are others now."`

	Before *TermsBody `json:"before" doc:"changed, superseded: what the account was."`
	After  *TermsBody `json:"after" doc:"changed, and added on a page: what it is since."`

	Grant *GrantBody `json:"grant" doc:"token-made: what was granted."`
}

type accountsOutput struct {
	Body struct {
		Accounts []ManagedAccount `json:"accounts" nullable:"false"`
	}
}

type accountChangesInput struct {
	Account string `query:"account" maxLength:"64" doc:"An account, or a program."`
	Before  int64  `query:"before" minimum:"0" doc:"Changes before this one; 0: from the end."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type accountChangesOutput struct {
	Body struct {
		Changes []AccountEntry `json:"changes" nullable:"false"`
		Next    int64          `json:"next" doc:"Before what to go on; 0 where nothing is left. A page may have fewer changes than it could."`
	}
}

type nameInput struct {
	Name string `path:"name" maxLength:"64"`
}

type accountInput struct {
	Name string `path:"name" maxLength:"64"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type accountOutput struct{ Body ManagedAccount }

// AccountSteps are what an administrator does with an account while the hub
// runs, by the last part of the address.
func AccountSteps() map[string]people.Deed {
	return map[string]people.Deed{
		"sign-out": people.AccountSignedOut, "suspend": people.AccountSuspended, "restore": people.AccountRestored,
	}
}

func (s *Server) mountAccounts(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-rights", Method: http.MethodGet, Path: "/api/v1/rights",
		Summary: "What each role may do at the schools of an account", Description: "Asked of the functions that decide it for requests.",
		Security: signedIn(), Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401},
	}, s.listRights)
	if !s.HasAccounts() {
		return
	}
	s.mountTokens(h)
	s.mountPasswords(h)
	s.mountTerms(h)
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: path, Summary: summary, Description: "For the admin.", Security: signedIn(), MaxBodyBytes: jsonBody,
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403, 503}, errors...),
		}
	}
	huma.Register(h, op("list-accounts", http.MethodGet, "/api/v1/accounts", "Who may sign in, as what, and who did"), s.listAccounts)
	huma.Register(h, op("get-account", http.MethodGet, "/api/v1/accounts/{name}", "One account", 404, 422), s.getAccount)
	huma.Register(h, op("list-account-changes", http.MethodGet, "/api/v1/accounts/changes", "What was done with accounts, by whom and why, the latest first", 404, 422), s.listAccountChanges)
	for step, summary := range map[string]string{
		"sign-out": "End an account's sessions", "suspend": "Let nobody sign in to an account until it is restored; ends its sessions", "restore": "End a suspension",
	} {
		huma.Register(h, op(step+"-account", http.MethodPost, "/api/v1/accounts/{name}/"+step, summary, 404, 409, 413, 415, 422), s.accountStep(AccountSteps()[step]))
	}
}

func (s *Server) listAccounts(ctx context.Context, _ *struct{}) (*accountsOutput, error) {
	all, err := s.Managed(ctx, accountOf(ctx), time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &accountsOutput{}
	out.Body.Accounts = mapped(all, managedOf)
	return out, nil
}

func (s *Server) getAccount(ctx context.Context, in *nameInput) (*accountOutput, error) {
	a, err := s.ManagedOne(ctx, accountOf(ctx), in.Name, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &accountOutput{managedOf(a)}, nil
}

func (s *Server) listAccountChanges(ctx context.Context, in *accountChangesInput) (*accountChangesOutput, error) {
	admin := accountOf(ctx)
	all, next, err := s.AccountChanges(ctx, admin, in.Account, in.Before, in.Limit, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &accountChangesOutput{}
	out.Body.Next, out.Body.Changes = next, mapped(all, func(c people.AccountChange) AccountEntry {
		return AccountEntry{Seq: c.Seq, At: stamp(c.At), Account: c.Account, Did: string(c.Did), By: c.By, Why: c.Why, Of: append([]string{}, c.Of...), Before: termsOf(admin, c.Before), After: termsOf(admin, c.After), Grant: grantOf(c.Grant)}
	})
	return out, nil
}

func (s *Server) accountStep(did people.Deed) func(context.Context, *accountInput) (*accountOutput, error) {
	return func(ctx context.Context, in *accountInput) (*accountOutput, error) {
		a, err := s.ChangeAccount(ctx, accountOf(ctx), in.Name, did, in.Body.Reason, time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		return &accountOutput{managedOf(a)}, nil
	}
}

func managedOf(a AccountState) ManagedAccount {
	return ManagedAccount{
		Name: a.Name, Display: a.DisplayName, Role: string(a.Role), Schools: append([]string{}, a.Schools...), Elsewhere: a.Elsewhere, Named: a.Named, Release: a.Release,
		State: a.State(), From: a.From(), Initial: a.Initial, LastSignIn: stampUnlessZero(a.LastSignIn), Sessions: a.Sessions, WaitsUntil: stampUnlessZero(a.WaitsUntil), Places: a.Places,
	}
}

// State is active, disabled or suspended.
func (a AccountState) State() string {
	if a.Off == "" {
		return "active"
	}
	return string(a.Off)
}

// From is where its terms come from: configuration, changed or added.
func (a AccountState) From() string {
	switch {
	case a.Added():
		return "added"
	case a.Set():
		return "changed"
	}
	return "configuration"
}

// RoleRights are the rights of a role.
type RoleRights struct {
	Role string            `json:"role"`
	May  map[string]string `json:"may" doc:"By right: all, named (who is named for confidential incidents), release (who holds the release right), none."`
}

type rightsOutput struct {
	Body struct {
		Roles  []RoleRights `json:"roles" nullable:"false"`
		Scopes []ScopeBody  `json:"scopes" nullable:"false" doc:"What programs can be permitted of that."`
	}
}

func (s *Server) listRights(context.Context, *struct{}) (*rightsOutput, error) {
	out := &rightsOutput{}
	for _, role := range alerting.Roles() {
		r := RoleRights{Role: string(role), May: map[string]string{}}
		for _, right := range Rights() {
			r.May[right.ID] = string(right.Of(role))
		}
		out.Body.Roles = append(out.Body.Roles, r)
	}
	out.Body.Scopes = scopeBodies()
	return out, nil
}
