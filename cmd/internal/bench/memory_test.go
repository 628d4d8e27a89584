package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/config"
	"example.org/campushub/dashboards/telemetry/spool"
)

func TestTheHubOfABacklogWritesToItsInfluxDBFromTheSpoolThatIsFilled(t *testing.T) {
	m := &measurement{config: &runCommand{Buttons: 2}, dir: t.TempDir()}
	h, err := m.newBacklogHub("memory", 17)
	require.NoError(t, err)
	cfg, err := config.Load(h.served.part.args[2])
	require.NoError(t, err)
	assert.Equal(t, h.influx.URL, cfg.Telemetry.URL)
	assert.Equal(t, h.spooled.MaxBytes, cfg.Telemetry.MaxBytes)
	assert.Equal(t, filepath.Join(cfg.Hub.Dir, "telemetry"), h.spooled.Dir, "where the hub has its spool")
	now := time.Now()
	require.NoError(t, h.prepare(now.Add(-outageHours*time.Hour), func(sp *spool.Spool) error {
		err := fillUp(t.Context(), sp, h.spooled.MaxBytes, now)
		s := sp.Stats()
		assert.Zero(t, s.Dropped, "nothing was too much")
		assert.InDelta(t, h.spooled.MaxBytes-(8<<20), s.Bytes, 1<<20)
		_, since := sp.From(spool.Reading, now.Add(-72*time.Hour), s.Bytes)
		assert.WithinDuration(t, now.Add(-outageHours*time.Hour), since, 2*time.Hour, "over all the hours")
		return err
	}))
}

func TestResidentMemoryIsWhatTheKernelSays(t *testing.T) {
	raw, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	rss, err := residentOf(string(raw), "VmRSS")
	require.NoError(t, err)
	assert.Greater(t, rss, int64(1<<20))
	got, err := residentOf("Name:\tx\nVmHWM:\t   2048 kB\n", "VmHWM")
	require.NoError(t, err)
	assert.Equal(t, int64(2<<20), got)
	_, err = residentOf("Name:\tx\n", "VmHWM")
	require.Error(t, err)
}

func TestTheReportHasTheMemoryBesideAFullSpool(t *testing.T) {
	got := report(figures{Config: map[string]any{"buttons": 500}, Memory: &memoryUse{
		Points: 7_000_000, SpoolMB: 1010, Waiting: usage{100 << 20, 50 << 20}, Filling: usage{150 << 20, 60 << 20}, Peak: 160 << 20,
	}})
	assert.Contains(t, got, "7000000 points of 500 gates wait, 1010 MiB on disk")
	assert.Contains(t, got, "| it is filled in | 150 | 60 |")
	assert.NotContains(t, got, "%!")
}
