package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHowLongInfluxDBKeepsPointsIsConfigured(t *testing.T) {
	for _, c := range []struct {
		name, text string
		raw, trend time.Duration
		warns      string
	}{
		{"nothing said", "", 2160 * time.Hour, 26280 * time.Hour, ""},
		{"longer than the course's own", ", keep: {raw: 30000h}", 30000 * time.Hour, 30000 * time.Hour, ""},
		{"both", ", keep: {raw: 96h, trend: 97h}", 96 * time.Hour, 97 * time.Hour, ""},
		{"the policy that is made", "/raw", 2160 * time.Hour, 26280 * time.Hour, ""},
		{"one that is not", "/autogen", 2160 * time.Hour, 26280 * time.Hour, `does not make the retention policy "autogen"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, faults := ruled("telemetry: {url: 'http://127.0.0.1:8086', database: campushub" + c.text + "}\n")
			require.Empty(t, faults)
			assert.Equal(t, c.raw, cfg.Telemetry.KeepRaw)
			assert.Equal(t, c.trend, cfg.Telemetry.KeepTrend)
			var warned Faults
			for _, w := range cfg.Warnings {
				if w.Path == "telemetry.database" {
					warned = append(warned, w)
				}
			}
			if c.warns == "" {
				assert.Empty(t, warned)
				return
			}
			require.Len(t, warned, 1)
			assert.Contains(t, warned[0].Message, c.warns)
		})
	}
}

func TestHowLongAWriteMayTakeIsConfigured(t *testing.T) {
	cfg, faults := ruled("telemetry: {url: 'http://127.0.0.1:8086', database: campushub}\n")
	require.Empty(t, faults)
	assert.Zero(t, cfg.Telemetry.Target().Timeout, "the client's own")
	cfg, faults = ruled("telemetry: {url: 'http://127.0.0.1:8086', database: campushub, timeout: 2s}\n")
	require.Empty(t, faults)
	assert.Equal(t, 2*time.Second, cfg.Telemetry.Target().Timeout)
	for _, wrong := range []string{"{url: 'http://127.0.0.1:8086', database: campushub, timeout: 2m}", "{timeout: 2s}"} {
		_, faults = ruled("telemetry: " + wrong + "\n")
		require.Len(t, faults, 1, wrong)
		assert.Equal(t, "telemetry.timeout", faults[0].Path)
	}
}
