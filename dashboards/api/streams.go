package api

import (
	"context"
	"errors"
	"sync"
)

// Why a stream ends, as counted.
var (
	errSignedOut   = errors.New("signed_out")
	errDraining    = errors.New("draining")
	errTooSlow     = errors.New("too_slow")
	errGone        = errors.New("client_gone")
	errWrite       = errors.New("write")
	errRenew       = errors.New("renew") // the client comes back and is given a new cookie
	errManyStreams = errors.New("too many streams")
)

// streams knows every open stream. Overflow: a stream beyond a bound is
// refused, the client tries again.
type streams struct {
	all, each int

	mu       sync.Mutex // guards what follows
	open     map[*openStream]struct{}
	accounts map[string]int
	draining bool
}

type openStream struct {
	account string
	token   string // of the session
	program bool
	end     context.CancelCauseFunc
}

func newStreams(all, each int) *streams {
	return &streams{all: all, each: each, open: map[*openStream]struct{}{}, accounts: map[string]int{}}
}

// enter registers a stream of the reader; its context ends with the session,
// or when the hub stops.
func (s *streams) enter(ctx context.Context, r Reader) (context.Context, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.Account.Name
	if s.draining || len(s.open) >= s.all || s.accounts[name] >= s.each {
		return nil, nil, errManyStreams
	}
	ctx, end := context.WithCancelCause(ctx)
	st := &openStream{account: name, token: r.token, program: r.IsProgram(), end: end}
	s.open[st] = struct{}{}
	s.accounts[name]++
	return ctx, func() { s.leave(st) }, nil
}

func (s *streams) leave(st *openStream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.end(nil)
	delete(s.open, st)
	if s.accounts[st.account]--; s.accounts[st.account] <= 0 {
		delete(s.accounts, st.account)
	}
}

// endSession ends the streams of one session.
func (s *streams) endSession(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for st := range s.open {
		if token != "" && st.token == token {
			st.end(errSignedOut)
		}
	}
}

// endAccount ends the streams of one account.
func (s *streams) endAccount(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for st := range s.open {
		if st.account == name {
			st.end(errSignedOut)
		}
	}
}

// programs are those that have streams open.
func (s *streams) programs() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]bool{}
	for st := range s.open {
		if st.program {
			out[st.account] = true
		}
	}
	return out
}

// drain ends every stream and lets no other begin.
func (s *streams) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for st := range s.open {
		st.end(errDraining)
	}
}
