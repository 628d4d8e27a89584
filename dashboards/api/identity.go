package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/identity"
)

// The cookie of a browser whose owner is with the identity provider. It goes where
// they come back to, and nowhere else.
const (
	identityCookie = "campushub_oidc"
	// IdentityPath begins the addresses of signing in by the identity provider.
	IdentityPath = "/sign-in/oidc"
	// IdentityReturn is where the provider sends browsers back to.
	IdentityReturn = IdentityPath + "/return"
)

// Why nobody signs in for whom the identity provider vouches.
var (
	ErrNoAccount  = errors.New("no account of that identity")
	ErrAccountOff = errors.New("the account is off")
)

// Identities asks an identity provider who somebody is.
type Identities interface {
	Label() alerting.Text
	// Address is the hub's own, by which the provider knows it.
	Address() string
	// There reports, without waiting, whether the provider answers.
	There() bool
	Begin(next string, now time.Time) (to, held string, err error)
	Finish(ctx context.Context, held string, answer url.Values, now time.Time) (who identity.Who, next string, err error)
}

// IdentityOffer is what a page says of signing in by the identity provider.
type IdentityOffer struct {
	Label alerting.Text
	At    string // where that begins
	There bool   // the provider answers
}

// IdentityOffer is the offer; ok is false where passwords are the only way.
func (s *Server) IdentityOffer() (_ IdentityOffer, ok bool) {
	if s.identities == nil {
		return IdentityOffer{}, false
	}
	return IdentityOffer{Label: s.identities.Label(), At: s.identities.Address() + IdentityPath, There: s.identities.There()}, true
}

// BeginIdentity sends a browser to the identity provider, from where it comes back
// to the page next. It waits for nobody.
func (s *Server) BeginIdentity(w http.ResponseWriter, r *http.Request, next string) (to string, err error) {
	to, held, err := s.identities.Begin(next, time.Now())
	if err != nil {
		s.metrics.signIns.WithLabelValues(signInResult(err)).Inc()
		return "", err
	}
	http.SetCookie(w, s.identityCookie(r, held))
	return to, nil
}

// FinishIdentity begins a session for whom the identity provider vouches, as
// SignIn does; next is the page to go on to. Neither account nor right is made
// here. It fails with *identity.RefusedError, ErrNoAccount, ErrAccountOff or
// ErrSignInBusy.
func (s *Server) FinishIdentity(w http.ResponseWriter, r *http.Request) (done SignedIn, next string, err error) {
	done, next, err = s.finishIdentity(w, r)
	s.metrics.signIns.WithLabelValues(signInResult(err)).Inc()
	return done, next, err
}

func (s *Server) finishIdentity(w http.ResponseWriter, r *http.Request) (SignedIn, string, error) {
	now, held := time.Now(), ""
	if c, err := r.Cookie(identityCookie); err == nil {
		held = c.Value
	}
	http.SetCookie(w, s.identityCookie(r, "")) // it is good once
	network := networkOf(r.RemoteAddr)
	if !s.backoff.enter(network) { // the line is that of passwords: nobody crowds it from one address
		return SignedIn{}, "/", ErrSignInBusy
	}
	defer s.backoff.leave(network)
	who, next, err := s.identities.Finish(r.Context(), held, r.URL.Query(), now)
	if err != nil {
		return SignedIn{}, next, err
	}
	a, ok := s.people().Vouched(people.Identity{Issuer: who.Issuer, Subject: who.Subject}, who.Name)
	switch {
	case !ok:
		s.log.Warn("nobody signed in: no account of that identity", "subject", quoted(who.Subject), "name", quoted(who.Name))
		return SignedIn{}, next, ErrNoAccount
	case a.Off != "":
		s.log.Warn("nobody signed in: the account is off", "account", a.Name, "off", string(a.Off))
		return SignedIn{}, next, ErrAccountOff
	}
	_, known := s.knownBrowser(r, a.Name)
	done, err := s.begin(w, r, a, by{linkOf(a)}, known, now)
	return done, next, err
}

func (s *Server) identityCookie(r *http.Request, held string) *http.Cookie {
	c := s.sessions.cookie(r, identityCookie, held, time.Now().Add(identity.TicketLifetime))
	c.Path = IdentityPath
	return c
}

// by is how somebody proved who they are.
type by struct {
	link string // of the account to an identity; "" by password
}

// linkOf is what links an account to whom the identity provider vouches for. A
// session that was begun by it ends with it.
func linkOf(a people.Account) string {
	if i := a.Identity.Fingerprint(); i != "" {
		return i
	}
	return "name"
}

// holds reports whether what somebody proved who they are with still stands.
func (b by) holds(a people.Account) bool { return b.link == "" || b.link == linkOf(a) }

// mostQuoted bounds what a provider says of somebody in a line of the log, in
// bytes.
const mostQuoted = 80

func quoted(s string) string { return strings.ToValidUTF8(s[:min(len(s), mostQuoted)], "") }
