package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// MostAudited is how many entries of an audit chain one page has at most.
const MostAudited = 200

// Audit is the audit chains, and their check.
type Audit interface {
	// Trail reads a school's entries before a sequence number (0: the end), the
	// latest first; next is before what to go on, 0 where nothing is left.
	Trail(ctx context.Context, school string, before int64, limit int) (events []alerting.Event, next int64, err error)
	// Checked is how the chains were found at the latest check of each, and whether
	// one of them is being checked.
	Checked(of AuditScope) AuditCheck
	// Check has the chains recomputed: now, or behind the check that runs where that
	// is of others.
	Check(of AuditScope)
}

// AuditScope are audit chains: those of schools, "" among them for the one of the
// accounts, or all that there are.
type AuditScope struct {
	All     bool
	Schools []string
}

// Has reports whether a school's chain is one of them.
func (s AuditScope) Has(school string) bool { return s.All || slices.Contains(s.Schools, school) }

// Meets reports whether a chain is one of both.
func (s AuditScope) Meets(o AuditScope) bool {
	return s.All && (o.All || len(o.Schools) > 0) || slices.ContainsFunc(s.Schools, o.Has)
}

// Empty reports whether there is none.
func (s AuditScope) Empty() bool { return !s.All && len(s.Schools) == 0 }

// With are the chains of both.
func (s AuditScope) With(o AuditScope) AuditScope {
	both := slices.Concat(s.Schools, o.Schools)
	slices.Sort(both)
	return AuditScope{All: s.All || o.All, Schools: slices.Compact(both)}
}

// AuditCheck is how the audit chains were found.
type AuditCheck struct {
	Running time.Time // since when a check runs or waits for another; zero where none does
	At      time.Time // since when all that was found is known: the earliest end; zero where there was none since the hub's start
	Failed  string    // why a chain could not be read to its end, "" where all were
	Chains  []AuditChain
}

// AuditChain is what a check found of one school's chain.
type AuditChain struct {
	School   string `json:"school" doc:"Empty: the chain of what was done with accounts, for the admin."`
	Entries  int64  `json:"entries" doc:"Those that hold."`
	Erased   int64  `json:"erased" doc:"Of these, entries whose content was deleted; the chain holds without it."`
	Holds    bool   `json:"holds"`
	BrokenAt int64  `json:"broken_at" doc:"The entry at which the chain breaks first; 0 while it holds."`
	Break    string `json:"break" enum:",unlinked,changed,missing,beyond,differs" doc:"unlinked: an entry was changed, put in or taken out; changed: its content is another one; missing: the end was cut off; beyond: there are entries that the end does not know; differs: the end was changed."`
}

// AuditEntry is one entry of a school's audit chain.
type AuditEntry struct {
	Seq      int64
	At       time.Time
	Actor    string
	Text     alerting.Text
	Incident alerting.Incident // as the reader may read it
}

// AuditPage is a part of a school's audit chain, the latest first; a zero Next
// ends it.
type AuditPage struct {
	Entries []AuditEntry
	Next    int64
}

// MayAudit reports whether an account reads its schools' audit chains: whoever
// answers for what was done. Who runs the hub has them checked, and reads nothing.
func MayAudit(a people.Account) bool {
	return a.Role == alerting.RoleOfficer || a.Role == alerting.RoleLiaison
}

// MayCheckAudit reports whether an account has the audit chains checked.
func MayCheckAudit(a people.Account) bool { return MayAudit(a) || a.Role == alerting.RoleAdmin }

// HasAudit reports whether there are audit chains to read here.
func (s *Service) HasAudit() bool { return s.audit != nil }

// Trail is a page of the audit chain of one of the account's schools: what was
// done with incidents that it may read, as it may read it.
func (s *Service) Trail(ctx context.Context, a people.Account, school string, before int64, limit int, now time.Time) (AuditPage, error) {
	switch {
	case !MayAudit(a):
		return AuditPage{}, fmt.Errorf("%w: %s reads no audit chain", alerting.ErrForbidden, a.Role)
	case !slices.Contains(a.Schools, school):
		return AuditPage{}, fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	}
	if wait := s.asked.take(a.Name, now); wait > 0 {
		return AuditPage{}, &OftenError{wait}
	}
	events, next, err := s.audit.Trail(ctx, school, before, min(max(limit, 1), MostAudited))
	if err != nil {
		return AuditPage{}, err
	}
	page, read := AuditPage{Next: next}, map[string]alerting.Incident{}
	for _, e := range events {
		i, known := read[e.Incident]
		if !known {
			if i, err = s.Incident(ctx, a, e.Incident); err != nil && !errors.Is(err, alerting.ErrNotFound) {
				return AuditPage{}, err
			}
			read[e.Incident] = i // empty where it is not for the account
		}
		if n := slices.IndexFunc(i.Timeline, func(t alerting.Entry) bool { return t.Seq == e.Seq }); n >= 0 {
			t := i.Timeline[n]
			page.Entries = append(page.Entries, AuditEntry{Seq: e.Seq, At: e.At, Actor: t.Actor, Text: t.Text, Incident: i})
		}
	}
	return page, nil
}

// Audited is how the chains of the account's schools were found.
func (s *Service) Audited(a people.Account) (AuditCheck, error) {
	if !MayCheckAudit(a) {
		return AuditCheck{}, fmt.Errorf("%w: %s reads no audit chain", alerting.ErrForbidden, a.Role)
	}
	return s.audit.Checked(auditScope(a)), nil
}

// auditScope are the chains that an account has checked: of its schools, and for
// an administrator that of the accounts; all for whoever runs the whole hub.
func auditScope(a people.Account) AuditScope {
	switch {
	case MayManage(a) && len(a.Schools) == 0:
		return AuditScope{All: true}
	case MayManage(a):
		return AuditScope{Schools: append([]string{""}, a.Schools...)}
	}
	return AuditScope{Schools: slices.Clone(a.Schools)}
}

// CheckAudit has the account's chains recomputed; a check of them that runs
// already is the one.
func (s *Service) CheckAudit(a people.Account) error {
	if !MayCheckAudit(a) {
		return fmt.Errorf("%w: %s checks no audit chain", alerting.ErrForbidden, a.Role)
	}
	s.audit.Check(auditScope(a))
	return nil
}
