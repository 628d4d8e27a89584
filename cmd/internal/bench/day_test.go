package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/schoolday"
	"example.org/campushub/firmware-sim/campus/scenario"
)

func TestTheDayOfTheBenchBreaksEverythingOnce(t *testing.T) {
	s, err := scenario.Load("../../../" + dayFile)
	require.NoError(t, err)
	require.Len(t, s.Devices, 500)
	var broken []scenario.What
	for _, h := range s.Happenings {
		if o, ok := h.Do.(scenario.Outage); ok {
			broken = append(broken, o.What)
			assert.Equal(t, 10*time.Minute, o.For)
		}
	}
	assert.ElementsMatch(t, scenario.Whats(), broken)
}

func TestTheFullSpoolsMorningKillsTheHubOnce(t *testing.T) {
	s, err := scenario.Load("../../../" + fullFile)
	require.NoError(t, err)
	n := 0
	for _, h := range s.Happenings {
		if o, ok := h.Do.(scenario.Outage); ok {
			n++
			assert.Equal(t, scenario.HubKilled, o.What)
		}
	}
	assert.Equal(t, 1, n)
}

func TestTheReportCountsWhatAFullSpoolLetGo(t *testing.T) {
	r := &schoolday.Full{Sent: 9, Written: 5, Dropped: 3, Lost: 1, Twice: 2, Before: 4, After: 2, Missing: 6, Faults: []string{"reading of s/d lost"}}
	f := figures{Full: &fullDay{Title: "A day.", Devices: 500, Factor: 120, MiB: 16, Result: r}}
	got := report(f)
	assert.Contains(t, got, "| 9 | 5 | 3 | 1 | 0 | 2 |")
	assert.Contains(t, got, "4 before the kill and 2 after it, 6 together; that InfluxDB lacks: 6.")
	assert.Contains(t, got, "- reading of s/d lost")
	assert.NotContains(t, got, "not what is missing")
	r.Missing = 7
	assert.Contains(t, report(f), "- what was let go is not what is missing")
}

func TestTheReportCountsADayOutageByOutage(t *testing.T) {
	got := report(figures{Day: &wholeDay{Title: "A day.", Devices: 500, Factor: 360, NotFull: true, Result: &schoolday.Result{
		Took: 2 * time.Minute, Again: 7, Faults: []string{"reading of s/d lost"},
		Rows: []schoolday.Row{{What: "influxdb hangs", Lasted: 1500 * time.Millisecond, Count: schoolday.Count{Sent: 6, Written: 5, Lost: 1, Open: 2, Twice: 3, Other: 4}}},
	}}})
	assert.Contains(t, got, "| influxdb hangs | 1.5 s | 6 | 5 | 1 | 2 | 3 | 4 |")
	assert.Contains(t, got, "- reading of s/d lost")
	assert.Contains(t, got, "No disk was filled up")
	assert.NotContains(t, got, "%!")
}
