package apitest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"example.org/campushub/alerting/people"
	"example.org/campushub/dashboards/api"
)

// AccountStore is the part of the office that keeps what is known of accounts.
type AccountStore interface {
	api.Tokens
	SignedIn(ctx context.Context, account string, now time.Time) error
	SignIns(ctx context.Context) (map[string]time.Time, error)
	OpenSessions(ctx context.Context, now time.Time, owner func([]byte) (string, bool)) (map[string]int, error)
	ChangeAccount(ctx context.Context, c people.AccountChange, owner func([]byte) (string, bool), permit func(before, after people.Kept) error) (int, error)
	AccountChanges(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error)
	Kept(ctx context.Context) (people.Kept, error)
}

// Accounts stands between the store and the directory as a hub does.
type Accounts struct {
	AccountStore
	people *atomic.Pointer[people.Directory]

	mu    sync.Mutex         // guards what follows: one change at a time
	first map[string]written // what the configuration says, by account
}

// written is what the configuration says of an account.
type written struct {
	hash  string
	terms people.Terms
}

// NewAccounts suspends in a directory what the store says.
func NewAccounts(s AccountStore, of *atomic.Pointer[people.Directory]) *Accounts {
	return &Accounts{AccountStore: s, people: of, first: map[string]written{}}
}

// Sessions counts the open sessions of each account.
func (a *Accounts) Sessions(ctx context.Context, now time.Time) (map[string]int, error) {
	return a.OpenSessions(ctx, now, api.OwnerOf)
}

// Changes lists what was done with accounts.
func (a *Accounts) Changes(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error) {
	return a.AccountChanges(ctx, account, before, limit)
}

// Change stores a change and puts who is suspended in force.
func (a *Accounts) Change(ctx context.Context, c people.AccountChange) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.people.Load()
	configured := a.configured(d)
	_, err := a.ChangeAccount(ctx, c, api.OwnerOf, func(before, after people.Kept) error {
		return api.Permitted(configured, before, after)
	})
	if err != nil {
		return err
	}
	kept, err := a.Kept(ctx)
	if err != nil {
		return err
	}
	l := people.Lists{Schools: d.Schools(), Devices: d.Devices(), Accounts: kept.Apply(configured)}
	for _, s := range l.Schools {
		l.Terminals = append(l.Terminals, d.TerminalsOf(s.ID)...)
	}
	a.people.Store(people.New(l))
	return nil
}

// configured is the accounts as the directory had them before anything was kept
// of them.
func (a *Accounts) configured(d *people.Directory) (out []people.Account) {
	for _, one := range d.Everyone() {
		if one.Added() {
			continue
		}
		first := a.first[one.Name]
		if !one.Set() {
			first.terms = one.Terms()
		}
		if one.Configured() == one.Fingerprint() { // not replaced before
			first.hash = one.PasswordHash
		}
		a.first[one.Name] = first
		t := first.terms
		out = append(out, people.Account{
			Name: one.Name, PasswordHash: first.hash, Via: one.Via,
			DisplayName: t.DisplayName, Role: t.Role, Schools: t.Schools, Named: t.Named, Release: t.Release, Classes: t.Classes,
		})
	}
	return out
}
