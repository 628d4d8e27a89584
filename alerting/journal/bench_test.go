package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
)

// One press at a time, from Append to Stored: the way of a lone press.
func BenchmarkAppendStored(b *testing.B) {
	j, _ := openJournal(b, Config{})
	run(b, j)
	h := newHub(b, j)
	done := make(chan Outcome, 1)
	for n := 0; b.Loop(); n++ {
		e, i := h.open(h.press("s", fmt.Sprintf("b-%d", n%500), pressID(n)), opening())
		e.Tellings = telling(*i, alerting.Planned)
		e.Done = func(o Outcome) { done <- o }
		require.NoError(b, j.Append(e))
		if o := <-done; o != Stored {
			b.Fatal(o)
		}
	}
}

// The floor of the above on the same disk: as many bytes, appended to a file
// and synced.
func BenchmarkRawAppendSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	require.NoError(b, err)
	defer f.Close()
	page := make([]byte, 4096+24) // a page of the log and its header
	for b.Loop() {
		_, err := f.Write(page)
		require.NoError(b, err)
		require.NoError(b, f.Sync())
	}
}

// 512 presses of as many buttons in the same instant, from the first Append to
// the last Stored, and how long one of the transactions held the journal.
func BenchmarkAppendBatch(b *testing.B) {
	j, reg := openJournal(b, Config{})
	run(b, j)
	h := newHub(b, j)
	const burst = 512
	done := make(chan Outcome, burst)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		entries := make([]Entry, burst)
		for k := range entries {
			e, i := h.open(h.press("s", fmt.Sprintf("b-%d", k), pressID(n)), opening())
			e.Tellings = telling(*i, alerting.Planned)
			e.Done = func(o Outcome) { done <- o }
			entries[k] = e
		}
		b.StartTimer()
		for _, e := range entries {
			require.NoError(b, j.Append(e))
		}
		for range entries {
			<-done
		}
	}
	b.ReportMetric(float64(b.N*burst)/b.Elapsed().Seconds(), "entries/s")
	families, err := reg.Gather()
	require.NoError(b, err)
	for _, f := range families {
		if f.GetName() == "campushub_journal_commit_seconds" {
			h := f.GetMetric()[0].GetHistogram()
			b.ReportMetric(1000*h.GetSampleSum()/float64(h.GetSampleCount()), "ms/commit")
		}
	}
}

// Start-up with 100,000 incidents, of which 50 are not resolved.
func BenchmarkOpen100k(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journal.db")
	fill(b, path, 100_000, 50)
	for b.Loop() {
		j, _ := openJournal(b, Config{Path: path})
		open, err := j.Unresolved(b.Context())
		require.NoError(b, err)
		require.Len(b, open, 50)
		presses, err := j.RecentPresses(b.Context(), 20)
		require.NoError(b, err)
		require.Len(b, presses, 500*20)
		require.NoError(b, j.Close())
	}
}

// A page of 50 out of 100,000 incidents of 20 schools.
func BenchmarkList100k(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journal.db")
	fill(b, path, 100_000, 50)
	r, err := OpenReader(b.Context(), path)
	require.NoError(b, err)
	defer r.Close()
	q := alerting.Query{Limit: 50, Before: alerting.Cursor{OpenedAt: morning.Add(100e9)}}
	for k := range 20 {
		q.Schools = append(q.Schools, fmt.Sprintf("s-%d", k))
	}
	for b.Loop() {
		page, err := r.List(b.Context(), q)
		require.NoError(b, err)
		require.Len(b, page, 50)
	}
}

// fill writes so many incidents of 20 schools with 25 buttons each, all but
// the last few of them resolved.
func fill(b *testing.B, path string, incidents, unresolved int) {
	j, _ := openJournal(b, Config{Path: path})
	stop := run(b, j)
	h := newHub(b, j)
	room := make(chan struct{}, 4096)
	put := func(e Entry) {
		room <- struct{}{}
		e.Done = func(Outcome) { <-room }
		require.NoError(b, j.Append(e))
	}
	for n := range incidents {
		e, i := h.open(h.press(fmt.Sprintf("s-%d", n%20), fmt.Sprintf("b-%d", n/20%25), pressID(n)), opening())
		e.Tellings = telling(*i, alerting.Handed)
		put(e)
		if n >= incidents-unresolved {
			continue
		}
		put(h.command(i, alerting.VerbAcknowledge))
		put(h.command(i, alerting.VerbReset))
		put(h.command(i, alerting.VerbResolve))
	}
	require.NoError(b, stop())
}
