package campus

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

func built(t *testing.T, kinds ...devices.Kind) *Campus {
	t.Helper()
	c := Config{Hub: "tcp://127.0.0.1:1"}
	for i, k := range kinds {
		a := devices.Address{School: "riverside-primary", Device: string(k) + "-" + string(rune('a'+i))}
		c.Devices = append(c.Devices, DeviceCredential{Address: a, Kind: k})
	}
	made, err := New(c)
	require.NoError(t, err)
	return made
}

func TestACalmDayHasRareCheckInsAndNobodyPresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := built(t, devices.KindGate, devices.KindReader, devices.KindButton, devices.KindFirePanel)
		button, panel, reader := c.devices[2], c.devices[3], c.devices[1]
		cards := 0
		const day = 24 * time.Hour
		for spent := time.Duration(0); spent < day; {
			wait, happens := c.nextEvent()
			time.Sleep(wait)
			spent += wait
			happens()
			if _, err := reader.cards.ReadUID(time.Nanosecond); err == nil {
				cards++
			}
		}
		assert.InEpsilon(t, day/checkInEvery, cards, 0.3)
		assert.Zero(t, button.finger.Turns()+panel.finger.Turns(), "nobody presses")
	})
}

func TestCardsAreAReadersOwn(t *testing.T) {
	first := CardNumber("s/r-1", 0)
	assert.Equal(t, first, CardNumber("s/r-1", 0), "the same card every day")
	assert.NotEqual(t, CardNumber("s/r-1", 0), CardNumber("s/r-1", 1))
	assert.NotEqual(t, CardNumber("s/r-1", 0), CardNumber("s/r-2", 0))
	assert.Len(t, CardNumber("s/r-1", 2), 4)
}
