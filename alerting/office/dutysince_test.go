package office_test

import (
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/office"
)

func TestSinceWhenPostsAreWatchedAndWhenTheHubWasDownOutliveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open := func() *office.Store {
		s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return s
	}
	now := time.UnixMilli(1_772_400_000_123).UTC()
	s := open()
	until, down, err := s.Looked(t.Context(), now)
	require.NoError(t, err)
	assert.True(t, until.IsZero() && down == nil, "it never has")
	require.NoError(t, s.SaveSince(t.Context(), "a", duty.Marks{"post/gone": now}))
	require.NoError(t, s.SaveSince(t.Context(), "a", duty.Marks{"post/gate": now, "day/2026-03-02": {}}))
	gap := duty.Gap{From: now.Add(-time.Hour), To: now}
	old := duty.Gap{From: now.Add(-49 * time.Hour), To: now.Add(-48 * time.Hour)}
	for range 2 { // said again, it is the same one
		require.NoError(t, s.SaveLooked(t.Context(), now, []duty.Gap{old, gap}))
	}
	require.NoError(t, s.Close())
	s = open()
	defer s.Close()
	all, err := s.Duty(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, duty.Marks{"post/gate": now, "day/2026-03-02": {}}, all["a"].Since)
	until, down, err = s.Looked(t.Context(), now.Add(-2*time.Hour))
	require.NoError(t, err)
	assert.Equal(t, now, until)
	assert.Equal(t, []duty.Gap{gap}, down)
}

// What a hub of an earlier version had watched, it watched: an update forgives
// nothing.
func TestAnUpdateKeepsWhatWasWatched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	migrations, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	require.NoError(t, err)
	_, err = migrations.UpTo(t.Context(), 11)
	require.NoError(t, err)
	for _, said := range []string{
		`INSERT INTO duty_roster VALUES ('a', '2026-03-02', 'gate', 'day', 'zhao', 'guard', '', '', 0)`,
		`INSERT INTO duty_checkins VALUES ('a', '1', 'zhao', 'fence', 'card', 0, 1, 1)`,
	} {
		_, err := db.ExecContext(t.Context(), said)
		require.NoError(t, err, said)
	}
	require.NoError(t, db.Close())
	s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer s.Close()
	all, err := s.Duty(t.Context(), time.UnixMilli(0))
	require.NoError(t, err)
	since := all["a"].Since
	for _, what := range []string{"post/gate", "point/fence", "day/2026-03-02", "earlier"} {
		at, known := since[what]
		assert.True(t, known && at.IsZero(), what)
	}
	assert.True(t, all["a"].Entries[0].Named.IsZero())
	day, err := calendar.ParseDate("2026-03-02")
	require.NoError(t, err)
	next := all["a"].Entries[0]
	next.Named, next.Instead = time.UnixMilli(5).UTC(), time.UnixMilli(6).UTC()
	require.NoError(t, s.SaveRoster(t.Context(), "a", calendar.Span{From: day, To: day}, []duty.Entry{next}, nil))
	all, err = s.Duty(t.Context(), time.UnixMilli(0))
	require.NoError(t, err)
	assert.Equal(t, []duty.Entry{next}, all["a"].Entries)
}

// A hub that has looked since it keeps marks watched what it has marks of, and a
// new one has watched nothing.
func TestOnlyAnEarlierVersionHadWatchedWhatHasNoMark(t *testing.T) {
	for name, looked := range map[string]bool{"a hub that keeps marks": true, "a new hub": false} {
		path := filepath.Join(t.TempDir(), "office.db")
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		migrations, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
		require.NoError(t, err)
		_, err = migrations.UpTo(t.Context(), 14)
		require.NoError(t, err)
		if looked {
			for _, said := range []string{
				`INSERT INTO duty_roster VALUES ('a', '2026-03-02', 'gate', 'day', 'zhao', 'guard', '', '', 0, 5, 0)`,
				`INSERT INTO duty_since VALUES ('a', 'post/gate', 5)`,
				`INSERT INTO duty_looked VALUES (1, 7)`,
			} {
				_, err := db.ExecContext(t.Context(), said)
				require.NoError(t, err, said)
			}
		}
		require.NoError(t, db.Close())
		s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		all, err := s.Duty(t.Context(), time.UnixMilli(0))
		require.NoError(t, err)
		assert.NotContains(t, all["a"].Since, "earlier", name)
		require.NoError(t, s.Close())
	}
}
