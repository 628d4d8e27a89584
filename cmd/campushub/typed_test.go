package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/cmd/internal/provision"
	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

// Whatever can happen at the gate of the demonstration can be typed, and what is
// to come of it is said.
func TestWhatIsTypedHappensAtTheGate(t *testing.T) {
	school, err := campus.New(campus.Config{Hub: "tcp://127.0.0.1:1", Devices: []campus.DeviceCredential{
		{Address: devices.Address{School: "ziwei-primary", Device: provision.Walked}, Kind: devices.KindGate},
		{Address: devices.Address{School: "ziwei-primary", Device: "b-1"}, Kind: devices.KindButton},
	}})
	require.NoError(t, err)
	typed := func(line string) string {
		var out strings.Builder
		obey(school, &out, line)
		return out.String()
	}
	for _, what := range campus.Deeds() {
		assert.Regexp(t, `^  g-1: .*\bG[0-9]+\b`, typed(string(what)), "it names the rule that tells of it")
	}
	assert.Contains(t, typed("rush"), "busy")
	assert.Contains(t, typed("dance"), "unknown")
	assert.Equal(t, "  b-1 pressed\n", typed(""))
}
