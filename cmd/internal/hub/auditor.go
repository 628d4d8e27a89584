package hub

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/office"
	"example.org/campushub/dashboards/api"
)

// auditWithin bounds one check: one that takes longer is given up, and said to be.
const auditWithin = 30 * time.Minute

// chains is the journal as the auditor needs it.
type chains interface {
	Trail(ctx context.Context, school string, before int64, limit int) (events []alerting.Event, next int64, err error)
	Verify(ctx context.Context, schools []string) (journal.Report, error)
}

// accountsChain is the audit chain of the accounts.
type accountsChain interface {
	VerifyAccounts(ctx context.Context) (office.AccountsReport, error)
}

// auditor recomputes audit chains when somebody asks for it, one check at a time,
// and knows what came of the latest one of each. What is asked for while one runs
// waits for it, together: however many ask, one more check follows.
type auditor struct {
	chains
	accounts accountsChain
	log      *slog.Logger
	asks     chan struct{} // holds one

	mu      sync.Mutex // guards what follows
	running api.AuditScope
	waiting api.AuditScope
	since   time.Time // of the running check
	asked   time.Time // of the first that waits
	found   map[string]finding
}

// wholeJournal is where it stands whether all chains could be read; no school is
// called so.
const wholeJournal = "*"

// finding is what came of the latest check of a school's chain.
type finding struct {
	at     time.Time
	failed string
	chain  *api.AuditChain // nil: the school has none, or it could not be read
}

func newAuditor(c chains, accounts accountsChain, log *slog.Logger) *auditor {
	return &auditor{chains: c, accounts: accounts, log: log.With("component", "auditor"), asks: make(chan struct{}, 1), found: map[string]finding{}}
}

// Check has the chains recomputed, unless all of them are being so or wait for it.
func (a *auditor) Check(of api.AuditScope) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if of.Empty() || covers(a.running, of) {
		return
	}
	if a.waiting.Empty() {
		a.asked = time.Now()
	}
	a.waiting = a.waiting.With(of)
	select {
	case a.asks <- struct{}{}:
	default: // the one that stands there takes these along
	}
}

func covers(all, of api.AuditScope) bool {
	return all.All || !of.All && !slices.ContainsFunc(of.Schools, func(s string) bool { return !all.Has(s) })
}

// Checked is what the latest checks of the chains found.
func (a *auditor) Checked(of api.AuditScope) api.AuditCheck {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out api.AuditCheck
	switch {
	case a.running.Meets(of):
		out.Running = a.since
	case a.waiting.Meets(of):
		out.Running = a.asked
	}
	for _, school := range slices.Sorted(maps.Keys(a.found)) {
		f := a.found[school]
		if !of.Has(school) {
			continue
		}
		if out.At.IsZero() || f.at.Before(out.At) {
			out.At = f.at
		}
		out.Failed = cmp.Or(out.Failed, f.failed)
		if f.chain != nil {
			out.Chains = append(out.Chains, *f.chain)
		}
	}
	return out
}

func (a *auditor) run(ctx context.Context) error {
	for {
		select {
		case <-a.asks:
			of := a.begin()
			found := a.verify(ctx, of)
			if ctx.Err() == nil {
				a.ended(of, found)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *auditor) begin() api.AuditScope {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running, a.waiting, a.since = a.waiting, api.AuditScope{}, time.Now()
	return a.running
}

// ended keeps what was found of each chain; a school that has none is known to have
// been looked at.
func (a *auditor) ended(of api.AuditScope, found map[string]finding) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running, a.since = api.AuditScope{}, time.Time{}
	if of.All && found[wholeJournal].failed == "" {
		clear(a.found) // also of what the journal has no more
	}
	maps.Copy(a.found, found)
}

// verify recomputes the chains within its time.
func (a *auditor) verify(ctx context.Context, of api.AuditScope) map[string]finding {
	ctx, cancel := context.WithTimeoutCause(ctx, auditWithin, errAuditLong)
	defer cancel()
	out := map[string]finding{}
	schools := slices.DeleteFunc(slices.Clone(of.Schools), func(s string) bool { return s == "" })
	if of.All || len(schools) > 0 {
		a.schools(ctx, of, schools, out)
	}
	if of.Has("") {
		out[""] = a.ofAccounts(ctx)
	}
	return out
}

var errAuditLong = fmt.Errorf("not read to their end within %s", auditWithin)

// whyNot is why chains could not be read.
func whyNot(ctx context.Context, err error) string {
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// schools recomputes the schools' chains; all where the scope is.
func (a *auditor) schools(ctx context.Context, of api.AuditScope, schools []string, out map[string]finding) {
	only := schools
	if of.All {
		only = nil
	}
	report, err := a.Verify(ctx, only)
	failed := whyNot(ctx, err)
	if failed != "" {
		a.log.Error("audit chains could not be read", "error", failed)
	}
	at := time.Now()
	for _, s := range schools {
		out[s] = finding{at: at, failed: failed}
	}
	if of.All {
		out[wholeJournal] = finding{at: at, failed: failed}
	}
	for _, s := range report.Schools {
		if s.Reason != "" {
			a.log.Error("an audit chain is broken", "school", s.School, "at", s.BrokenAt, "reason", s.Reason)
		}
		out[s.School] = finding{at: at, chain: &api.AuditChain{
			School: s.School, Entries: s.Events, Erased: s.Erased, Holds: s.Break == "", BrokenAt: s.BrokenAt, Break: string(s.Break),
		}}
	}
}

func (a *auditor) ofAccounts(ctx context.Context) finding {
	r, err := a.accounts.VerifyAccounts(ctx)
	f := finding{at: time.Now(), failed: whyNot(ctx, err)}
	if f.failed != "" {
		a.log.Error("the accounts' audit chain could not be read", "error", f.failed)
		return f
	}
	if r.Break != "" {
		a.log.Error("the accounts' audit chain is broken", "at", r.BrokenAt, "reason", r.Break)
	}
	f.chain = &api.AuditChain{Entries: r.Entries, Erased: r.Erased, Holds: r.Break == "", BrokenAt: r.BrokenAt, Break: r.Break}
	return f
}
