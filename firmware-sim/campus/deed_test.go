package campus_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/firmware-sim/campus"
)

func TestDeedsAreForGatesWherePeopleWalk(t *testing.T) {
	lane := device("v-1", devices.KindGate)
	lane.Gate = campus.Vehicle
	c, err := campus.New(campus.Config{
		Hub: "tcp://127.0.0.1:1", Devices: []campus.DeviceCredential{device("g-1", devices.KindGate), lane, device("b-1", devices.KindButton)},
	})
	require.NoError(t, err)
	require.ErrorIs(t, c.Do("g-1", "dance"), campus.ErrUnknown)
	require.ErrorIs(t, c.Do("g-2", campus.Rush), campus.ErrUnknown)
	require.ErrorContains(t, c.Do("v-1", campus.Rush), "no gate where people walk")
	require.ErrorContains(t, c.Do("b-1", campus.Rush), "no gate where people walk")
	for _, what := range campus.Deeds() {
		require.NoError(t, c.Do("g-1", what))
	}
	assert.ErrorIs(t, c.Do("g-1", campus.Rush), campus.ErrBusy, "they have enough to do")
}
