package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/dashboards/telemetry/spool"
	"example.org/campushub/firmware-sim/campus/load"
)

func TestOneTurnOfTheBenchLeavesAnOutageAndTheOtherNothing(t *testing.T) {
	sp, err := spool.Open(spool.Config{Dir: t.TempDir()}, time.Now())
	require.NoError(t, err)
	defer func() { require.NoError(t, sp.Close()) }()
	for range 2 {
		require.NoError(t, leave(t.Context(), sp, true, time.Now()))
		assert.EqualValues(t, backfillPoints, sp.Stats().Waiting[spool.Reading], "and nothing of an earlier turn")
		require.NoError(t, leave(t.Context(), sp, false, time.Now()))
		assert.Zero(t, sp.Stats().Waiting[spool.Reading])
	}
}

func TestFirstPressesOfATurnAreMeasuredTogether(t *testing.T) {
	burst := func(lost int, writes ...time.Duration) sample {
		return sample{Load: load.Result{Presses: load.Account{Planned: len(writes), Lost: lost}, Terminal: load.Hop{Writes: writes}}}
	}
	got := together([]sample{burst(1, 1, 2, 3), burst(2, 4, 9)}).Load
	assert.Equal(t, load.Spread{Count: 5, P50: 3, P99: 9, P999: 9, Max: 9}, got.Terminal.FromWrite)
	assert.Equal(t, load.Account{Planned: 5, Lost: 3}, got.Presses)
}

func TestTheReportHasTheRatioBesideABackfill(t *testing.T) {
	assert.NotContains(t, report(figures{}), "filled in")
	turn := func(p99 time.Duration) sample {
		return sample{Load: load.Result{Terminal: load.Hop{FromWrite: load.Spread{P99: p99}}}}
	}
	got := report(figures{Backfill: &besideBackfill{
		FirstAlone: []sample{turn(2 * time.Millisecond), turn(time.Millisecond)}, FirstBeside: []sample{turn(2 * time.Millisecond), turn(2 * time.Millisecond)},
		Alone: []sample{turn(4 * time.Millisecond)}, Beside: []sample{turn(3 * time.Millisecond)}, Before: []float64{20_000, 30_000}, During: []float64{0},
	}})
	assert.Contains(t, got, "| 1.50 (1.00–2.00) | 0 of 0 | 0 | 25000 (20000–30000) |", "turn by turn")
	assert.Contains(t, got, "| 0.75 (0.75–0.75) |")
	assert.NotContains(t, got, "%!")
}
