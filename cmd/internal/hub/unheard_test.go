package hub

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// A post is not seen where none of its readers is heard any more, since the last of
// them was; one that never was heard sees nothing, and blinds nobody.
func TestAPostIsUnseenWhereNoneOfItsReadersIsHeard(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 4, 7, minute, 0, 0, time.UTC) }
	reader := func(id string) devices.Address { return devices.Address{School: "a", Device: id} }
	silence := supervision.Silence{Devices: map[devices.Address]time.Time{
		reader("lost"): at(10), reader("later"): at(12), reader("new"): {},
	}}
	for name, c := range map[string]struct {
		readers []string
		want    time.Time
	}{
		"there is none":              {nil, time.Time{}},
		"heard":                      {[]string{"heard"}, time.Time{}},
		"lost":                       {[]string{"lost"}, at(10)},
		"both lost":                  {[]string{"later", "lost"}, at(12)},
		"one of two":                 {[]string{"lost", "heard"}, time.Time{}},
		"never heard":                {[]string{"new"}, time.Time{}},
		"lost, and one never heard":  {[]string{"new", "lost"}, at(10)},
		"heard, and one never heard": {[]string{"new", "heard"}, time.Time{}},
	} {
		var all []devices.Address
		for _, id := range c.readers {
			all = append(all, reader(id))
		}
		assert.Equal(t, c.want, unheard(all, silence), name)
	}
}
