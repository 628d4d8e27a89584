package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/journal"
)

// The memory journal is the real one's stand-in: both are given the same and
// must answer the same.

func openReal(t *testing.T, path string, fault func(journal.Stage) error) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), journal.Config{Path: path, Fault: fault}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.NoError(t, err)
	return j
}

func TestMemoryJournalAnswersAsTheRealOne(t *testing.T) {
	calm := slices.DeleteFunc(day(7, 120), func(d deed) bool { return d.what == crash || d.what == restart || d.what == change })
	w := newWorld(t, &directories{}, 7, calm)
	path := filepath.Join(t.TempDir(), "journal.db")
	disk := openReal(t, path, nil)
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() { _ = disk.Run(ctx) })
	var mu sync.Mutex // guards entries
	var entries []journal.Entry
	w.accepted = func(e journal.Entry) {
		mu.Lock()
		defer mu.Unlock()
		e.Done = nil
		entries = append(entries, e)
	}
	require.Empty(t, w.run())
	require.Greater(t, len(entries), 500)
	for _, e := range entries {
		require.NoError(t, disk.Append(e))
	}
	cancel()
	writing.Wait()

	disk = openReal(t, path, nil)
	defer disk.Close()
	memory := reopen(w.disk, nil)
	require.Equal(t, disk.LastSeq(), memory.LastSeq())
	require.Equal(t, disk.Starts(), memory.Starts())
	want, got := answers(t, disk), answers(t, memory)
	require.Len(t, got, len(want))
	for name := range want {
		require.Equal(t, want[name], got[name], name)
	}
}

// answers are everything that can be asked of a journal.
func answers(t *testing.T, j engine.Journal) map[string]string {
	t.Helper()
	out := map[string]string{}
	ask := func(name string, answer any, err error) {
		require.NoError(t, err, name)
		b, err := json.Marshal(answer)
		require.NoError(t, err, name)
		out[name] = string(b)
	}
	open, err := j.Unresolved(t.Context())
	ask("unresolved", open, err)
	closed, err := j.Resolved(t.Context(), time.Time{}, 7)
	ask("resolved", closed, err)
	presses, err := j.RecentPresses(t.Context(), 3)
	ask("presses", presses, err)
	since, err := j.Since(t.Context(), 20, 9)
	ask("since", since, err)
	for name, q := range map[string]alerting.Query{
		"all":       {Schools: schools(), Named: schools()},
		"public":    {Schools: schools(), Limit: 5},
		"of ziwei":  {Schools: []string{ziwei}, Named: []string{ziwei}, State: alerting.StateResolved},
		"of nobody": {},
	} {
		list, err := j.List(t.Context(), q)
		ask("list "+name, list, err)
		for _, i := range list {
			events, deliveries, err := j.Get(t.Context(), i.ID)
			ask("get "+i.ID, journal.History{Events: events, Deliveries: deliveries}, err)
			ask("fold "+i.ID, alerting.Fold(events), nil)
		}
	}
	_, _, err = j.Get(t.Context(), "nobody")
	require.ErrorIs(t, err, alerting.ErrNotFound)
	return out
}

// TestMemoryJournalFailsAsTheRealOne breaks both in the middle of a story and
// compares what they say of each entry.
func TestMemoryJournalFailsAsTheRealOne(t *testing.T) {
	for _, stage := range []journal.Stage{journal.StageBegin, journal.StageCommit, journal.StageCommitted} {
		t.Run(string(stage), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			var onDisk, memory []string
			synctest.Test(t, func(t *testing.T) { onDisk = breakReal(t, path, stage) })
			synctest.Test(t, func(*testing.T) { memory = breakMemory(stage) })
			require.Equal(t, onDisk, memory)
			require.Contains(t, onDisk, "4 failed")
			require.Contains(t, onDisk, "5 dropped")
		})
	}
}

func breakReal(t *testing.T, path string, stage journal.Stage) []string {
	var mu sync.Mutex
	broken := false
	fault := func(s journal.Stage) error {
		mu.Lock()
		defer mu.Unlock()
		if broken && (s == stage || s == journal.StageOpen) {
			return errors.New("disk is gone")
		}
		return nil
	}
	j := openReal(t, path, fault)
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() { _ = j.Run(ctx) })
	out := tellStory(j.Append, func(b bool) {
		mu.Lock()
		defer mu.Unlock()
		broken = b
	})
	cancel()
	writing.Wait()
	return out
}

func breakMemory(stage journal.Stage) []string {
	m := reopen(newDisk(), func(d time.Duration, do func()) { time.AfterFunc(d, do) })
	out := tellStory(m.Append, func(broken bool) {
		if broken {
			m.set(condition{fails: stage})
		} else {
			m.set(condition{})
		}
	})
	m.close(true, false)
	return out
}

// tellStory appends an opening, a note and a reset that meet the fault, a note
// and a resolution behind it, and returns what was said of each.
func tellStory(appendTo func(journal.Entry) error, breakDisk func(bool)) []string {
	var mu sync.Mutex // guards said
	var said []string
	put := func(seq int64, kind alerting.EventType) {
		e := alerting.Event{Seq: seq, Type: kind, Incident: "i", School: ziwei, At: time.Now(), Actor: liaison}
		err := appendTo(journal.Entry{Event: &e, Incident: &alerting.Incident{ID: "i", School: ziwei}, Done: func(o journal.Outcome) {
			mu.Lock()
			defer mu.Unlock()
			said = append(said, string(rune('0'+seq))+" "+o.String())
		}})
		if err != nil {
			said = append(said, err.Error())
		}
	}
	put(1, alerting.EventOpened)
	time.Sleep(time.Second)
	breakDisk(true)
	put(2, alerting.EventNoted)
	put(3, alerting.EventReset)
	time.Sleep(300 * time.Millisecond)
	put(4, alerting.EventNoted)
	put(5, alerting.EventResolved)
	time.Sleep(3 * time.Second)
	breakDisk(false)
	time.Sleep(3 * time.Second)
	put(5, alerting.EventNoted) // out of order
	put(6, alerting.EventNoted)
	time.Sleep(time.Second)
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(said) // one entry's words keep their order: failed, then stored or dropped
	return said
}
