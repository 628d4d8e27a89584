package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
)

// CallerError refuses a request by who makes it, before it is looked at.
type CallerError struct {
	Status    int
	Reason    string // as counted; "" takes the status' own
	Code      string // ends the problem's type; "" for none of its own
	Challenge string // WWW-Authenticate (RFC 6750, 3); "" for none
	Wait      time.Duration
	Detail    string
}

func (e *CallerError) Error() string { return e.Detail }

// Unwrap says which sort of refusal it is.
func (e *CallerError) Unwrap() error {
	if e.Status == http.StatusForbidden {
		return alerting.ErrForbidden
	}
	return nil
}

// Why nobody is let in.
var (
	errNobody       = &CallerError{Status: http.StatusUnauthorized, Challenge: "Bearer", Detail: "not signed in"}
	errSessions     = &CallerError{Status: http.StatusServiceUnavailable, Detail: "sessions can't be read now"}
	errTokensUnread = &CallerError{Status: http.StatusServiceUnavailable, Detail: "tokens can't be read now"}
	errTokenUnknown = badToken("unknown", "there is no such token")
	errTokenExpired = badToken("expired", "this token has expired: an administrator makes another one")
	errTokenRevoked = badToken("revoked", "this token was revoked")
	errTokenSchools = badToken("schools", "no school of this token is configured here")
	errPeopleOnly   = &CallerError{Status: http.StatusForbidden, Reason: "token_scope", Code: "token.people", Detail: "no scope opens this to programs: it is for people who are signed in"}
	errNoPages      = &CallerError{Status: http.StatusForbidden, Reason: "token_page", Code: "token.page", Detail: "a token opens no pages: what programs may ask is under /api/v1"}
)

func badToken(how, detail string) *CallerError {
	return &CallerError{
		Status: http.StatusUnauthorized, Reason: "token_" + how, Code: "token." + how, Detail: detail,
		Challenge: fmt.Sprintf(`Bearer error="invalid_token", error_description="%s"`, detail),
	}
}

// tokenReasons are what refusals of programs are counted by.
func tokenReasons() []string {
	return []string{"token_unknown", "token_expired", "token_revoked", "token_schools", "token_scope", "token_page", "token_waits", "token_often"}
}

// lacking refuses a program that has none of the scopes.
func lacking(scopes ...string) error {
	all := strings.Join(scopes, " or ")
	return &CallerError{
		Status: http.StatusForbidden, Reason: "token_scope", Code: "token.scope", Detail: "this token lacks the scope " + all,
		Challenge: fmt.Sprintf(`Bearer error="insufficient_scope", scope="%s"`, strings.Join(scopes, " ")),
	}
}

// header is what goes with the refusal.
func (e *CallerError) header() http.Header {
	h := http.Header{}
	if e.Challenge != "" {
		h.Set("WWW-Authenticate", e.Challenge)
	}
	if e.Wait > 0 {
		h.Set("Retry-After", strconv.FormatInt(seconds(e.Wait), 10))
	}
	return h
}

// model is the refusal as a problem.
func (e *CallerError) model() *huma.ErrorModel {
	m := &huma.ErrorModel{Title: http.StatusText(e.Status), Status: e.Status, Detail: e.Detail}
	if e.Code != "" {
		m.Type = refusalURN + e.Code
	}
	whole := typed(*m)
	return &whole
}

// write answers with the refusal.
func (e *CallerError) write(w http.ResponseWriter) {
	if e.Reason != "" {
		because(w, e.Reason)
	}
	h := w.Header()
	for name, values := range e.header() {
		h[name] = values
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(e.model())
}

// admit is who makes a request; whoever is not let in is answered. A program
// needs a token with one of the scopes; without scopes it is for people.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, scopes ...string) (Reader, bool) {
	reader, err := s.caller(w, r, scopes)
	var refused *CallerError
	switch {
	case err == nil:
		return reader, true
	case !errors.As(err, &refused):
		s.log.Error("reading a session failed", "error", err)
		refused = errSessions
	}
	refused.write(w)
	return Reader{}, false
}

// caller is who makes a request. The Authorization header wins: beside one no
// cookie is read.
func (s *Server) caller(w http.ResponseWriter, r *http.Request, scopes []string) (Reader, error) {
	if byProgram(r) {
		return s.programs.find(r, scopes, time.Now())
	}
	reader, ok, err := s.Reader(w, r)
	switch {
	case err != nil:
		return Reader{}, err
	case !ok || len(scopes) == 1 && scopes[0] == anyScope:
		return Reader{}, errNobody
	case reader.mustChange(r.URL.Path):
		return Reader{}, errInitial
	}
	return reader, nil
}

func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
