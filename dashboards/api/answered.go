package api

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting/people"
)

// The bounds of requests with an Idempotency-Key. Overflow: the oldest that has
// been answered is forgotten, first of the account's own.
const (
	mostAnsweredEach = 1_000
	mostAnswered     = 20_000
	mostSecrets      = 64 // answers that are kept in memory alone
	// answersWithin bounds what a request waits for the disk.
	answersWithin = 2 * time.Second
)

// Answers keeps what was keyed with an Idempotency-Key, and what it was answered.
type Answers interface {
	KeepAnswer(ctx context.Context, a people.Answered) error
	DropAnswer(ctx context.Context, account string, key people.Digest) error
	Answer(ctx context.Context, account string, key people.Digest) (a people.Answered, found bool, err error)
	// Answers lists them since, the earliest first, without headers and bodies.
	Answers(ctx context.Context, since time.Time, limit int) ([]people.Answered, error)
}

// keyed is whose key a request came with.
type keyed struct {
	account string
	key     people.Digest
}

// memo is what is known of such a request. That it is known asks no disk: an
// alarm may come with a key, too.
type memo struct {
	people.Answered      // of its body none but a secret one
	running         bool // in this process
}

// answered knows the requests that came with a key.
type answered struct {
	store Answers // nil: they are known until the hub ends

	mu    sync.Mutex // guards what follows
	memos map[keyed]*memo
	order []keyed // the earliest first
	each  map[string]int
}

func newAnswered(store Answers) (*answered, error) {
	a := &answered{store: store, memos: map[keyed]*memo{}, each: map[string]int{}}
	if store == nil {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	all, err := store.Answers(ctx, time.Now().Add(-people.AnsweredFor), mostAnswered)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	for _, k := range all {
		a.put(keyed{k.Account, k.Key}, &memo{Answered: k})
	}
	return a, nil
}

// take makes a request the one that runs. Where the same key is known already it
// says what is known, and nothing is taken.
func (a *answered) take(k people.Answered) (known memo, taken bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.expire(k.At)
	as := keyed{k.Account, k.Key}
	if m, ok := a.memos[as]; ok {
		return *m, false
	}
	a.makeRoom(k.Account)
	a.put(as, &memo{Answered: k, running: true})
	return memo{}, true
}

// again makes a known request run once more, unless it does already.
func (a *answered) again(as keyed) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.memos[as]
	if !ok || m.running {
		return false
	}
	m.running = true
	return true
}

// settle says how a request ended: with status 0 it is as if it had never come.
func (a *answered) settle(as keyed, status int, secret *people.Answered) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.memos[as]
	if !ok {
		return
	}
	if m.running, m.Status = false, status; status == 0 {
		a.drop(as)
		return
	}
	if secret != nil && a.secrets() < mostSecrets {
		m.Header, m.Body = secret.Header, secret.Body
	}
}

// lost keeps a request known of which nobody can say what became of it.
func (a *answered) lost(as keyed) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m, ok := a.memos[as]; ok {
		m.running = false
	}
}

func (a *answered) put(as keyed, m *memo) {
	a.memos[as] = m
	a.order = append(a.order, as)
	a.each[as.account]++
}

func (a *answered) drop(as keyed) {
	for n, o := range slices.Backward(a.order) { // mostly one of the latest
		if o == as {
			a.dropAt(n)
			return
		}
	}
}

func (a *answered) dropAt(n int) {
	a.forget(a.order[n])
	a.order = slices.Delete(a.order, n, n+1)
}

func (a *answered) forget(as keyed) {
	delete(a.memos, as)
	if a.each[as.account]--; a.each[as.account] == 0 {
		delete(a.each, as.account)
	}
}

// expire forgets what is older than AnsweredFor, all of it at once: an alarm may
// be what comes after a day of nothing.
func (a *answered) expire(now time.Time) {
	old := 0
	for _, as := range a.order {
		if m := a.memos[as]; m.running || now.Sub(m.At) < people.AnsweredFor {
			break
		}
		a.forget(as)
		old++
	}
	a.order = slices.Delete(a.order, 0, old)
}

// makeRoom forgets the oldest answered requests beyond the bounds.
func (a *answered) makeRoom(account string) {
	for a.each[account] >= mostAnsweredEach && a.dropOldest(account) {
	}
	for len(a.memos) >= mostAnswered && a.dropOldest("") {
	}
}

func (a *answered) dropOldest(account string) bool {
	for n, as := range a.order {
		if !a.memos[as].running && (account == "" || as.account == account) {
			a.dropAt(n)
			return true
		}
	}
	return false
}

func (a *answered) secrets() (n int) {
	for _, m := range a.memos {
		if m.Body != nil {
			n++
		}
	}
	return n
}
