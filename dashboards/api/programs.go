package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.org/campushub/alerting/people"
)

// The bounds of programs.
const (
	// failedAtOnce and failedEvery are how often one network may come with a
	// token that is none, or none any more. A token that is good never waits for
	// those.
	failedAtOnce = 10
	failedEvery  = 3 * time.Second
	// programAtOnce and programEvery are how often one program may ask, whatever
	// it is; commandsAtOnce and commandsEvery what changes something.
	programAtOnce  = 120
	programEvery   = 100 * time.Millisecond
	commandsAtOnce = 30
	commandsEvery  = time.Second
	// tokensEvery is how often it is looked which tokens are good: so long a
	// stream may go on whose token has ended.
	tokensEvery = 500 * time.Millisecond
	// notedWithin bounds what a request waits for the note that it came.
	notedWithin = time.Second
)

// Tokens keeps what programs authenticate with.
type Tokens interface {
	// Token looks a token up, also one that has ended.
	Token(ctx context.Context, kept people.TokenHash) (t people.Token, found bool, err error)
	// Tokens lists every token there ever was, by name.
	Tokens(ctx context.Context) ([]people.Token, error)
	// LiveTokens is the program of each token that is good.
	LiveTokens(ctx context.Context, now time.Time) (map[people.TokenHash]string, error)
	// MakeToken stores a token with its entry in the accounts' audit chain. It
	// fails with alerting.ErrConflict where its name was given already, and where
	// too many are good.
	MakeToken(ctx context.Context, t people.Token, kept people.TokenHash, c people.AccountChange) error
	// RevokeToken ends one for good, with such an entry. It fails with
	// alerting.ErrConflict where it is revoked already.
	RevokeToken(ctx context.Context, name string, c people.AccountChange) error
	// TokenUsed notes the hour in which it was used last.
	TokenUsed(ctx context.Context, name string, hour time.Time) error
	// TokenRefused notes the day on which it was used behind its end, with such an
	// entry; once a day.
	TokenRefused(ctx context.Context, name string, day time.Time, c people.AccountChange) error
}

// programs knows who comes with a token.
type programs struct {
	tokens   Tokens // nil: nobody does
	people   People
	failed   *allowance // by network
	requests *allowance // by program
	commands *allowance // by program
	log      *slog.Logger

	mu   sync.Mutex // guards what follows
	live map[people.TokenHash]string
	used map[string]time.Time // the hour that is noted, by token; no more than there are
}

func newPrograms(tokens Tokens, dir People, log *slog.Logger) *programs {
	return &programs{
		tokens: tokens, people: dir, log: log,
		failed:   newAllowance(failedAtOnce, failedEvery),
		requests: newAllowance(programAtOnce, programEvery),
		commands: newAllowance(commandsAtOnce, commandsEvery),
		live:     map[people.TokenHash]string{}, used: map[string]time.Time{},
	}
}

// bearerOf is what stands behind Bearer in the Authorization header.
func bearerOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// byProgram reports whether a program asks: what it carries looks like a token.
// Such a request is never anybody's session, whatever cookies it has.
func byProgram(r *http.Request) bool { return strings.HasPrefix(bearerOf(r), people.TokenPrefix) }

// find is whose request a program's is, if its token has one of the scopes.
func (p *programs) find(r *http.Request, scopes []string, now time.Time) (Reader, error) {
	kept, whole := people.HashToken(bearerOf(r))
	from := networkOf(r.RemoteAddr)
	if p.tokens == nil {
		return Reader{}, errTokenUnknown
	}
	if wait := p.failed.left(from, now); wait > 0 && !p.knows(kept) {
		return Reader{}, tooOften("token_waits", wait, "too many requests with tokens that are not good came from this address")
	}
	t, err := p.good(r.Context(), kept, whole, from, now)
	if err != nil {
		if refused := new(*CallerError); errors.As(err, refused) && (*refused).Status == http.StatusUnauthorized {
			p.failed.take(from, now)
		}
		return Reader{}, err
	}
	reader := Reader{Account: t.Account(p.people()), program: t}
	if err := p.may(reader, r.Method, scopes, now); err != nil {
		return Reader{}, err
	}
	p.note(r.Context(), t.Name, now)
	return reader, nil
}

// good looks a token up and refuses one that is not good.
func (p *programs) good(ctx context.Context, kept people.TokenHash, whole bool, from string, now time.Time) (people.Token, error) {
	if !whole {
		return people.Token{}, errTokenUnknown
	}
	t, found, err := p.tokens.Token(ctx, kept)
	switch {
	case err != nil:
		p.log.Error("reading a token failed", "error", err)
		return people.Token{}, errTokensUnread
	case !found:
		return people.Token{}, errTokenUnknown
	}
	switch t.State(now) {
	case people.TokenRevoked:
		p.refused(ctx, t, people.TokenUsedRevoked, from, now)
		return people.Token{}, errTokenRevoked
	case people.TokenExpired:
		p.refused(ctx, t, people.TokenUsedExpired, from, now)
		return people.Token{}, errTokenExpired
	}
	if len(t.Account(p.people()).Schools) == 0 { // without schools some roles would be the whole hub's
		return people.Token{}, errTokenSchools
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live[kept] = t.Program()
	return t, nil
}

// may holds a program to its scopes and to how often it may ask.
func (p *programs) may(r Reader, method string, scopes []string, now time.Time) error {
	if wait := p.requests.take(r.Account.Name, now); wait > 0 {
		return tooOften("token_often", wait, "this program asks too often")
	}
	switch {
	case len(scopes) == 0:
		return errPeopleOnly
	case scopes[0] != anyScope && !r.program.Has(scopes...):
		return lacking(scopes...)
	case method == http.MethodGet || method == http.MethodHead:
		return nil
	}
	if wait := p.commands.take(r.Account.Name, now); wait > 0 {
		return tooOften("token_often", wait, "this program changes things too often")
	}
	return nil
}

// knows reports whether a token was good when that was last looked.
func (p *programs) knows(kept people.TokenHash) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for other := range p.live { // few, and each compared in the same time
		if subtle.ConstantTimeCompare(other[:], kept[:]) == 1 {
			return true
		}
	}
	return false
}

// look finds out which tokens are good; they are programs that may go on.
func (p *programs) look(ctx context.Context, now time.Time) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(ctx, notedWithin)
	defer cancel()
	live, err := p.tokens.LiveTokens(ctx, now)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, program := range live {
		out[program] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = live
	return out, nil
}

// note keeps the hour in which a token was used; it keeps nobody from using it.
func (p *programs) note(ctx context.Context, token string, now time.Time) {
	hour := now.UTC().Truncate(time.Hour)
	p.mu.Lock()
	due := p.used[token].Before(hour)
	if due {
		p.used[token] = hour
	}
	p.mu.Unlock()
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedWithin)
	defer cancel()
	if err := p.tokens.TokenUsed(ctx, token, hour); err != nil {
		p.log.Warn("noting the use of a token failed", "token", token, "error", err)
	}
}

// refused has the audit chain say that a token was used behind its end, once a
// day.
func (p *programs) refused(ctx context.Context, t people.Token, did people.Deed, from string, now time.Time) {
	day := now.UTC().Truncate(24 * time.Hour)
	if !t.Refused.Before(day) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedWithin)
	defer cancel()
	c := people.AccountChange{At: now, Account: t.Program(), Did: did, By: t.Program(), Why: from}
	if err := p.tokens.TokenRefused(ctx, t.Name, day, c); err != nil {
		p.log.Warn("noting the refusal of a token failed", "token", t.Name, "error", err)
	}
}

// followTokens ends the streams of programs whose tokens have ended, also by the
// command line, until the context ends.
func (s *Server) followTokens(ctx context.Context) {
	if s.programs.tokens == nil {
		<-ctx.Done()
		return
	}
	tick := time.NewTicker(tokensEvery)
	defer tick.Stop()
	for {
		// An office that can't be read ends no stream; each ends by itself with its
		// token's time.
		following := s.streams.programs() // before the look: a token that is made behind it is none that has ended
		if good, err := s.programs.look(ctx, time.Now()); err == nil {
			for program := range following {
				if !good[program] {
					s.streams.endAccount(program)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// again looks up who reads a stream: an account may have been shut, or given
// another password or other rights, and a token end.
func (s *Server) again(r Reader, now time.Time) (people.Account, bool) {
	if !r.IsProgram() {
		a, ok := s.people().Account(r.Account.Name)
		return a, ok && fingerprint(a) == fingerprint(r.Account)
	}
	a := r.program.Account(s.people())
	return a, len(a.Schools) > 0 && now.Before(r.program.Until)
}

// IsProgram reports whether a program asks, with a token.
func (r Reader) IsProgram() bool { return r.program.Name != "" }

// lacks reports whether a program asks that has not this scope.
func (r Reader) lacks(scope string) bool { return r.IsProgram() && !r.program.Has(scope) }

// anyScope opens an operation to every program, and to nobody else.
const anyScope = ""

func tooOften(reason string, wait time.Duration, detail string) error {
	return &CallerError{Status: http.StatusTooManyRequests, Reason: reason, Wait: wait, Detail: fmt.Sprintf("%s: wait %d s", detail, seconds(wait))}
}
