package campus

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"periph.io/x/conn/v3/gpio"

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

func TestSomebodyWalksThroughAGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := built(t, devices.KindGate)
		g := c.devices[0].gate
		for inward, beam := range map[bool]interface{ Turns() int }{true: g.in, false: g.out} {
			g.passage(inward)
			assert.Equal(t, gpio.High, g.contact.Read(), "the gate is open")
			time.Sleep(walking)
			synctest.Wait()
			assert.Equal(t, gpio.Low, g.contact.Read(), "and shut")
			assert.Equal(t, 2, beam.Turns(), "the beam was broken once")
		}
	})
}

func TestACalmDayHasPassagesNowAndThenAndRareCheckIns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := built(t, devices.KindGate, devices.KindReader, devices.KindButton, devices.KindFirePanel)
		gate, button, panel := c.devices[0], c.devices[2], c.devices[3]
		reader := c.devices[1]
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
		time.Sleep(walking)
		synctest.Wait()
		passages := (gate.gate.in.Turns() + gate.gate.out.Turns()) / 2
		assert.InEpsilon(t, day/passageEvery, passages, 0.1)
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
