package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/alerting/journal"
	"example.org/campushub/firmware-sim/campus/load"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs one of the bare servers and returns its address.
func serve(t *testing.T, command string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{command}, w) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

func TestTheBareServersRelayEveryPress(t *testing.T) {
	for _, name := range []string{mochi, tcpRelay} {
		t.Run(name, func(t *testing.T) {
			target, err := load.Bare(serve(t, name), "bench", 8, 2, "campus/+/+/alarm")
			require.NoError(t, err)
			f, err := load.Open(t.Context(), load.Config{Target: target})
			require.NoError(t, err)
			defer f.Close()
			r, err := f.Press(t.Context(), load.Stage{Presses: 80, Rate: 2000})
			require.NoError(t, err)
			assert.Equal(t, load.Account{Planned: 80, Sent: 80, Acknowledged: 80, Arrived: 160}, r.Presses)
			assert.Zero(t, r.Disconnected)
		})
	}
}

func TestProcessorTimeIsReadFromTheKernelsText(t *testing.T) {
	got, err := cpuOf("42 (a) name) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 9 9 20 0 5 0 1 2 3")
	require.NoError(t, err)
	assert.Equal(t, 2*time.Second, got)
	got, err = busyOf("cpu  100 20 30 9999 8888 4 5 41 7 7\ncpu0 1 1 1 1\n")
	require.NoError(t, err)
	assert.Equal(t, 2*time.Second, got)
	for _, bad := range []string{"", "cpu 1 2", "x 1 2 3 4 5 6 7 8 9", "cpu a b c d e f g h i"} {
		_, err := busyOf(bad)
		require.Error(t, err, bad)
	}
	for _, bad := range []string{"", "1 (x) S 1", "1 (x) S 1 1 1 1 1 1 1 1 1 1 u s"} {
		_, err := cpuOf(bad)
		require.Error(t, err, bad)
	}
	w := work{machine: 10, self: 2, server: 3, beside: 1}
	assert.Equal(t, time.Duration(4), w.others(work{}))
	assert.Equal(t, time.Duration(0), work{self: 5}.others(work{}))
}

func TestAProcessIsStartedReadAndStopped(t *testing.T) {
	p, err := start(t.Context(), "/bin/sh", "-c", `trap 'echo bye; exit 0' TERM; echo here; while :; do sleep 0.01; done`)
	require.NoError(t, err)
	line, err := p.line()
	require.NoError(t, err)
	assert.Equal(t, "here", line)
	_, err = p.cpu()
	require.NoError(t, err)
	require.NoError(t, p.terminate())
	line, err = p.line()
	require.NoError(t, err)
	assert.Equal(t, "bye", line)
	require.NoError(t, p.stop())
	require.NoError(t, p.terminate(), "one that is gone is stopped")
	_, err = start(t.Context(), "/nowhere/server")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestFillWritesAJournalThatVerifies(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "demo.json"), []byte(`{"mqtt":"tcp://127.0.0.1:1",
		"devices":[{"school":"s","id":"x-1","kind":"button"},{"school":"s","id":"x-2","kind":"button"}]}`), 0o600))
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"fill", dir, "--incidents", "50", "--open", "2"}, &out))
	assert.Contains(t, out.String(), "50 incidents, 2 of them open, 194 events")

	report, err := journal.Verify(t.Context(), filepath.Join(dir, journalName))
	require.NoError(t, err)
	raw, err := json.Marshal(report)
	require.NoError(t, err)
	assert.Contains(t, string(raw), "194", "every event is in the chain")

	require.NoError(t, run(t.Context(), []string{"fill", dir, "--incidents", "1", "--open", "0"}, io.Discard), "a second filling goes on behind the first")
	require.ErrorContains(t, run(t.Context(), []string{"fill", dir, "--incidents", "9", "--open", "3"}, io.Discard), "3 open of 9")
	require.ErrorIs(t, run(t.Context(), []string{"fill", t.TempDir()}, io.Discard), os.ErrNotExist)
}

func TestDiskMeasuresEverySync(t *testing.T) {
	s, err := disk(t.Context(), t.TempDir(), load.Stage{Presses: 70, Rate: 5000})
	require.NoError(t, err)
	assert.Equal(t, 70, s.Count, "as many as the presses")
	assert.Positive(t, s.P50)
}

func TestSpreadsAreMediansWithTheirEnds(t *testing.T) {
	assert.Equal(t, "2.00 (1.00–9.00)", spread{9, 1, 2}.times())
	assert.Equal(t, "2.500 (1.000–9.000)", spread{9, 1, 2, 3}.ms())
	assert.Equal(t, "–", spread{}.whole())
}

func turnOf(p50, p99 int) sample {
	var s sample
	s.Load.Terminal.FromWrite = load.Spread{Count: 1, P50: time.Duration(p50) * time.Microsecond, P99: time.Duration(p99) * time.Microsecond}
	s.Load.Presses = load.Account{Planned: 10, Sent: 10, Acknowledged: 9, Arrived: 8, Lost: 1, Duplicates: 2}
	s.Storm = &load.StormResult{Rate: 20000}
	return s
}

func TestRatiosAreTakenWithinABlock(t *testing.T) {
	ours := []sample{turnOf(200, 900), turnOf(400, 900), turnOf(900, 1800)}
	bare := []sample{turnOf(100, 300), turnOf(400, 900), turnOf(300, 600)}
	assert.InDeltaSlice(t, []float64{2, 1, 3}, ratios(ours, bare, p50), 1e-9)
	assert.InDeltaSlice(t, []float64{3, 1, 3}, ratios(ours, bare, p99), 1e-9)
	assert.Empty(t, ratios(ours, nil, p50))
	assert.Empty(t, ratios(ours[:1], []sample{turnOf(0, 0)}, p50))
}

func TestTheReportHoldsWhatWasMeasuredAndNothingElse(t *testing.T) {
	f := figures{
		Servers: []string{mosquitto, campushub}, Machine: machine{Cores: 2, CPU: "cpu"}, Command: "go run x",
		Config: map[string]any{"crowd": 1000, "rate_per_s": 200.0, "buttons": 500, "presses": 2000},
		Steady: map[string][]sample{mosquitto: {turnOf(100, 300)}, campushub: {turnOf(170, 480)}},
		Storm:  map[string][]sample{mosquitto: {turnOf(150, 600)}, campushub: {turnOf(300, 1200)}},
		Disk:   []load.Spread{{P50: time.Millisecond}},
		Start:  &starts{Empty: []time.Duration{time.Second}, Filled: []time.Duration{2 * time.Second}},
	}
	got := report(f)
	for _, want := range []string{
		"2 × cpu", "`go run x`", "1.70 (1.70–1.70)", "1.60 (1.60–1.60)", "9 of 10 | 1 | 2 |",
		"p99 under the storm is 2.50 (2.50–2.50) times its own", "20000 (20000–20000)/s", "| append and fsync alone | 1.000",
		"| empty | 1000.000 (1000.000–1000.000) |",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "same instant, and a stuck one", "a case that was not run has no table")
	assert.NotContains(t, got, "%!", "a verb without its value")
	for _, l := range strings.Split(got, "\n") {
		if strings.HasPrefix(l, "|") {
			assert.True(t, strings.HasSuffix(l, "|"), l)
		}
	}
}
