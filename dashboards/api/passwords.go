package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
)

// Why a password is not taken, beside what signing in knows.
var (
	errOldWrong = &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "password.old", Text: alerting.Text{
		ZH: "现在的密码不对。", EN: "The present password is wrong.",
	}}
	errOldAgain = &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "password.same", Text: alerting.Text{
		ZH: "新密码与现在的相同。", EN: "The new password is the present one.",
	}}
	errWeak = &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "password.weak", Text: alerting.Text{
		ZH: "新密码太容易猜到：至少 12 个字符，其中至少 6 个不同；不要用键盘顺序、重复字符、账号名、校名或常见词。",
		EN: "The new password is too easy to guess: at least 12 characters, 6 of them different; no rows of keys, repeated characters, names of account or school, or common words.",
	}}
	errPasswordElsewhere = &alerting.Refusal{Kind: alerting.ErrForbidden, Code: "password.hub", Text: alerting.Text{
		ZH: "民警和指定人员的密码由管理整个系统的管理员重设。", EN: "Passwords of the police and of named people are given by whoever administers the whole hub.",
	}}
	errPasswordOwn = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "password.own", Text: alerting.Text{
		ZH: "自己的密码请在“修改密码”页修改。", EN: "Change your own password on its own page.",
	}}
	errInitial = &CallerError{Status: http.StatusForbidden, Code: "password.initial", Detail: "this password was given by an administrator: change it first"}
)

// ChangePassword gives the reader another password, who says the present one. It
// ends all sessions of the account and begins one for this browser. A wrong one
// costs what it costs at signing in.
func (s *Server) ChangePassword(w http.ResponseWriter, r *http.Request, a people.Account, old, chosen string) (SignedIn, error) {
	ctx, now := r.Context(), time.Now()
	a, ok := s.people().Account(a.Name)
	if !ok || s.accounts == nil {
		return SignedIn{}, fmt.Errorf("%w: account", alerting.ErrNotFound)
	}
	leave, _, err := s.attempted(r, a.Name, now)
	if err != nil {
		return SignedIn{}, err
	}
	_, err = s.check(ctx, a.Name, old)
	leave(err)
	switch {
	case errors.Is(err, ErrWrongPassword):
		return SignedIn{}, errOldWrong
	case err != nil:
		return SignedIn{}, err
	case old == chosen:
		return SignedIn{}, errOldAgain
	case password.Weak(chosen, s.guessed(a)...) != nil:
		return SignedIn{}, errWeak
	}
	if err := s.setPassword(ctx, a, chosen, people.AccountChange{At: now, By: a.Name}, false); err != nil {
		return SignedIn{}, err
	}
	next, ok := s.people().Account(a.Name)
	if !ok {
		return SignedIn{}, fmt.Errorf("%w: account", alerting.ErrNotFound)
	}
	return s.begin(w, r, next, by{}, false, now)
}

// GivePassword draws a password for an account that an administrator looks after,
// and ends its sessions. The account can do nothing with it but choose another
// one; it is in the answer and nowhere else. Whoever may not administer the whole
// hub gives none to the police, nor to who is named for confidential incidents:
// they would have what they may not read.
func (s *Server) GivePassword(ctx context.Context, admin people.Account, name, why string, now time.Time) (AccountState, string, error) {
	a, err := s.ManagedOne(ctx, admin, name, now)
	if err != nil {
		return AccountState{}, "", err
	}
	why, reasoned := reasonOf(why)
	switch {
	case !holds(admin, a.Account):
		return AccountState{}, "", errNotAllSchools
	case name == admin.Name:
		return AccountState{}, "", errPasswordOwn
	case !GivesPasswords(admin, a.Account):
		return AccountState{}, "", errPasswordElsewhere
	case !reasoned:
		return AccountState{}, "", errNoWhy
	}
	drawn, err := password.Readable()
	if err != nil {
		return AccountState{}, "", err
	}
	if err := s.setPassword(ctx, a.Account, drawn, people.AccountChange{At: now, By: admin.Name, Why: why}, true); err != nil {
		return AccountState{}, "", err
	}
	a, err = s.ManagedOne(ctx, admin, name, now)
	return a, drawn, err
}

// GivesPasswords reports whether an administrator may draw a password for an
// account that it may change.
func GivesPasswords(admin, a people.Account) bool {
	return len(admin.Schools) == 0 || a.Role != alerting.RoleLiaison && !a.Named
}

// setPassword hashes a password, keeps it and ends the account's sessions.
func (s *Server) setPassword(ctx context.Context, a people.Account, chosen string, c people.AccountChange, initial bool) error {
	hash, err := s.hashed(ctx, chosen)
	if err != nil {
		return err
	}
	c.Account, c.Did = a.Name, people.AccountPassword
	c.Password = &people.NewPassword{Replaces: a.Configured(), Hash: hash, Initial: initial}
	if err := s.accounts.Change(ctx, c); err != nil {
		return err
	}
	s.signedOut(a.Name)
	return nil
}

// signedOut ends what runs in the name of an account whose sessions are gone.
func (s *Server) signedOut(account string) {
	s.sessions.memory.forgetAll(account)
	s.streams.endAccount(account)
	s.pages.endAccount(account)
}

// guessed is what anybody would try of an account: its name, and the schools'.
func (s *Server) guessed(a people.Account) []string {
	out := []string{a.Name}
	for _, id := range a.Schools {
		if school, ok := s.people().School(id); ok {
			out = append(out, id, school.Name.ZH, school.Name.EN)
		}
	}
	return out
}

// mustChange reports whether a reader has to choose a password before anything
// else but signing out.
func (r Reader) mustChange(path string) bool {
	return r.Account.Initial && path != "/api/v1/password" && path != "/api/v1/session"
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" minLength:"12" maxLength:"1024" doc:"At least 12 characters, 6 of them different, and not easy to guess."`
	}
}

type givenPasswordOutput struct {
	Body struct {
		Password string         `json:"password" doc:"It is shown here and never again; whoever signs in with it chooses another one first."`
		Account  ManagedAccount `json:"account"`
	}
}

func (s *Server) mountPasswords(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "change-password", Method: http.MethodPut, Path: "/api/v1/password",
		Summary: "Choose another password for oneself", Description: "Ends all sessions of the account, and begins another one for who asks.",
		Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h), withExchange}, Errors: []int{401, 413, 415, 422, 429, 503},
	}, s.putPassword)
	huma.Register(h, huma.Operation{
		OperationID: "give-password", Method: http.MethodPost, Path: "/api/v1/accounts/{name}/password",
		Summary: "Draw a password for an account, and end its sessions", Description: "For the admin; of the police and of named people for the admin of the whole hub.",
		Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, s.givePassword)
}

func (s *Server) putPassword(ctx context.Context, in *passwordInput) (*sessionOutput, error) {
	x, _ := ctx.Value(requestKey{}).(exchange)
	done, err := s.ChangePassword(x.w, x.r, accountOf(ctx), in.Body.Old, in.Body.New)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return sessionOf(done), nil
}

func (s *Server) givePassword(ctx context.Context, in *accountInput) (*givenPasswordOutput, error) {
	a, drawn, err := s.GivePassword(ctx, accountOf(ctx), in.Name, in.Body.Reason, time.Now())
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &givenPasswordOutput{}
	out.Body.Password, out.Body.Account = drawn, managedOf(a)
	return out, nil
}
