package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal/journaltest"
)

// failUntil appends incidents until one of them fails.
func failUntil(t *testing.T, h *hub) (stored, failed []told, last *alerting.Incident) {
	t.Helper()
	for k := range 5000 {
		e, i := h.open(h.press("s", fmt.Sprintf("b-%d", k), pressID(k)), opening())
		c := h.append(e)
		switch o := <-c; o {
		case Stored:
			stored = append(stored, c)
		case Failed:
			return stored, []told{c}, i
		default:
			t.Fatalf("incident %d: %s", k, o)
		}
	}
	t.Fatal("5000 incidents went into a full disk")
	return nil, nil, nil
}

func TestFullDisk(t *testing.T) {
	dir := journaltest.SmallDisk(t, 2)
	path := filepath.Join(dir, "journal.db")
	j, reg := openJournal(t, Config{Path: path})
	stop := run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", "first"), opening())
	h.append(e).expect(t, Stored)

	for range 2 { // it breaks, mends, and breaks again
		remove := journaltest.Fill(t, dir)
		stored, failed, last := failUntil(t, h)
		assert.False(t, j.Healthy())
		h.append(h.command(last, alerting.VerbReset)).expect(t, Dropped)
		for range 100 {
			c := h.append(h.command(i, alerting.VerbNote))
			c.expect(t, Failed)
			failed = append(failed, c)
		}
		events, _, err := j.Get(t.Context(), i.ID)
		require.NoError(t, err, "reading goes on")
		assert.NotEmpty(t, events)

		remove()
		for _, c := range failed {
			c.expect(t, Stored)
		}
		for _, c := range append(stored, failed...) {
			c.expectNothing(t)
		}
	}
	require.NoError(t, stop())
	assert.Zero(t, metric(t, reg, "pending_entries"))
	assertChains(t, path)
	again, _ := openJournal(t, Config{Path: path})
	defer again.Close()
	events, _, err := again.Get(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, *i, alerting.Fold(events))
}

func TestReadOnlyDisk(t *testing.T) {
	var readOnly atomic.Bool
	var j *Journal
	j, _ = openJournal(t, Config{Fault: func(s Stage) error {
		if s != StageBegin || !readOnly.Load() {
			return nil
		}
		_, err := j.store.conn.ExecContext(t.Context(), "PRAGMA query_only = 1") // writes now fail with SQLITE_READONLY
		return err
	}})
	stop := run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)

	readOnly.Store(true)
	c := h.append(h.command(i, alerting.VerbNote))
	c.expect(t, Failed)
	assert.False(t, j.Healthy())
	readOnly.Store(false)
	c.expect(t, Stored)
	require.NoError(t, stop())
	assertChains(t, j.cfg.Path)
}

// A journal that another process holds is broken like any other, and heals.
func TestBusyDisk(t *testing.T) {
	j, _ := openJournal(t, Config{})
	stop := run(t, j)
	h := newHub(t, j)
	db, err := openPool(j.cfg.Path, true)
	require.NoError(t, err)
	defer db.Close()
	tx, err := db.Begin()
	require.NoError(t, err)
	e, _ := h.open(h.press("s", "b", pressID(0)), opening())
	c := h.append(e)
	c.expect(t, Failed)
	require.NoError(t, tx.Rollback())
	c.expect(t, Stored)
	require.NoError(t, stop())
}

// A journal that vanished under the hub is not replaced by an empty one.
func TestVanishedJournal(t *testing.T) {
	var f faults
	j, _ := openJournal(t, Config{Fault: f.hook})
	stop := run(t, j)
	h := newHub(t, j)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		require.NoError(t, os.Rename(j.cfg.Path+suffix, j.cfg.Path+suffix+".away"))
	}
	f.set(StageBegin, 1)
	e, _ := h.open(h.press("s", "b", pressID(0)), opening())
	c := h.append(e)
	c.expect(t, Failed)
	err := stop()
	require.ErrorContains(t, err, "1 entries unwritten")
	var code *sqlite.Error
	require.ErrorAs(t, err, &code)
	assert.Equal(t, sqlite3.SQLITE_CANTOPEN, code.Code()&0xff)
	_, err = os.Stat(j.cfg.Path)
	assert.ErrorIs(t, err, os.ErrNotExist)
}
