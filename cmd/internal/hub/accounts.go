package hub

import (
	"context"
	"time"

	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/api"
)

// officeWithin bounds what a reload waits for the office's disk.
const officeWithin = 5 * time.Second

// accounts is what administrators do with accounts while the hub runs: kept in
// the office, and in force when it is.
type accounts struct {
	*office.Store
	hub *Hub
}

// Sessions counts the open sessions of each account.
func (a accounts) Sessions(ctx context.Context, now time.Time) (map[string]int, error) {
	return a.OpenSessions(ctx, now, api.OwnerOf)
}

// Changes lists what was done with accounts.
func (a accounts) Changes(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error) {
	return a.AccountChanges(ctx, account, before, limit)
}

// Change stores a change and puts who is suspended in force.
func (a accounts) Change(ctx context.Context, c people.AccountChange) error {
	h := a.hub
	h.replacing.Lock()
	defer h.replacing.Unlock()
	configured := h.who.Load().config.Accounts
	_, err := a.ChangeAccount(ctx, c, api.OwnerOf, func(before, after people.Kept) error {
		return api.Permitted(configured, before, after)
	})
	if err != nil {
		return err
	}
	h.log.Info("account changed", "component", "hub", "account", c.Account, "did", c.Did, "by", c.By)
	switch c.Did {
	case people.AccountSuspended, people.AccountRestored, people.AccountPassword, people.AccountAdded, people.AccountChanged:
		h.replace(h.who.Load().config)
	}
	return nil
}

// takeUp has the audit chain of the accounts say what a configuration changed of
// them. An office that can't write keeps no configuration from being taken.
func (h *Hub) takeUp(cfg *config.Config) {
	ctx, cancel := context.WithTimeout(context.Background(), officeWithin)
	defer cancel()
	if err := h.office.TakeUp(ctx, cfg.Accounts, time.Now()); err != nil {
		h.log.Error("changes of accounts were not written into their audit chain", "component", "hub", "error", err)
	}
}

// kept is what the office keeps of accounts; what was of before where it can't be
// read.
func (h *Hub) kept() people.Kept {
	ctx, cancel := context.WithTimeout(context.Background(), officeWithin)
	defer cancel()
	k, err := h.office.Kept(ctx)
	if err == nil {
		return k
	}
	h.log.Error("what is kept of accounts could not be read; that of before stays", "component", "hub", "error", err)
	if was := h.who.Load(); was != nil {
		return was.kept
	}
	return people.Kept{}
}
