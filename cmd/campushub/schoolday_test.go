package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/journal/journaltest"
	"example.org/campushub/cmd/internal/schoolday"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// A school day of 500 devices, in which InfluxDB stops, is killed, refuses,
// hangs and runs out of room, the hub is killed with points waiting and the
// uplink is cut: what is stored is what was sent, point by point, once.
func TestASchoolDayArrivesWholeThroughEveryOutage(t *testing.T) {
	s, err := scenario.Load("../../firmware-sim/campus/scenario/testdata/short.txtar")
	require.NoError(t, err)
	require.Len(t, s.Devices, 500)
	r, err := schoolday.Run(t.Context(), schoolday.Config{
		Scenario: s, Factor: 4500, Binary: binary, Dir: t.TempDir(), Disk: journaltest.SmallDisk(t, 96), Settle: 3 * time.Second, Timeout: 2 * time.Second, Pages: true,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	require.NoError(t, err)
	for _, row := range r.Rows {
		t.Logf("%-40s %5.2f s: %+v", row.What, row.Lasted.Seconds(), row.Count)
	}
	t.Logf("readings %+v, %d times again, %d repeated; states %+v", r.Readings, r.Again, r.Repeated, r.States)
	t.Logf("ends of connections %+v; %d deliveries told; %d points of coverage", r.Ends, r.Told, r.Coverage)
	require.Len(t, r.Rows, len(scenario.Whats())+1)
	for _, row := range r.Rows {
		assert.Positive(t, row.Written, "something was said while %s", row.What)
	}
	assert.Positive(t, r.Cut, "InfluxDB hung for longer than a write may take")
	assert.Empty(t, r.Faults)
	for _, c := range []schoolday.Count{r.Readings, r.States, r.Ends} {
		assert.Zero(t, c.Lost, "no gap")
		assert.Zero(t, c.Twice, "no duplicate")
		assert.Zero(t, c.Other, "as it was sent")
	}
	assert.Greater(t, r.Readings.Written, 19_000)
	assert.Greater(t, r.States.Written, 6_000)
	assert.Zero(t, r.Unsent)
	assert.Zero(t, r.GivenUp)
	assert.Positive(t, r.Repeated, "or nothing was sent twice, and nothing was shown")
	assert.GreaterOrEqual(t, r.Ends.Sent, 3*500, "the hub's kill, the cut, and the end of the day")
	assert.GreaterOrEqual(t, r.Ends.Written, 2*500, "each that a hub was there to see")
	assert.GreaterOrEqual(t, r.Told, 3, "an incident at three terminals")
	assert.Zero(t, r.Unstaged)
	assert.Positive(t, r.Coverage)
	assert.Zero(t, r.Dropped)
	assert.Zero(t, r.Rejected)
	t.Logf("%d questions of pages", r.Pages.Questions)
	assert.Greater(t, r.Pages.Questions, 100)
	for _, q := range r.Pages.Unanswered {
		assert.Fail(t, q)
	}
	assert.Empty(t, r.Pages.Strays, "a school was named that was not chosen")
	assert.Empty(t, r.Pages.Rules)
}
