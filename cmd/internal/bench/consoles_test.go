package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/firmware-sim/campus/load"
)

func TestTheHubOfTheBenchHasALiaisonForEachRowOfBoards(t *testing.T) {
	h := &consoleHub{}
	var err error
	h.served, err = newServed(filepath.Join(t.TempDir(), "hub"), "/hub", 2, []byte(brokenKey), func(string) string { return "" })
	require.NoError(t, err)
	require.NoError(t, h.moreLiaisons())
	cfg, err := config.Load(h.served.part.args[2])
	require.NoError(t, err)
	var names []string
	for _, a := range cfg.Accounts {
		names = append(names, a.Name)
	}
	for n := range consolesOpen / consolesEach {
		assert.Contains(t, names, liaison(n))
	}
}

// A board counts an incident once, and draws once more for what comes meanwhile.
func TestABoardOfTheBenchFollowsAndDraws(t *testing.T) {
	var drawn atomic.Int64
	opened := time.Now().Add(-time.Second).UTC().Format(time.RFC3339Nano)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Bearer token", r.Header.Get("Authorization"))
		if r.URL.Path == "/" {
			drawn.Add(1)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Encoding", "gzip")
			g := gzip.NewWriter(w)
			_, _ = g.Write([]byte("<main>"))
			_ = g.Close()
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for _, id := range []string{"i-1", "i-1", "i-2"} {
			fmt.Fprintf(w, "event: beat\ndata: {}\n\nid: 1\nevent: incident\ndata: {\"id\":%q,\"opened_at\":%q}\n\n", id, opened)
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, stop := context.WithCancel(t.Context())
	seen := &sightings{}
	b := newBoard(&person{console: server.URL, token: "token"})
	defer b.leave()
	f, err := b.follow(ctx, seen)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- f.run(ctx) }()
	require.Eventually(t, func() bool {
		var block consoleBlock
		return seen.into(&block, 1) == nil && block.Frames.Count == 2 && block.Fetched >= 1
	}, time.Minute, time.Millisecond)
	stop()
	require.NoError(t, <-ended)
	var block consoleBlock
	require.NoError(t, seen.into(&block, 1))
	assert.Greater(t, block.Frames.P50, time.Second)
	assert.Positive(t, block.Bytes)
	assert.Equal(t, consolesOpen-2, block.Missing)
	assert.GreaterOrEqual(t, drawn.Load(), int64(2), "once at the beginning")
}

func TestWhatWasNotPaintedIsMissing(t *testing.T) {
	now := time.Now()
	f := seenOf(map[string]time.Time{"a": now.Add(30 * time.Millisecond), "b": time.UnixMicro(0)}, map[string]time.Time{"a": now, "b": now, "c": now})
	assert.Equal(t, tabFigures{load.Spread{Count: 1, P50: 30 * time.Millisecond, P99: 30 * time.Millisecond, P999: 30 * time.Millisecond, Max: 30 * time.Millisecond}, 2}, f)
}

func TestTheReportHasTheBoards(t *testing.T) {
	assert.NotContains(t, report(figures{}), "open boards")
	block := consoleBlock{
		Frames: load.Spread{Count: 20_000, P99: 40 * time.Millisecond}, Fetched: 2, Bytes: 20 << 10,
		Alone:  watched{Tab: tabFigures{Missing: 1}, Resting: 5 << 20},
		Beside: watched{sample: sample{CPU: 30 * time.Second}, Tab: tabFigures{Missing: 3}, Resting: 5<<20 + consolesOpen*80<<10},
	}
	got := report(figures{Consoles: &openConsoles{Blocks: []consoleBlock{block}, Weight: pageWeight{32_000, 800 * time.Millisecond}}})
	assert.Contains(t, got, "| event at the board | 0.0 (0.0–0.0) | 40.0 (40.0–40.0) | 0.0 (0.0–0.0) | 20000 | 0 |")
	assert.Contains(t, got, "| painted in Chromium, alone at a board | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) | 0 | 1 |")
	assert.Contains(t, got, "| painted in Chromium, one of all | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) | 0.0 (0.0–0.0) | 0 | 3 |")
	assert.Contains(t, got, "used 50 (50–50) % of one processor; one answer was 10 (10–10) KiB. A board of the 200 took 80 (80–80) KiB")
	assert.Contains(t, got, "**32 KB** over the wire")
	assert.NotContains(t, got, "%!")
}
