package journal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

var errDisk = errors.New("injected I/O error")

// faults fails one stage while it is on, or so many times.
type faults struct {
	stage atomic.Value // Stage
	left  atomic.Int64 // how often still; negative is for ever
}

func (f *faults) set(s Stage, times int64) {
	f.stage.Store(s)
	f.left.Store(times)
}

func (f *faults) mend() { f.left.Store(0) }

func (f *faults) hook(s Stage) error {
	if f.left.Load() == 0 || f.stage.Load() != s {
		return nil
	}
	if f.left.Load() > 0 {
		f.left.Add(-1)
	}
	return errDisk
}

// inRows gives the numbers of the events that are in the journal.
func inRows(t *testing.T, j *Journal) []string {
	t.Helper()
	rows, err := collect(t.Context(), j.db, scanText, `SELECT seq FROM events ORDER BY seq`)
	require.NoError(t, err)
	return rows
}

func assertChains(t *testing.T, path string) {
	t.Helper()
	report, err := Verify(t.Context(), path)
	require.NoError(t, err)
	assert.True(t, report.OK(), "%+v", report)
}

func TestFailedCommitIsKeptAndStoredLater(t *testing.T) {
	for _, stage := range []Stage{StageBegin, StageCommit, StageCommitted} {
		t.Run(string(stage), func(t *testing.T) {
			var f faults
			j, reg := openJournal(t, Config{Fault: f.hook})
			stop := run(t, j)
			h := newHub(t, j)
			e, i := h.open(h.press("s", "b", pressID(0)), opening())
			h.append(e).expect(t, Stored)

			f.set(stage, 1)
			failing := h.command(i, alerting.VerbNote)
			failing.Tellings = telling(*i, alerting.Handed)
			c := h.append(failing)
			c.expect(t, Failed, Stored)
			after := h.append(h.command(i, alerting.VerbNote))
			after.expect(t, Stored)
			require.NoError(t, stop())
			c.expectNothing(t)
			after.expectNothing(t)
			assert.Equal(t, 1.0, metric(t, reg, "failures_total"))
			assert.Equal(t, 1.0, metric(t, reg, "reopens_total"))
			assert.Equal(t, 1.0, metric(t, reg, "healthy"))
			assert.Zero(t, metric(t, reg, "pending_entries"))

			again, _ := openJournal(t, Config{Path: j.cfg.Path})
			defer again.Close()
			assert.Equal(t, []string{"1", "2", "3"}, inRows(t, again), "each event once")
			_, deliveries, err := again.Get(t.Context(), i.ID)
			require.NoError(t, err)
			assert.Len(t, deliveries, 1)
			assertChains(t, j.cfg.Path)
		})
	}
}

func TestRejectableEventOfAFailedCommit(t *testing.T) {
	for _, c := range []struct {
		stage Stage
		end   Outcome
		rows  []string
	}{
		{StageCommit, Dropped, []string{"1", "3"}},
		{StageCommitted, Stored, []string{"1", "2", "3"}}, // reported as failed, yet durable
	} {
		t.Run(string(c.stage), func(t *testing.T) {
			var f faults
			j, _ := openJournal(t, Config{Fault: f.hook})
			h := newHub(t, j)
			e, i := h.open(h.press("s", "b", pressID(0)), opening())
			opened := h.append(e)
			rejectable := h.append(h.command(i, alerting.VerbReset))
			f.set(c.stage, 1)
			stop := run(t, j)
			opened.expect(t, Failed, Stored)
			rejectable.expect(t, Failed, c.end)
			after := h.append(h.command(i, alerting.VerbNote))
			after.expect(t, Stored)
			assert.Equal(t, c.rows, inRows(t, j))
			require.NoError(t, stop())
			rejectable.expectNothing(t)
			assertChains(t, j.cfg.Path)
		})
	}
}

func TestBrokenJournalTellsAtOnce(t *testing.T) {
	var f faults
	j, reg := openJournal(t, Config{Fault: f.hook, MaxPending: 3})
	stop := run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)

	f.set(StageBegin, -1)
	first := h.append(h.command(i, alerting.VerbNote))
	first.expect(t, Failed)
	assert.False(t, j.Healthy())
	assert.Zero(t, metric(t, reg, "healthy"))

	second := h.append(h.command(i, alerting.VerbNote))
	second.expect(t, Failed)
	rejectable := h.append(h.command(i, alerting.VerbReset))
	rejectable.expect(t, Dropped)
	lazy := h.append(Entry{Tellings: telling(*i, alerting.Read), Lazy: true})
	lazy.expect(t, Failed)
	third := h.append(h.command(i, alerting.VerbNote))
	third.expect(t, Failed)
	require.ErrorIs(t, j.Append(h.command(i, alerting.VerbNote)), ErrFull, "what is kept counts; what was dropped does not")

	f.mend()
	for _, c := range []told{first, second, lazy, third} {
		c.expect(t, Stored)
	}
	require.NoError(t, stop())
	assert.True(t, j.Healthy())
	assert.Equal(t, 1.0, metric(t, reg, "dropped_total"))

	again, _ := openJournal(t, Config{Path: j.cfg.Path})
	defer again.Close()
	assert.Equal(t, []string{"1", "2", "3", "5"}, inRows(t, again))
	_, deliveries, err := again.Get(t.Context(), i.ID)
	require.NoError(t, err)
	assert.Equal(t, alerting.Read, deliveries[0].State)
	assertChains(t, j.cfg.Path)
}

func TestReopeningBacksOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		var f faults
		j, reg := openJournal(t, Config{Path: path, Fault: f.hook})
		stop := run(t, j)
		defer stop()
		h := newHub(t, j)
		e, _ := h.open(h.press("s", "b", pressID(0)), opening())
		f.set(StageBegin, 1)
		c := h.append(e)
		c.expect(t, Failed)
		f.set(StageOpen, 6)
		began := time.Now()
		c.expect(t, Stored)
		assert.Equal(t, (50+100+200+400+800+1000+1000)*time.Millisecond, time.Since(began))
		assert.Equal(t, 7.0, metric(t, reg, "reopens_total"))
	})
}

func TestReopenFailsBetweenBatches(t *testing.T) {
	var f faults
	j, _ := openJournal(t, Config{Fault: f.hook})
	h := newHub(t, j)
	var all []told
	for k := range 3 * maxBatchEntries {
		e, _ := h.open(h.press("s", fmt.Sprintf("b-%d", k), pressID(k)), opening())
		all = append(all, h.append(e))
	}
	f.set(StageCommit, 3) // the first commit, then the first of two attempts to catch up
	stop := run(t, j)
	for _, c := range all {
		c.expect(t, Failed, Stored)
	}
	assert.Len(t, inRows(t, j), len(all))
	require.NoError(t, stop())
	assertChains(t, j.cfg.Path)
}

func TestEndWhileBroken(t *testing.T) {
	t.Run("the disk is back", func(t *testing.T) {
		var f faults
		j, _ := openJournal(t, Config{Fault: f.hook})
		h := newHub(t, j)
		e, i := h.open(h.press("s", "b", pressID(0)), opening())
		f.set(StageBegin, -1)
		stop := run(t, j)
		c := h.append(e)
		c.expect(t, Failed)
		waiting := h.append(h.command(i, alerting.VerbNote))
		waiting.expect(t, Failed)
		f.mend()
		require.NoError(t, stop())
		c.expect(t, Stored)
		waiting.expect(t, Stored)
	})
	t.Run("the disk is not", func(t *testing.T) {
		var f faults
		j, reg := openJournal(t, Config{Fault: f.hook})
		h := newHub(t, j)
		e, i := h.open(h.press("s", "b", pressID(0)), opening())
		f.set(StageBegin, -1)
		stop := run(t, j)
		c := h.append(e)
		c.expect(t, Failed)
		waiting := h.append(h.command(i, alerting.VerbNote))
		waiting.expect(t, Failed)
		before := metric(t, reg, "reopens_total")
		err := stop()
		require.ErrorContains(t, err, "2 entries unwritten")
		require.ErrorIs(t, err, errDisk)
		assert.Greater(t, metric(t, reg, "reopens_total"), before, "it tried once more")
		c.expectNothing(t)
		require.ErrorIs(t, j.Append(h.command(i, alerting.VerbNote)), ErrClosed)
	})
	t.Run("the last commit fails and its repetition does not", func(t *testing.T) {
		var f faults
		j, _ := openJournal(t, Config{Fault: f.hook})
		h := newHub(t, j)
		e, _ := h.open(h.press("s", "b", pressID(0)), opening())
		c := h.append(e)
		f.set(StageCommit, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.NoError(t, j.Run(ctx))
		c.expect(t, Failed, Stored)
	})
}

func TestForeignEventIsNotTakenForOurs(t *testing.T) {
	var f faults
	j, reg := openJournal(t, Config{Fault: f.hook})
	stop := run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)

	db, err := openPool(j.cfg.Path, true)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.Exec(`INSERT INTO events SELECT 2, school, incident, at, type, command, salt, zeroblob(32), chain, payload FROM events`)
	require.NoError(t, err)

	taken := h.append(h.command(i, alerting.VerbNote))
	taken.expect(t, Failed, Dropped)
	h.append(h.command(i, alerting.VerbNote)).expect(t, Stored)
	require.NoError(t, stop())
	assert.Equal(t, 1.0, metric(t, reg, "refused_total"))
}
