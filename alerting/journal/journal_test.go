package journal

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

func TestEntriesThatWaitShareOneCommit(t *testing.T) {
	const writers, each = 64, 10
	began, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	j, reg := openJournal(t, Config{Fault: func(s Stage) error {
		if s == StageBegin {
			once.Do(func() { close(began); <-release })
		}
		return nil
	}})
	stop := run(t, j)
	h := newHub(t, j)

	first, _ := h.open(h.press("s", "b-0", pressID(0)), opening())
	all := []told{h.append(first)}
	<-began // the first commit is under way; everything from here on waits for it
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				h.mu.Lock()
				e, _ := h.open(h.press("s", fmt.Sprintf("b-%d", w), pressID(n+1)), opening())
				c := h.append(e)
				all = append(all, c)
				h.mu.Unlock()
			}
		})
	}
	wg.Wait()
	close(release)
	for _, c := range all {
		c.expect(t, Stored)
	}
	require.NoError(t, stop())
	assert.Len(t, all, 1+writers*each)
	perBatch := maxBatchRows / newItem(first).rows()
	assert.Equal(t, float64(1+(writers*each+perBatch-1)/perBatch), metric(t, reg, "commits_total"),
		"one for the first, and as few as there may be for the %d that waited", writers*each)
	assert.Equal(t, 5.0, metric(t, reg, "commit_entries"))
	assert.Zero(t, metric(t, reg, "pending_entries"))
	assert.Equal(t, 1.0, metric(t, reg, "healthy"))
}

func TestStoredIsSaidInOrder(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	const n = 2000
	order := make(chan int64, n)
	for k := range n {
		e, _ := h.open(h.press("s", "b", pressID(k)), opening())
		seq := e.Event.Seq
		e.Done = func(o Outcome) {
			if o == Stored {
				order <- seq
			}
		}
		require.NoError(t, j.Append(e))
	}
	for want := int64(1); want <= n; want++ {
		require.Equal(t, want, <-order)
	}
}

func TestReplayEqualsFold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder?#%", "journal.db")
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	j, _ := openJournal(t, Config{Path: path})
	stop := run(t, j)
	h := newHub(t, j)

	want := map[string]alerting.Incident{}
	for k := range 30 {
		e, i := h.open(h.press("s", fmt.Sprintf("b-%d", k), pressID(k)), opening())
		opened := *i
		e.Tellings = telling(opened, alerting.Planned)
		h.append(e)
		for _, v := range []alerting.Verb{alerting.VerbNote, alerting.VerbAcknowledge, alerting.VerbCancel, alerting.VerbReset}[:k%5] {
			h.append(h.command(i, v))
		}
		h.append(Entry{Tellings: telling(opened, alerting.Received), Lazy: true})
		if k%5 == 4 && k%2 == 0 {
			h.append(h.command(i, alerting.VerbResolve))
			continue
		}
		want[i.ID] = *i
	}
	require.NoError(t, stop())

	again, _ := openJournal(t, Config{Path: path})
	defer again.Close()
	assert.Equal(t, h.seq, again.LastSeq())
	open, err := again.Unresolved(t.Context())
	require.NoError(t, err)
	assert.Len(t, open, len(want))
	last := int64(0)
	for _, u := range open {
		require.Greater(t, u.Events[0].Seq, last, "in the order in which they opened")
		last = u.Events[0].Seq
		got := alerting.Fold(u.Events)
		require.Equal(t, want[got.ID], got)
		require.Len(t, u.Deliveries, 1, "the second state replaced the first")
		assert.Equal(t, delivery(got, alerting.Received).ID, u.Deliveries[0].ID)
		assert.Equal(t, alerting.Received, u.Deliveries[0].State)
		assert.Equal(t, got.ID, u.Deliveries[0].Incident)
	}
}

func TestProjectionIsTheListedIncident(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	c := h.append(e)
	for k := range 30 {
		c = h.append(h.entry(i, alerting.Event{
			Type: alerting.EventPressed, Incident: i.ID, School: "s", At: h.now, Actor: alerting.Actor{Name: "b"},
			Press: &alerting.PressRecord{ID: pressID(k + 1), PressedAt: h.now, ReceivedAt: h.now},
		}))
	}
	c.expect(t, Stored)
	got, err := j.List(t.Context(), alerting.Query{Schools: []string{"s"}})
	require.NoError(t, err)
	require.Len(t, got, 1)
	want, err := json.Marshal(i.Listed())
	require.NoError(t, err)
	have, err := json.Marshal(got[0])
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(have))
	assert.Len(t, got[0].Presses, alerting.ListedPresses)
	assert.Equal(t, 31, got[0].PressCount)
	assert.Equal(t, morning, got[0].OpenedAt, "nanoseconds are kept")
}

func TestLazyEntriesWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		j, reg := openJournal(t, Config{Path: path})
		stop := run(t, j)
		defer stop()
		h := newHub(t, j)
		e, i := h.open(h.press("s", "b", pressID(0)), opening())
		h.append(e).expect(t, Stored)
		lazy := Entry{Tellings: telling(*i, alerting.Handed), Lazy: true}

		began := time.Now()
		first := h.append(lazy)
		time.Sleep(lazyWait / 2)
		second := h.append(lazy)
		urgent := h.append(h.command(i, alerting.VerbNote))
		urgent.expect(t, Stored)
		assert.Equal(t, lazyWait/2, time.Since(began), "an urgent one waits for nothing")
		first.expectNothing(t)
		first.expect(t, Stored)
		assert.Equal(t, lazyWait, time.Since(began), "counted from the first that waits")
		second.expect(t, Stored)
		assert.Equal(t, 3.0, metric(t, reg, "commits_total"))

		began = time.Now()
		older := h.append(lazy)
		holding := h.command(i, alerting.VerbNote)
		holding.Tellings = telling(*i, alerting.Received)
		h.append(holding).expect(t, Stored)
		older.expect(t, Stored)
		assert.Zero(t, time.Since(began), "an older state is not written behind a newer one")

		last := h.append(lazy)
		require.NoError(t, stop())
		last.expect(t, Stored)
		assert.Zero(t, time.Since(began), "when the hub stops nothing waits")
	})
}

func TestFullJournalRefuses(t *testing.T) {
	j, _ := openJournal(t, Config{MaxPending: 3})
	h := newHub(t, j)
	var all []told
	for k := range 3 {
		e, _ := h.open(h.press("s", "b", pressID(k)), opening())
		all = append(all, h.append(e))
	}
	e, _ := h.open(h.press("s", "b", pressID(3)), opening())
	require.ErrorIs(t, j.Append(e), ErrFull)
	stop := run(t, j)
	for _, c := range all {
		c.expect(t, Stored)
	}
	c := h.append(e)
	c.expect(t, Stored)
	require.NoError(t, stop())
	e, _ = h.open(h.press("s", "b", pressID(4)), opening())
	require.ErrorIs(t, j.Append(e), ErrClosed)
}

func TestAppendRefusesWhatWouldBlockTheRest(t *testing.T) {
	j, reg := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	e, i := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)
	assert.ErrorIs(t, j.Append(e), ErrOrder, "the same number again")
	assert.Error(t, j.Append(Entry{Event: e.Event}))
	assert.Error(t, j.Append(Entry{Incident: e.Incident}))
	other := *e.Incident
	other.ID = "another"
	assert.Error(t, j.Append(Entry{Event: e.Event, Incident: &other}))

	beyond := h.command(i, alerting.VerbNote)
	beyond.Event.At = time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC)
	good := h.command(i, alerting.VerbNote)
	bad, after := h.append(beyond), h.append(good)
	bad.expect(t, Dropped)
	after.expect(t, Stored)
	assert.Equal(t, 1.0, metric(t, reg, "refused_total"))
	assert.True(t, j.Healthy())
}

func TestOneHubAtATime(t *testing.T) {
	j, _ := openJournal(t, Config{})
	_, err := Open(t.Context(), j.cfg, quiet(), nil)
	require.ErrorContains(t, err, "in use by another hub")
	require.NoError(t, j.Close())
	again, _ := openJournal(t, j.cfg)
	require.NoError(t, again.Close())
}

func TestJournalIsForTheHubAlone(t *testing.T) {
	j, _ := openJournal(t, Config{})
	run(t, j)
	h := newHub(t, j)
	e, _ := h.open(h.press("s", "b", pressID(0)), opening())
	h.append(e).expect(t, Stored)
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(j.cfg.Path + suffix)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
}
