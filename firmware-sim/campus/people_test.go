package campus

import (
	"context"
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

// A guard walks each round once, while its points count however its start was
// shifted, and at once where the campus begins within it; at the readers of the
// points nobody else holds a card.
func TestRoundsAreWalked(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	synctest.Test(t, func(t *testing.T) {
		readers := []DeviceCredential{}
		for _, id := range []string{"r-1", "r-2", "r-3"} {
			readers = append(readers, DeviceCredential{Address: devices.Address{School: "s", Device: id}, Kind: devices.KindReader})
		}
		// A bubble begins at 08:00 in that zone.
		p := Patrol{Card: CardNumber("s/r-1", 0), Readers: []string{"r-2", "s/r-3"}, At: []int{18*60 + 20, 7*60 + 55}, Zone: zone}
		c, err := New(Config{Hub: "tcp://127.0.0.1:1", Devices: readers, Patrols: []Patrol{p}})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go c.patrol(ctx, p)
		var walked []string
		for range 26 * 3600 { // seconds
			synctest.Wait()
			for i, d := range c.devices {
				if uid, err := d.cards.ReadUID(time.Nanosecond); err == nil {
					assert.Equal(t, p.Card, uid)
					walked = append(walked, d.credential.Address.Device+" "+time.Now().In(zone).Format("15:04"))
					assert.Positive(t, i, "nobody goes to the post's own")
				}
			}
			time.Sleep(time.Second)
		}
		assert.Equal(t, []string{"r-2 08:00", "r-3 08:00", "r-2 18:22", "r-3 18:22", "r-2 07:57", "r-3 07:57"}, walked)
		assert.Zero(t, c.devices[1].rate(), "on a calm day nobody else")
		assert.Positive(t, c.devices[0].rate())
	})
	_, err := New(Config{Hub: "tcp://127.0.0.1:1", Patrols: []Patrol{{Card: []byte{1}, Readers: []string{"r-9"}, At: []int{1}, Zone: zone}}})
	require.ErrorContains(t, err, "r-9")
	_, err = New(Config{Hub: "tcp://127.0.0.1:1", Patrols: []Patrol{{}}})
	require.ErrorContains(t, err, "patrol")
}

func TestCardsAreAReadersOwn(t *testing.T) {
	first := CardNumber("s/r-1", 0)
	assert.Equal(t, first, CardNumber("s/r-1", 0), "the same card every day")
	assert.NotEqual(t, CardNumber("s/r-1", 0), CardNumber("s/r-1", 1))
	assert.NotEqual(t, CardNumber("s/r-1", 0), CardNumber("s/r-2", 0))
	assert.Len(t, CardNumber("s/r-1", 2), 4)
}
