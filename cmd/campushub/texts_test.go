package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/texts"
	"example.org/campushub/cmd/internal/provision"
)

func TestTextsInForceAreListed(t *testing.T) {
	code, out, errs := command(t, "texts", "GRD-0")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "GRD-01  a new alarm or a further press\n  {place} {kind}< {again}>。{action}<。{warning}>\n  {place}, {kind}<, {again}>. {action}<. {warning}>\n  may hold {time} {age}\n")
	assert.NotContains(t, out, "POL-")

	campus, err := provision.Demo(t.TempDir(), provision.Options{HTTP: "127.0.0.1:0", MQTT: "127.0.0.1:0"})
	require.NoError(t, err)
	data, err := os.ReadFile(campus.Config)
	require.NoError(t, err)
	path := filepath.Join(filepath.Dir(campus.Config), "own.yaml")
	write := func(own string) {
		require.NoError(t, os.WriteFile(path, []byte(string(data)+own), 0o600))
	}
	write("texts: {GRD-05: {zh: 解除, en: It is over}}\n")
	code, out, errs = command(t, "texts", "--config", path, "--own")
	require.Zero(t, code, errs)
	assert.Equal(t, "GRD-05 *  the end\n  解除\n  It is over\n", out)

	code, out, errs = command(t, "texts", "--config", path, "--json")
	require.Zero(t, code, errs)
	var all []texts.Entry
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	assert.Len(t, all, len(texts.BuiltIn().Entries()))

	write("texts: {GRD-05: {zh: \"解除,{place}\", en: It is over}, GRD-55: {zh: 解除, en: Over}}\n")
	code, out, _ = command(t, "check", "--config", path)
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "texts.GRD-05.zh: no hole of this text: {place}, this text has none\n")
	assert.Contains(t, out, "texts.GRD-55: there is no such text: campushub texts lists them all")
	assert.Contains(t, out, "2 faults")

	code, _, errs = command(t, "texts", "XYZ")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, `there is no text "XYZ"`)
}
