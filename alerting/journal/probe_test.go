package journal

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A path check is committed durably, and stands in no incident and no chain.
func TestProbeIsDurableAndNoIncident(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, _ := openJournal(t, Config{Path: path})
	stop := run(t, j)
	for _, id := range []string{"one", "two"} {
		said := make(chan Outcome, 1)
		require.NoError(t, j.Append(Entry{Probe: &Probe{School: "s", ID: id, At: morning}, Done: func(o Outcome) { said <- o }}))
		require.Equal(t, Stored, <-said)
	}
	rows, id := 0, ""
	require.NoError(t, j.db.QueryRowContext(t.Context(), "SELECT count(*), max(id) FROM probes").Scan(&rows, &id))
	assert.Equal(t, 1, rows, "the latest of a school")
	assert.Equal(t, "two", id)
	open, err := j.Unresolved(t.Context())
	require.NoError(t, err)
	assert.Empty(t, open)
	schools, err := j.Schools(t.Context())
	require.NoError(t, err)
	assert.Empty(t, schools, "no audit chain begins with it")
	require.NoError(t, stop())
}

// A broken disk drops a check instead of keeping it: nothing piles up, and
// nothing is proven late.
func TestBrokenDiskDropsAProbe(t *testing.T) {
	broken := errors.New("broken")
	left := 1
	j, _ := openJournal(t, Config{Path: filepath.Join(t.TempDir(), "journal.db"), Fault: func(s Stage) error {
		if s == StageCommit && left > 0 {
			left--
			return broken
		}
		return nil
	}})
	stop := run(t, j)
	said := make(chan Outcome, 2)
	require.NoError(t, j.Append(Entry{Probe: &Probe{School: "s", ID: "one", At: morning}, Done: func(o Outcome) { said <- o }}))
	assert.Equal(t, Failed, <-said)
	assert.Equal(t, Dropped, <-said)
	require.NoError(t, stop())
}

func TestProbeStandsAlone(t *testing.T) {
	j, _ := openJournal(t, Config{Path: filepath.Join(t.TempDir(), "journal.db")})
	defer j.Close()
	require.ErrorIs(t, j.Append(Entry{Probe: &Probe{School: "s"}, Lazy: true}), errMixedProbe)
}
