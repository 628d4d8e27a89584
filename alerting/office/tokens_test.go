package office_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/office"
	"example.org/campushub/alerting/people"
)

func aToken(name string, now time.Time) people.Token {
	return people.Token{
		Name: name, Role: alerting.RoleOfficer, Schools: []string{"ziwei"}, Scopes: []string{"incidents:read", "duty:read"},
		Made: now, By: "admin-1", Until: now.AddDate(0, 0, 90),
	}
}

// byHand reaches into the file.
func byHand(t *testing.T, path, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement, args...)
	require.NoError(t, err)
}

// makes stores a token, and gives its text.
func makes(t *testing.T, s *office.Store, tok people.Token) (text string, kept people.TokenHash) {
	t.Helper()
	text, kept = people.DrawToken()
	require.NoError(t, s.MakeToken(t.Context(), tok, kept, deed(tok.Program(), people.TokenMade)))
	return text, kept
}

func TestATokenIsKeptAsItsHashAndFoundByIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	now := time.Now().UTC().Truncate(time.Millisecond)
	want := aToken("gate", now)
	text, kept := makes(t, s, want)
	got, found, err := s.Token(t.Context(), kept)
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, want, got)
	_, other := people.DrawToken()
	_, found, err = s.Token(t.Context(), other)
	require.NoError(t, err)
	assert.False(t, found)

	all, err := s.Tokens(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []people.Token{want}, all)
	require.NoError(t, s.Close())
	for _, file := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		assert.NotContains(t, string(b), text[len(people.TokenPrefix):])
	}
}

func TestANameOfATokenIsGivenOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	now := time.Now()
	makes(t, s, aToken("gate", now))
	require.NoError(t, s.RevokeToken(t.Context(), "gate", deed("program:gate", people.TokenWasRevoked)))
	_, kept := people.DrawToken()
	err := s.MakeToken(t.Context(), aToken("gate", now), kept, deed("program:gate", people.TokenMade))
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.ErrorIs(t, s.RevokeToken(t.Context(), "gate", deed("program:gate", people.TokenWasRevoked)), alerting.ErrConflict)
	require.ErrorIs(t, s.RevokeToken(t.Context(), "none", deed("program:none", people.TokenWasRevoked)), alerting.ErrConflict)
	assert.Equal(t, []people.Deed{people.TokenWasRevoked, people.TokenMade}, deeds(t, s), "what was refused stands nowhere")
}

// deeds are what the audit chain has, the latest first; it holds.
func deeds(t *testing.T, s *office.Store) (out []people.Deed) {
	t.Helper()
	all, err := s.AccountChanges(t.Context(), "", 0, 100)
	require.NoError(t, err)
	for _, c := range all {
		out = append(out, c.Did)
	}
	report, err := s.VerifyAccounts(t.Context())
	require.NoError(t, err)
	require.Empty(t, report.Break)
	return out
}

func TestTokensThatAreGoodAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	now := time.Now()
	over := aToken("over", now.AddDate(-1, 0, 0))
	over.Until = now.Add(-time.Second)
	makes(t, s, over)
	makes(t, s, aToken("t7", now))
	byHand(t, path, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO tokens (name, hash, role, schools, scopes, made_ms, made_by, until_ms)
		SELECT 'n' || i, randomblob(32), 'officer', '[]', '[]', 0, '', ? FROM n`, people.MostTokens-1, now.Add(time.Hour).UnixMilli())
	_, kept := people.DrawToken()
	require.ErrorIs(t, s.MakeToken(t.Context(), aToken("more", now), kept, deed("program:more", people.TokenMade)), alerting.ErrConflict)
	require.NoError(t, s.RevokeToken(t.Context(), "t7", deed("program:t7", people.TokenWasRevoked)))
	require.NoError(t, s.MakeToken(t.Context(), aToken("more", now), kept, deed("program:more", people.TokenMade)))

	live, err := s.LiveTokens(t.Context(), now)
	require.NoError(t, err)
	assert.Len(t, live, people.MostTokens)
	assert.Equal(t, "program:more", live[kept])
	for _, program := range live {
		assert.NotEqual(t, "program:over", program)
		assert.NotEqual(t, "program:t7", program)
	}
}

func TestUseIsNotedByTheHourAndRefusalsByTheDay(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "office.db"))
	now := time.Now()
	_, kept := makes(t, s, aToken("gate", now))
	hour := now.UTC().Truncate(time.Hour)
	for _, at := range []time.Time{hour, hour.Add(-time.Hour)} { // the later one stays
		require.NoError(t, s.TokenUsed(t.Context(), "gate", at))
	}
	day := now.UTC().Truncate(24 * time.Hour)
	for _, on := range []time.Time{day, day, day.Add(-24 * time.Hour), day.Add(24 * time.Hour)} {
		require.NoError(t, s.TokenRefused(t.Context(), "gate", on, deed("program:gate", people.TokenUsedExpired)))
	}
	got, _, err := s.Token(t.Context(), kept)
	require.NoError(t, err)
	assert.Equal(t, hour, got.Used)
	assert.Equal(t, day.Add(24*time.Hour), got.Refused)
	assert.Equal(t, []people.Deed{people.TokenUsedExpired, people.TokenUsedExpired, people.TokenMade}, deeds(t, s))
}

// What can't be written into the audit chain is not done.
func TestNoTokenIsMadeThatStandsNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	s := open(t, path)
	_, before := makes(t, s, aToken("before", time.Now()))
	byHand(t, path, `CREATE TRIGGER full BEFORE INSERT ON account_changes BEGIN SELECT raise(ABORT, 'the disk is full'); END`)
	_, kept := people.DrawToken()
	require.Error(t, s.MakeToken(t.Context(), aToken("gate", time.Now()), kept, deed("program:gate", people.TokenMade)))
	_, found, err := s.Token(t.Context(), kept)
	require.NoError(t, err)
	assert.False(t, found)
	require.Error(t, s.RevokeToken(t.Context(), "before", deed("program:before", people.TokenWasRevoked)))
	got, _, err := s.Token(t.Context(), before)
	require.NoError(t, err)
	assert.Zero(t, got.Revoked)
}
