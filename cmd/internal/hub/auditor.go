package hub

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/dashboards/api"
)

// chains is the journal as the auditor needs it.
type chains interface {
	Trail(ctx context.Context, school string, before int64, limit int) (events []alerting.Event, next int64, err error)
	Verify(ctx context.Context) (journal.Report, error)
}

// accountsChain is the audit chain of the accounts.
type accountsChain interface {
	VerifyAccounts(ctx context.Context) (office.AccountsReport, error)
}

// auditor recomputes the audit chains when somebody asks for it, once at a time,
// and knows what came of the latest time.
type auditor struct {
	chains
	accounts accountsChain
	log      *slog.Logger
	asks     chan struct{} // holds one

	mu    sync.Mutex // guards check
	check api.AuditCheck
}

func newAuditor(c chains, accounts accountsChain, log *slog.Logger) *auditor {
	return &auditor{chains: c, accounts: accounts, log: log.With("component", "auditor"), asks: make(chan struct{}, 1)}
}

// Check begins a check. False: one runs already.
func (a *auditor) Check() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.check.Running.IsZero() {
		return false
	}
	a.check.Running = time.Now()
	a.asks <- struct{}{} // there is room: none runs
	return true
}

// Checked is what the latest check found.
func (a *auditor) Checked() api.AuditCheck {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.check
	c.Chains = slices.Clone(c.Chains)
	return c
}

func (a *auditor) run(ctx context.Context) error {
	for {
		select {
		case <-a.asks:
			a.verify(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *auditor) verify(ctx context.Context) {
	found, err := a.Verify(ctx)
	if ctx.Err() != nil {
		return
	}
	next := api.AuditCheck{At: time.Now()}
	if err != nil {
		a.log.Error("audit chains could not be read", "error", err)
		next.Failed = err.Error()
	}
	for _, s := range found.Schools {
		if s.Reason != "" {
			a.log.Error("an audit chain is broken", "school", s.School, "at", s.BrokenAt, "reason", s.Reason)
		}
		next.Chains = append(next.Chains, api.AuditChain{
			School: s.School, Entries: s.Events, Erased: s.Erased, Holds: s.Break == "", BrokenAt: s.BrokenAt, Break: string(s.Break),
		})
	}
	own, err := a.accounts.VerifyAccounts(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		a.log.Error("the accounts' audit chain could not be read", "error", err)
		next.Failed = err.Error()
	} else {
		next.Chains = append(next.Chains, a.ofAccounts(own))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.check = next
}

func (a *auditor) ofAccounts(r office.AccountsReport) api.AuditChain {
	if r.Break != "" {
		a.log.Error("the accounts' audit chain is broken", "at", r.BrokenAt, "reason", r.Break)
	}
	return api.AuditChain{Entries: r.Entries, Erased: r.Erased, Holds: r.Break == "", BrokenAt: r.BrokenAt, Break: r.Break}
}
