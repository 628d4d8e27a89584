package office_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/office"
	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

func TestSupervisionOutlivesARestartAndForgetsOldDays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open := func() *office.Store {
		s, err := office.Open(t.Context(), path, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return s
	}
	now := time.UnixMilli(1_772_400_000_123).UTC()
	records := []supervision.Record{
		{Address: devices.Address{School: "a", Device: "b-1"}, Seen: now, Lost: now.Add(-time.Hour), Told: supervision.Own, Days: supervision.Days{
			{Date: "2026-01-31", Observed: time.Hour, Down: time.Minute}, {Date: "2026-03-01", Observed: 2 * time.Hour, Down: time.Second},
		}},
		{Address: devices.Address{School: "a", Device: "b-2"}, Known: now.Add(-96 * time.Hour), Seen: now, Running: supervision.Running{Version: "1.2.0", Since: now.Add(-48 * time.Hour)}},
		{Address: devices.Address{School: "a", Device: "b-3"}, Known: now.Add(-72 * time.Hour)},
	}
	s := open()
	require.NoError(t, s.KeepSupervised(t.Context(), records, "2026-01-01"))
	records[0].Days[1].Down = time.Minute
	require.NoError(t, s.KeepSupervised(t.Context(), records, "2026-02-01"), "again, and a month later")
	require.NoError(t, s.Close())
	s = open()
	defer s.Close()
	read, err := s.Supervised(t.Context(), "2026-01-01")
	require.NoError(t, err)
	records[0].Days = records[0].Days[1:]
	assert.Equal(t, records, read)
}
