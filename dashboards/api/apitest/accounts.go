package apitest

import (
	"context"
	"slices"
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
	ChangeAccount(ctx context.Context, c people.AccountChange, owner func([]byte) (string, bool)) (int, error)
	AccountChanges(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error)
	Suspensions(ctx context.Context) ([]string, error)
	Passwords(ctx context.Context) (map[string]people.NewPassword, error)
}

// Accounts stands between the store and the directory as a hub does.
type Accounts struct {
	AccountStore
	people *atomic.Pointer[people.Directory]
	first  map[string]string // hashes of the configuration, by account
}

// NewAccounts suspends in a directory what the store says.
func NewAccounts(s AccountStore, of *atomic.Pointer[people.Directory]) *Accounts {
	return &Accounts{s, of, map[string]string{}}
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
	if _, err := a.ChangeAccount(ctx, c, api.OwnerOf); err != nil {
		return err
	}
	names, err := a.Suspensions(ctx)
	if err != nil {
		return err
	}
	set, err := a.Passwords(ctx)
	if err != nil {
		return err
	}
	d := a.people.Load()
	l := people.Lists{Schools: d.Schools(), Devices: d.Devices()}
	for _, s := range l.Schools {
		l.Terminals = append(l.Terminals, d.TerminalsOf(s.ID)...)
	}
	for _, one := range d.Everyone() {
		if one.Off = ""; slices.Contains(names, one.Name) {
			one.Off = people.Suspended
		}
		if one.Configured() == one.Fingerprint() { // not replaced before
			a.first[one.Name] = one.PasswordHash
		}
		one.PasswordHash = a.first[one.Name]
		l.Accounts = append(l.Accounts, one.WithPassword(set[one.Name]))
	}
	a.people.Store(people.New(l))
	return nil
}
