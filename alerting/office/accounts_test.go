package office_test

import (
	"cmp"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

// owned reads rows of the sessions that begin with "s:" or "b:".
func owned(data []byte) (account string, session bool) {
	sort, account, _ := strings.Cut(string(data), ":")
	return account, sort == "s"
}

// anybody permits every change.
func anybody(people.Kept, people.Kept) error { return nil }

func deed(account string, did people.Deed) people.AccountChange {
	return people.AccountChange{At: time.Now(), Account: account, Did: did, By: "admin-1", Why: "手机丢失"}
}

func TestADeedThatSignsOutEndsThatAccountsSessionsAlone(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	later := time.Now().Add(time.Hour)
	for token, data := range map[string]string{"1": "s:li", "2": "s:li", "3": "b:li", "4": "s:wang"} {
		require.NoError(t, s.CommitCtx(t.Context(), token, []byte(data), later))
	}
	require.NoError(t, s.CommitCtx(t.Context(), "5", []byte("s:li"), time.Now().Add(-time.Hour)))
	counts, err := s.OpenSessions(t.Context(), time.Now(), owned)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"li": 2, "wang": 1}, counts)

	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountAdded), owned, anybody)
	require.NoError(t, err)
	_, found, err := s.FindCtx(t.Context(), "1")
	require.NoError(t, err)
	require.True(t, found, "nothing signs out by being added")

	ended, err := s.ChangeAccount(t.Context(), deed("li", people.AccountSignedOut), owned, anybody)
	require.NoError(t, err)
	assert.Equal(t, 3, ended, "the one that has expired is gone too")
	for token, there := range map[string]bool{"1": false, "2": false, "3": false, "4": true} {
		_, found, err := s.FindCtx(t.Context(), token)
		require.NoError(t, err)
		assert.Equal(t, there, found, token)
	}
}

func TestASuspensionHoldsUntilItIsTakenBack(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	change := func(account string, did people.Deed) error {
		_, err := s.ChangeAccount(t.Context(), deed(account, did), owned, anybody)
		return err
	}
	suspended := func() []string {
		kept, err := s.Kept(t.Context())
		require.NoError(t, err)
		return kept.Suspended
	}
	require.NoError(t, change("li", people.AccountSuspended))
	require.NoError(t, change("wang", people.AccountSuspended))
	assert.ErrorIs(t, change("li", people.AccountSuspended), alerting.ErrConflict)
	assert.Equal(t, []string{"li", "wang"}, suspended())
	require.NoError(t, change("li", people.AccountRestored))
	assert.ErrorIs(t, change("li", people.AccountRestored), alerting.ErrConflict)
	require.NoError(t, change("wang", people.AccountEnabled))
	require.NoError(t, change("wang", people.AccountEnabled), "the command line enables what was disabled alone too")
	assert.Empty(t, suspended())

	all, err := s.AccountChanges(t.Context(), "", 0, 10)
	require.NoError(t, err)
	require.Len(t, all, 5, "what was refused stands nowhere")
	assert.Equal(t, people.AccountEnabled, all[0].Did)
	assert.Equal(t, "手机丢失", all[0].Why)
	assert.Equal(t, int64(5), all[0].Seq)
	of, err := s.AccountChanges(t.Context(), "li", 3, 10)
	require.NoError(t, err)
	require.Len(t, of, 1)
	assert.Equal(t, people.AccountSuspended, of[0].Did)
}

// Two administrators suspend each other, one from a page and one beside the hub:
// whoever comes second is refused, and nothing of that is kept.
func TestOfTwoWhoTakeTheLastFromEachOtherOneIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	stores := []*office.Store{open(t, path), open(t, path)}
	var admins []people.Account
	for _, name := range []string{"li", "wang"} {
		admins = append(admins, people.Account{Name: name, Role: alerting.RoleAdmin, PasswordHash: "hash of " + name})
	}
	refused := errors.New("the last one")
	for round := range 20 {
		done := make(chan error, len(admins))
		for k, a := range admins {
			go func() {
				_, err := stores[k].ChangeAccount(t.Context(), deed(a.Name, people.AccountSuspended), owned, func(before, after people.Kept) error {
					if people.Unadministered(admins, before, admins, after) {
						return refused
					}
					return nil
				})
				done <- err
			}()
		}
		one, two := <-done, <-done
		require.NotEqual(t, one == nil, two == nil, "round %d: %v, %v", round, one, two)
		require.ErrorIs(t, cmp.Or(one, two), refused)
		kept, err := stores[0].Kept(t.Context())
		require.NoError(t, err)
		require.Len(t, kept.Suspended, 1)
		changes, err := stores[1].AccountChanges(t.Context(), "", 0, 1)
		require.NoError(t, err)
		require.Equal(t, int64(2*round+1), changes[0].Seq, "what was refused stands nowhere")
		_, err = stores[1].ChangeAccount(t.Context(), deed(kept.Suspended[0], people.AccountRestored), owned, anybody)
		require.NoError(t, err)
	}
}

// What the command line disables is known to be off before a hub has read it.
func TestWhoIsDisabledBesideAHubIsKnownUntilItReads(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	li := people.Account{Name: "li", Role: alerting.RoleAdmin, PasswordHash: "one"}
	disabled := func() []string {
		kept, err := s.Kept(t.Context())
		require.NoError(t, err)
		return kept.Disabled
	}
	take := func(off people.Off) {
		li.Off = off
		require.NoError(t, s.TakeUp(t.Context(), []people.Account{li}, time.Now()))
	}
	take("")
	_, err := s.ChangeAccount(t.Context(), deed("li", people.AccountDisabled), owned, anybody)
	require.NoError(t, err)
	assert.Equal(t, []string{"li"}, disabled())
	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountSignedOut), owned, anybody)
	require.NoError(t, err)
	assert.Equal(t, []string{"li"}, disabled())
	take(people.Disabled)
	assert.Empty(t, disabled(), "the configuration says so itself")
	take("")

	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountDisabled), owned, anybody)
	require.NoError(t, err)
	take("")
	assert.Empty(t, disabled(), "a hand has taken it back")
	changes, err := s.AccountChanges(t.Context(), "li", 0, 1)
	require.NoError(t, err)
	assert.Equal(t, people.AccountAltered, changes[0].Did)
	assert.Equal(t, []string{people.FactDisabled}, changes[0].Of)
}

func TestWhatTheConfigurationChangedIsKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	li := people.Account{Name: "li", Role: alerting.RoleGuard, Schools: []string{"b", "a"}, PasswordHash: "one"}
	admin := people.Account{Name: "root", Role: alerting.RoleAdmin, PasswordHash: "two"}
	take := func(all ...people.Account) []people.AccountChange {
		before, err := s.AccountChanges(t.Context(), "", 0, 100)
		require.NoError(t, err)
		require.NoError(t, s.TakeUp(t.Context(), all, time.Now()))
		after, err := s.AccountChanges(t.Context(), "", 0, 100)
		require.NoError(t, err)
		return after[:len(after)-len(before)]
	}
	require.Len(t, take(li, admin), 2)
	li.Schools = []string{"a", "b"}
	assert.Empty(t, take(li, admin), "the same in another order")
	li.Role, li.PasswordHash = alerting.RoleOfficer, "three"
	got := take(li, admin)
	require.Len(t, got, 1)
	assert.Equal(t, people.AccountAltered, got[0].Did)
	assert.Equal(t, []string{people.FactRole, people.FactPassword}, got[0].Of)
	assert.Equal(t, people.ByConfiguration, got[0].By)
	got = take(admin)
	require.Len(t, got, 1)
	assert.Equal(t, people.AccountWent, got[0].Did)
	report, err := s.VerifyAccounts(t.Context())
	require.NoError(t, err)
	assert.Equal(t, office.AccountsReport{Entries: 4}, report)
}

func TestTheAccountsChainShowsWhatAHandHasChanged(t *testing.T) {
	for _, c := range []struct {
		name, sql string
		want      office.AccountsReport
	}{
		{"nothing", ``, office.AccountsReport{Entries: 3}},
		{"another content", `UPDATE account_changes SET payload = CAST('{}' AS BLOB) WHERE seq = 2`, office.AccountsReport{Entries: 1, BrokenAt: 2, Break: "changed"}},
		{"erased content", `UPDATE account_changes SET payload = NULL WHERE seq = 2`, office.AccountsReport{Entries: 3, Erased: 1}},
		{"another account", `UPDATE account_changes SET account = 'wang' WHERE seq = 2`, office.AccountsReport{Entries: 1, BrokenAt: 2, Break: "unlinked"}},
		{"one taken out", `DELETE FROM account_changes WHERE seq = 2`, office.AccountsReport{Entries: 1, BrokenAt: 3, Break: "unlinked"}},
		{"the end cut off", `DELETE FROM account_changes WHERE seq = 3`, office.AccountsReport{Entries: 2, BrokenAt: 3, Break: "missing"}},
		{"a shorter end", `UPDATE account_chain SET length = 2`, office.AccountsReport{Entries: 3, BrokenAt: 3, Break: "beyond"}},
		{"another end", `UPDATE account_chain SET head = x'00'`, office.AccountsReport{Entries: 3, BrokenAt: 3, Break: "differs"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "office.db")
			s := open(t, path)
			for _, did := range []people.Deed{people.AccountAdded, people.AccountPassword, people.AccountSignedOut} {
				_, err := s.ChangeAccount(t.Context(), deed("li", did), owned, anybody)
				require.NoError(t, err)
			}
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			defer db.Close()
			_, err = db.ExecContext(t.Context(), c.sql)
			require.NoError(t, err)
			got, err := s.VerifyAccounts(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestTheLastSignInIsKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	first := time.Now().Truncate(time.Millisecond).UTC()
	require.NoError(t, s.SignedIn(t.Context(), "li", first))
	require.NoError(t, s.SignedIn(t.Context(), "li", first.Add(time.Minute)))
	got, err := s.SignIns(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]time.Time{"li": first.Add(time.Minute)}, got)
}
