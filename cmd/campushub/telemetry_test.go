package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/dashboards/telemetry/influxtest"
)

func TestTelemetryInit(t *testing.T) {
	s, err := influxtest.New(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	c, err := provision.Demo(filepath.Join(t.TempDir(), "demo"), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	command := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), append([]string{"telemetry", "init", "--config", c.Config}, args...), strings.NewReader(""), &out, &out)
		return code, out.String()
	}
	code, said := command()
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "the configuration names none")

	text, err := os.ReadFile(c.Config)
	require.NoError(t, err)
	keep := func(keep string) {
		own := string(text) + "telemetry: {url: \"" + s.URL + "\", database: campushub" + keep + "}\n"
		require.NoError(t, os.WriteFile(c.Config, []byte(own), 0o600))
	}
	keep(", keep: {raw: 3000h}")
	for range 2 {
		code, said = command()
		require.Zero(t, code, said)
		assert.Contains(t, said, `RETENTION POLICY "raw" ON "campushub" DURATION 3000h`)
	}
	keep("") // somebody has forgotten it
	code, said = command()
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "raw is kept for 3000h and would be for 2160h")
	assert.Contains(t, said, "--shorten")
	code, said = command("--shorten")
	require.Zero(t, code, said)
	assert.Contains(t, said, `ALTER RETENTION POLICY "raw" ON "campushub" DURATION 2160h`)

	require.NoError(t, s.Stop())
	code, said = command()
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "ask InfluxDB")
}
