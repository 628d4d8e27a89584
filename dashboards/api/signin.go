package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting/office/password"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/identity"
)

// signInTimeout bounds the wait for a free place to check a password in.
const signInTimeout = 10 * time.Second

// Why a sign-in is refused.
var (
	ErrWrongPassword = errors.New("wrong name or password")
	ErrSignInBusy    = errors.New("too many sign-ins at once")
)

// WaitError refuses a sign-in that comes too soon after failed ones.
type WaitError struct{ For time.Duration }

// Error says how long to wait.
func (e *WaitError) Error() string {
	return fmt.Sprintf("too many failed sign-ins: wait %d s", e.Seconds())
}

// Seconds is the wait, rounded up.
func (e *WaitError) Seconds() int64 { return int64((e.For + time.Second - 1) / time.Second) }

// SignedIn is a session that has begun; its cookies are set already.
type SignedIn struct {
	Account people.Account
	Token   string
}

// SignIn checks a name and a password and begins a session, setting the
// cookies on w. It fails with ErrWrongPassword, *WaitError or ErrSignInBusy.
func (s *Server) SignIn(w http.ResponseWriter, r *http.Request, name, pass string) (SignedIn, error) {
	done, err := s.signIn(w, r, name, pass)
	s.metrics.signIns.WithLabelValues(signInResult(err)).Inc()
	return done, err
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request, name, pass string) (SignedIn, error) {
	ctx, now := r.Context(), time.Now()
	leave, known, err := s.attempted(r, name, now)
	if err != nil {
		return SignedIn{}, err
	}
	account, err := s.check(ctx, name, pass)
	leave(err)
	if err != nil {
		return SignedIn{}, err
	}
	return s.begin(w, r, account, by{}, known, now)
}

// attempted begins an attempt from where a request comes; leave says what came of
// it. It fails with ErrSignInBusy or *WaitError.
func (s *Server) attempted(r *http.Request, name string, now time.Time) (leave func(error), known bool, err error) {
	network := networkOf(r.RemoteAddr)
	browser, known := s.knownBrowser(r, name)
	o, left := origin{account: name, from: network}, func() {}
	if known {
		o.from, o.known = browser, true
	} else {
		if !s.backoff.enter(network) {
			return nil, known, ErrSignInBusy
		}
		left = func() { s.backoff.leave(network) }
	}
	if wait := s.attempt(r.Context(), o, now); wait > 0 {
		left()
		return nil, known, &WaitError{For: wait}
	}
	return func(err error) {
		left()
		switch {
		case err == nil:
			s.backoff.succeeded(o)
		case !errors.Is(err, ErrWrongPassword):
			s.backoff.forgiven(o)
		}
	}, known, nil
}

// attempt begins an attempt. A known browser is held instead of refused: the
// right password comes in, whatever a colleague typed there before. Of many at
// once one gets its turn, and the others are told to wait.
func (s *Server) attempt(ctx context.Context, o origin, now time.Time) (wait time.Duration) {
	wait = s.backoff.begin(o, now)
	if wait == 0 || !o.known {
		return wait
	}
	turn := time.NewTimer(wait)
	defer turn.Stop()
	select {
	case at := <-turn.C:
		return s.backoff.begin(o, at)
	case <-ctx.Done():
		return wait
	}
}

func (s *Server) check(ctx context.Context, name, pass string) (people.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	account, _ := s.people().Account(name) // an unknown one is checked too, at the same cost
	err := s.passwords.Check(ctx, account.PasswordHash, pass)
	switch {
	case errors.Is(err, password.ErrWrong):
		return people.Account{}, ErrWrongPassword
	case errors.Is(err, password.ErrBusy):
		return people.Account{}, ErrSignInBusy
	case err != nil:
		return people.Account{}, fmt.Errorf("check password of %s: %w", name, err)
	}
	return account, nil
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request, a people.Account, how by, known bool, now time.Time) (SignedIn, error) {
	ctx := r.Context()
	if old := tokenOf(r); old != "" { // one browser, one session
		if err := s.endSession(ctx, old); err != nil {
			return SignedIn{}, err
		}
	}
	token, until, err := s.sessions.start(ctx, a, how)
	if err != nil {
		return SignedIn{}, err
	}
	if !known {
		browser, err := s.sessions.remember(ctx, a.Name, now)
		if err != nil {
			return SignedIn{}, err
		}
		all := slices.Insert(s.sessions.stillKnown(ctx, browsersOf(r)), 0, browser)
		all = all[:min(len(all), mostOfBrowser)]
		http.SetCookie(w, s.sessions.cookie(r, browserCookie, strings.Join(all, betweenTokens), now.Add(browserLifetime)))
	}
	http.SetCookie(w, s.sessions.cookie(r, sessionCookie, token, until))
	s.noteSignIn(ctx, a.Name, now)
	return SignedIn{Account: a, Token: token}, nil
}

// noteSignIn keeps when somebody signed in last. It keeps nobody from it.
func (s *Server) noteSignIn(ctx context.Context, account string, now time.Time) {
	if s.accounts == nil {
		return
	}
	if err := s.accounts.SignedIn(ctx, account, now); err != nil {
		s.log.Warn("noting a sign-in failed", "account", account, "error", err)
	}
}

// SignOut ends the request's session, its streams and its cookie.
func (s *Server) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.endSession(r.Context(), tokenOf(r)); err != nil {
		return err
	}
	http.SetCookie(w, s.sessions.cookie(r, sessionCookie, "", time.Time{}))
	return nil
}

func (s *Server) endSession(ctx context.Context, token string) error {
	if err := s.sessions.end(ctx, token); err != nil {
		return err
	}
	s.streams.endSession(token)
	s.pages.endSession(token)
	return nil
}

// Reader returns who makes the request and is signed in; ok is false for nobody,
// and for every program. It renews the session's cookie where that is due.
func (s *Server) Reader(w http.ResponseWriter, r *http.Request) (_ Reader, ok bool, err error) {
	if byProgram(r) {
		return Reader{}, false, nil
	}
	reader, ok, err := s.sessions.find(r.Context(), tokenOf(r))
	if !ok || err != nil {
		return Reader{}, false, err
	}
	until, renewed, err := s.sessions.renew(r.Context(), reader, time.Now())
	if err != nil {
		// The session is good for half of its life yet.
		s.log.Warn("renewing a session failed", "account", reader.Account.Name, "error", err)
		return reader, true, nil
	}
	if renewed && r.Header.Get("Authorization") == "" {
		http.SetCookie(w, s.sessions.cookie(r, sessionCookie, reader.token, until))
	}
	reader.until = until
	return reader, true, nil
}

func (s *Server) knownBrowser(r *http.Request, account string) (token string, known bool) {
	for _, token := range browsersOf(r) {
		if s.sessions.knows(r.Context(), token, account) {
			return token, true
		}
	}
	return "", false
}

func signInResult(err error) string {
	var wait *WaitError
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, ErrWrongPassword):
		return "wrong_password"
	case errors.As(err, &wait):
		return "backed_off"
	case errors.Is(err, ErrSignInBusy):
		return "busy"
	case errors.Is(err, ErrNoAccount):
		return "identity_no_account"
	case errors.Is(err, ErrAccountOff):
		return "identity_account_off"
	}
	if why := identity.Refusal(err); why != "" {
		return "identity_" + string(why)
	}
	return "error"
}
