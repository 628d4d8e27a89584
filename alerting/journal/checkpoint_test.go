package journal

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestCommittedPagesMoveBesideTheWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		j, reg := openJournal(t, Config{Path: path})
		stop := run(t, j)
		defer stop()
		h := newHub(t, j)
		e, i := h.open(h.press("s", "b", pressID(0)), opening())
		h.append(e).expect(t, Stored)
		var sizes []int64
		for n := range 20 {
			h.append(h.command(i, alerting.VerbNote)).expect(t, Stored)
			time.Sleep(checkpointEvery)
			synctest.Wait()
			require.Equal(t, float64(n+1), metric(t, reg, "checkpoint_seconds"))
			info, err := os.Stat(path + "-wal")
			require.NoError(t, err)
			sizes = append(sizes, info.Size())
		}
		assert.Equal(t, sizes[2], sizes[19], "the log starts again once everything is moved")
		time.Sleep(10 * checkpointEvery)
		synctest.Wait()
		assert.Equal(t, 20.0, metric(t, reg, "checkpoint_seconds"), "nothing was committed, nothing is to be moved")
	})
}

func TestWriterMovesTheRestOfALongLog(t *testing.T) {
	j, _ := openJournal(t, Config{})
	stop := run(t, j)
	h := newHub(t, j)
	j.squeeze.Store(true)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)
	h.append(h.command(i, alerting.VerbNote)).expect(t, Stored) // the rest was moved between the two
	assert.False(t, j.squeeze.Load())
	log, err := os.Stat(j.cfg.Path + "-wal")
	require.NoError(t, err)
	moved, err := checkpoint(t.Context(), j.db, "NOOP")
	require.NoError(t, err)
	assert.Less(t, int64(moved.log)*4096, log.Size(), "the second commit began the log anew")
	require.NoError(t, stop())
}
