package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"example.org/campushub/alerting/people"
)

// The cookies. The second names a browser that has signed in before; it opens
// nothing, but its owner never waits for a stranger's failures.
const (
	sessionCookie = "campushub_session"
	browserCookie = "campushub_browser"

	browserLifetime = 365 * 24 * time.Hour
	browserPrefix   = "browser:" // keeps browser tokens apart from sessions in the store
	// mostOfBrowser bounds the accounts that one browser is known by: a desk's
	// shifts share one. Overflow: the one that came to it first is forgotten.
	mostOfBrowser = 12
	betweenTokens = "."
)

// What a session holds.
const (
	keyAccount  = "account"
	keyPassword = "password" // fingerprint of the hash: a new password ends old sessions
	keyIdentity = "identity" // what links the account to who proved themselves to the provider; "" by password
)

// Reader is who makes a request: a person who is signed in, or a program.
type Reader struct {
	Account people.Account
	token   string       // of the session; "" of a program
	until   time.Time    // of the session
	program people.Token // what a program came with; zero of a person
}

// sessions keeps who is signed in.
type sessions struct {
	manager *scs.SessionManager
	store   scs.CtxStore
	people  People
	secure  bool
	memory  *memory
	log     *slog.Logger
}

func newSessions(store scs.CtxStore, dir People, lifetime time.Duration, secure bool, log *slog.Logger) *sessions {
	// Not scs.New: it starts a goroutine for a store in memory that never ends.
	m := &scs.SessionManager{Store: store, Lifetime: lifetime, Codec: codec{}}
	return &sessions{manager: m, store: store, people: dir, secure: secure, memory: newMemory(), log: log}
}

// start begins a session of the account.
func (s *sessions) start(ctx context.Context, a people.Account, how by) (token string, until time.Time, err error) {
	ctx, err = s.manager.Load(ctx, "")
	if err != nil {
		return "", time.Time{}, fmt.Errorf("start session of %s: %w", a.Name, err)
	}
	s.manager.Put(ctx, keyAccount, a.Name)
	s.manager.Put(ctx, keyPassword, fingerprint(a))
	if how.link != "" {
		s.manager.Put(ctx, keyIdentity, how.link)
	}
	token, until, err = s.manager.Commit(ctx)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("start session of %s: %w", a.Name, err)
	}
	return token, until, nil
}

// find returns whose session a token is. An account that was disabled or has
// another password or identity now has no session. What can't be read is as it was last.
func (s *sessions) find(ctx context.Context, token string) (Reader, bool, error) {
	if token == "" {
		return Reader{}, false, nil
	}
	loaded, err := s.manager.Load(ctx, token)
	if errors.Is(err, errNoSession) {
		return Reader{}, false, nil
	}
	if err != nil {
		if was, ok := s.memory.recall(token, time.Now()); ok && ctx.Err() == nil {
			s.memory.say(s.log, err)
			r, ok := s.readerOf(token, was)
			return r, ok, nil
		}
		return Reader{}, false, fmt.Errorf("read session: %w", err)
	}
	is := remembered{s.manager.GetString(loaded, keyAccount), s.manager.GetString(loaded, keyPassword), by{s.manager.GetString(loaded, keyIdentity)}, s.manager.Deadline(loaded)}
	r, ok := s.readerOf(token, is)
	if ok {
		s.memory.keep(token, is)
	} else {
		s.memory.forget(token)
	}
	return r, ok, nil
}

func (s *sessions) readerOf(token string, is remembered) (Reader, bool) {
	a, ok := s.people().Account(is.account)
	if !ok || is.password != fingerprint(a) || !is.how.holds(a) {
		return Reader{}, false
	}
	if is.how.link != "" {
		a.Initial = false // nobody came in by the password that an administrator knows
	}
	return Reader{Account: a, token: token, until: is.until}, true
}

// renew gives a session that is past half of its life a whole one again.
func (s *sessions) renew(ctx context.Context, r Reader, now time.Time) (until time.Time, renewed bool, err error) {
	if !s.aging(r, now) {
		return r.until, false, nil
	}
	ctx, err = s.manager.Load(ctx, r.token)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("renew session: %w", err)
	}
	s.manager.SetDeadline(ctx, now.Add(s.manager.Lifetime).UTC())
	_, until, err = s.manager.Commit(ctx)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("renew session: %w", err)
	}
	return until, true, nil
}

func (s *sessions) aging(r Reader, now time.Time) bool {
	return r.until.Sub(now) < s.manager.Lifetime/2
}

// end ends a session for good.
func (s *sessions) end(ctx context.Context, token string) error {
	s.memory.forget(token)
	if err := s.store.DeleteCtx(ctx, token); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// errNoSession says that something is stored under a token, and no session.
var errNoSession = errors.New("no session")

// codec tells what is no session from a store that can't be read: the first is
// nobody's, the second says nothing of anybody.
type codec struct{ scs.GobCodec }

func (c codec) Decode(b []byte) (time.Time, map[string]any, error) {
	deadline, values, err := c.GobCodec.Decode(b)
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("%w: %w", errNoSession, err)
	}
	return deadline, values, nil
}

// knows reports whether the browser's token was given out to the account.
func (s *sessions) knows(ctx context.Context, token, account string) bool {
	if token == "" {
		return false
	}
	b, found, err := s.store.FindCtx(ctx, browserPrefix+token)
	return err == nil && found && string(b) == account
}

// stillKnown are those of a browser's tokens that were given out: what is made
// up, or forgotten, goes.
func (s *sessions) stillKnown(ctx context.Context, tokens []string) []string {
	return slices.DeleteFunc(tokens, func(token string) bool {
		_, found, err := s.store.FindCtx(ctx, browserPrefix+token)
		return err == nil && !found
	})
}

// remember gives the account's browser a token.
func (s *sessions) remember(ctx context.Context, account string, now time.Time) (token string, err error) {
	token = rand.Text()
	if err := s.store.CommitCtx(ctx, browserPrefix+token, []byte(account), now.Add(browserLifetime)); err != nil {
		return "", fmt.Errorf("remember browser of %s: %w", account, err)
	}
	return token, nil
}

// tokenOf is the token of a session that a request carries: in the
// Authorization header, else in the cookie.
func tokenOf(r *http.Request) string {
	token := ""
	if r.Header.Get("Authorization") != "" {
		token = bearerOf(r)
	} else if c, err := r.Cookie(sessionCookie); err == nil {
		token = c.Value
	}
	if strings.HasPrefix(token, browserPrefix) {
		return "" // what names a browser opens nothing, and ends nothing
	}
	return token
}

// browsersOf are the tokens by which a request's browser is known, the latest
// first.
func browsersOf(r *http.Request) []string {
	c, err := r.Cookie(browserCookie)
	if err != nil || c.Value == "" {
		return nil
	}
	all := strings.SplitN(c.Value, betweenTokens, mostOfBrowser+1)
	return all[:min(len(all), mostOfBrowser)]
}

func (s *sessions) cookie(r *http.Request, name, value string, until time.Time) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: s.secure || r.TLS != nil || forwardedTLS(r),
	}
	if value == "" {
		c.MaxAge = -1
		return c
	}
	c.Expires = until
	return c
}

// forwardedTLS reports whether a proxy says that the browser came by TLS. Whoever
// says so without one has their own browser keep the cookie back, and nobody
// else's: no page of another host can have a browser send the header.
func forwardedTLS(r *http.Request) bool {
	proto, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	return strings.EqualFold(strings.TrimSpace(proto), "https")
}

func fingerprint(a people.Account) string { return a.Fingerprint() }

// OwnerOf reads whose a stored session is; session is false for a browser that
// is remembered and signs nobody in.
func OwnerOf(data []byte) (account string, session bool) {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return string(data), false
	}
	account, session = values[keyAccount].(string)
	return account, session
}
