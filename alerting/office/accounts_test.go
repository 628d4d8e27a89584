package office_test

import (
	"database/sql"
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

	_, err = s.ChangeAccount(t.Context(), deed("li", people.AccountAdded), owned)
	require.NoError(t, err)
	_, found, err := s.FindCtx(t.Context(), "1")
	require.NoError(t, err)
	require.True(t, found, "nothing signs out by being added")

	ended, err := s.ChangeAccount(t.Context(), deed("li", people.AccountSignedOut), owned)
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
		_, err := s.ChangeAccount(t.Context(), deed(account, did), owned)
		return err
	}
	suspended := func() []string {
		names, err := s.Suspensions(t.Context())
		require.NoError(t, err)
		return names
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
				_, err := s.ChangeAccount(t.Context(), deed("li", did), owned)
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
