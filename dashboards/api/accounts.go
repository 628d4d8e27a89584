package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// MostAccountChanges is how many changes of accounts one page has at most.
const MostAccountChanges = 200

// Accounts is what is kept of accounts beside the configuration, and changed
// while the hub runs.
type Accounts interface {
	Tokens
	// SignedIn notes that somebody signed in.
	SignedIn(ctx context.Context, account string, now time.Time) error
	// SignIns is when each account signed in last.
	SignIns(ctx context.Context) (map[string]time.Time, error)
	// Sessions counts the open sessions of each account.
	Sessions(ctx context.Context, now time.Time) (map[string]int, error)
	// Change writes a change into the audit chain of the accounts and carries it
	// out, both or neither: when it returns a suspended account signs in no more
	// and has no session. It fails with what Permitted says.
	Change(ctx context.Context, c people.AccountChange) error
	// Changes lists what was done with an account, or with all where that is "",
	// before a sequence number (0: the end), the latest first.
	Changes(ctx context.Context, account string, before int64, limit int) ([]people.AccountChange, error)
}

// AccountState is an account as an administrator sees it.
type AccountState struct {
	people.Account
	Schools    []string  // those that are the reader's too
	Elsewhere  bool      // it serves others as well
	LastSignIn time.Time // zero where nobody ever signed in to it
	Sessions   int
	// WaitsUntil is when the last of the places that failed to sign in may try
	// again; zero where none waits. Places is how many of them wait.
	WaitsUntil time.Time
	Places     int
}

// MayManage reports whether an account looks after the others.
func MayManage(a people.Account) bool { return a.Role == alerting.RoleAdmin }

// HasAccounts reports whether accounts are looked after here.
func (s *Server) HasAccounts() bool { return s.accounts != nil }

// reaches reports whether an administrator sees an account: those of its own
// schools, and all where it is of none.
func reaches(admin, a people.Account) bool {
	return len(admin.Schools) == 0 || slices.ContainsFunc(a.Schools, func(s string) bool { return slices.Contains(admin.Schools, s) })
}

// holds reports whether an administrator may change an account that it sees:
// one that serves a school of somebody else is theirs too.
func holds(admin, a people.Account) bool {
	return len(admin.Schools) == 0 || len(a.Schools) > 0 && !slices.ContainsFunc(a.Schools, func(s string) bool { return !slices.Contains(admin.Schools, s) })
}

// Managed lists the accounts that an administrator sees, by name.
func (s *Server) Managed(ctx context.Context, admin people.Account, now time.Time) ([]AccountState, error) {
	if !MayManage(admin) {
		return nil, fmt.Errorf("%w: %s looks after no accounts", alerting.ErrForbidden, admin.Role)
	}
	signIns, err := s.accounts.SignIns(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	sessions, err := s.accounts.Sessions(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	var out []AccountState
	for _, a := range s.people().Everyone() {
		if !reaches(admin, a) {
			continue
		}
		st := AccountState{Account: a, LastSignIn: signIns[a.Name], Sessions: sessions[a.Name]}
		st.Schools, st.Elsewhere = shared(admin, a.Schools)
		st.WaitsUntil, st.Places = s.backoff.waiting(a.Name, now)
		out = append(out, st)
	}
	return out, nil
}

// ManagedOne is one of them.
func (s *Server) ManagedOne(ctx context.Context, admin people.Account, name string, now time.Time) (AccountState, error) {
	all, err := s.Managed(ctx, admin, now)
	if err != nil {
		return AccountState{}, err
	}
	for _, a := range all {
		if a.Name == name {
			return a, nil
		}
	}
	return AccountState{}, fmt.Errorf("%w: account %s", alerting.ErrNotFound, name)
}

// Holds reports whether the administrator may change the account.
func (a AccountState) Holds(admin people.Account) bool { return holds(admin, a.Account) }

// AccountChanges lists what was done with the accounts that an administrator
// sees, or with one of them; who is of a school sees nothing of an account that
// is gone.
func (s *Server) AccountChanges(ctx context.Context, admin people.Account, name string, before int64, limit int, now time.Time) (changes []people.AccountChange, next int64, err error) {
	if !MayManage(admin) {
		return nil, 0, fmt.Errorf("%w: %s looks after no accounts", alerting.ErrForbidden, admin.Role)
	}
	if name != "" {
		if err := s.sees(ctx, admin, name, now); err != nil {
			return nil, 0, err
		}
	}
	limit = min(max(limit, 1), MostAccountChanges)
	all, err := s.accounts.Changes(ctx, name, before, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	if len(all) == limit {
		next = all[limit-1].Seq
	}
	if len(admin.Schools) == 0 {
		return all, next, nil
	}
	seen, err := s.seenBy(ctx, admin)
	if err != nil {
		return nil, 0, err
	}
	return slices.DeleteFunc(all, func(c people.AccountChange) bool { return !seen[c.Account] }), next, nil
}

// sees refuses an account, or a program, that an administrator does not see.
func (s *Server) sees(ctx context.Context, admin people.Account, name string, now time.Time) error {
	if token, program := strings.CutPrefix(name, people.ProgramPrefix); program {
		_, err := s.ManagedToken(ctx, admin, token, now)
		return err
	}
	_, err := s.ManagedOne(ctx, admin, name, now)
	return err
}

// seenBy says which accounts and programs an administrator sees.
func (s *Server) seenBy(ctx context.Context, admin people.Account) (map[string]bool, error) {
	tokens, err := s.accounts.Tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", alerting.ErrUnavailable, err)
	}
	seen := map[string]bool{}
	for _, t := range tokens {
		seen[t.Program()] = reaches(admin, asked(t))
	}
	for _, school := range admin.Schools {
		seen[people.ParentsOf(school)] = true
	}
	for _, a := range s.people().Everyone() {
		seen[a.Name] = reaches(admin, a)
	}
	return seen, nil
}

// Why a change of an account is refused, beside what every command knows.
var (
	errOwnAccount = &alerting.Refusal{Kind: alerting.ErrConflict, Code: "account.own", Text: alerting.Text{
		ZH: "不能停用自己的账号。", EN: "You can't suspend your own account.",
	}}
	errNotAllSchools = &alerting.Refusal{Kind: alerting.ErrForbidden, Code: "account.elsewhere", Text: alerting.Text{
		ZH: "该账号也属于其他学校，由系统管理员办理。", EN: "The account serves other schools too: whoever administers the whole hub changes it.",
	}}
	errNoWhy = &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "account.why", Text: alerting.Text{
		ZH: "请写明原因（500 字节以内）。", EN: "Say why, in at most 500 bytes.",
	}}
)

// ChangeAccount suspends an account, restores it, or ends its sessions. It
// fails with alerting.ErrNotFound for one that the administrator does not see,
// with ErrConflict for its own, for the last of a school's police accounts or of
// the administrators, and where it is so already, with ErrInvalid without a reason.
func (s *Server) ChangeAccount(ctx context.Context, admin people.Account, name string, did people.Deed, why string, now time.Time) (AccountState, error) {
	a, err := s.ManagedOne(ctx, admin, name, now)
	if err != nil {
		return AccountState{}, err
	}
	why, reasoned := reasonOf(why)
	switch {
	case !holds(admin, a.Account):
		return AccountState{}, errNotAllSchools
	case !reasoned:
		return AccountState{}, errNoWhy
	case did == people.AccountSuspended:
		err = maySuspend(admin, a.Account)
	case did == people.AccountRestored && a.Off != people.Suspended:
		err = fmt.Errorf("%w: %s is not suspended", alerting.ErrConflict, name)
	}
	if err != nil {
		return AccountState{}, err
	}
	c := people.AccountChange{At: now, Account: name, Did: did, By: admin.Name, Why: why}
	if err := s.accounts.Change(ctx, c); err != nil {
		return AccountState{}, err
	}
	if did.SignsOut() {
		s.signedOut(name)
	}
	return s.ManagedOne(ctx, admin, name, now)
}

func reasonOf(why string) (_ string, ok bool) {
	why = strings.TrimSpace(why)
	return why, why != "" && len(why) <= people.LongestWhy
}

func maySuspend(admin, a people.Account) error {
	switch {
	case a.Off != "":
		return fmt.Errorf("%w: %s is %s already", alerting.ErrConflict, a.Name, a.Off)
	case a.Name == admin.Name:
		return errOwnAccount
	}
	return nil
}
