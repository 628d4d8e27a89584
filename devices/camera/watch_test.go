package camera_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
)

// watched plays a stream to a watch, with a tick each second, and returns what
// it found, at how many seconds.
func watched(units []camera.Unit) map[camera.What]int {
	w := camera.NewWatch(noon)
	found := map[camera.What]int{}
	at := func(all []camera.Finding) {
		for _, f := range all {
			found[f.What] = int(f.At.Sub(noon) / time.Second)
		}
	}
	ticked := noon
	for _, u := range units {
		for !u.At.Before(ticked.Add(time.Second)) {
			ticked = ticked.Add(time.Second)
			at(w.Tick(ticked))
		}
		at(w.Heard(u.At))
		at(w.Unit(u))
	}
	return found
}

// sized gives the pictures between keyframes a size from one second to another.
func sized(units []camera.Unit, from, to, bytes int) []camera.Unit {
	for i := range units {
		if s := int(units[i].At.Sub(noon) / time.Second); !units[i].Key && s >= from && s < to {
			units[i].Data = units[i].Data[:bytes]
		}
	}
	return units
}

func TestAWatchSaysWhetherThereIsAPicture(t *testing.T) {
	const minutes5 = 7500
	good := func() []camera.Unit { return stream(minutes5, 50, 8000) }
	without := func(from, to int) (out []camera.Unit) {
		for _, u := range good() {
			if s := int(u.At.Sub(noon) / time.Second); s < from || s >= to {
				out = append(out, u)
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		units []camera.Unit
		found map[camera.What]int
	}{
		"good":                        {good(), nil},
		"nothing for 4 s":             {without(100, 104), nil},
		"nothing for a minute":        {without(100, 160), map[camera.What]int{camera.Stalled: 105, camera.StalledOver: 160}},
		"no keyframes":                {stream(minutes5, 0, 8000), map[camera.What]int{camera.Keyless: 30}},
		"groups of 20 s":              {stream(minutes5, 500, 8000), nil},
		"still for a minute and more": {sized(good(), 100, 200, 30), map[camera.What]int{camera.Still: 160, camera.StillOver: 202}},
		"still for half a minute":     {sized(good(), 100, 130, 30), nil},
		"an empty corridor at night":  {sized(good(), 100, 200, 400), nil},
		"keyframes alone":             {stream(minutes5, 1, 30), nil},
	} {
		t.Run(name, func(t *testing.T) {
			found := watched(c.units)
			if c.found == nil {
				require.Empty(t, found)
				return
			}
			require.Equal(t, c.found, found)
		})
	}
}
