package camera_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// stream is units 40 ms apart, a keyframe every group of them, none behind the
// first where group is 0.
func stream(units, group, bytes int) (out []camera.Unit) {
	for i := range units {
		out = append(out, camera.Unit{
			At: noon.Add(time.Duration(i) * 40 * time.Millisecond), Key: i == 0 || (group > 0 && i%group == 0), Data: make([]byte, bytes),
		})
	}
	return out
}

func TestARingReachesBackToTheKeyframeBeforeItsSpan(t *testing.T) {
	r := camera.NewRing(camera.Limits{})
	for i, u := range stream(2000, 50, 100) {
		r.Push(u)
		units := r.Since(time.Time{})
		require.True(t, units[0].Key)
		back := u.At.Sub(units[0].At)
		require.Less(t, back, 12*time.Second, "unit %d: a group more than is needed", i)
		if i > 300 {
			require.GreaterOrEqual(t, back, 10*time.Second, "unit %d", i)
		}
	}
	at := noon.Add(75 * time.Second)
	units := r.Since(at)
	require.LessOrEqual(t, units[0].At, at)
	require.Greater(t, units[0].At, at.Add(-2*time.Second))
	newest, ok := r.Newest()
	require.True(t, ok)
	require.Equal(t, noon.Add(1950*40*time.Millisecond), newest.At)
}

func TestARingKeepsToItsBounds(t *testing.T) {
	for name, c := range map[string]struct {
		limits camera.Limits
		units  []camera.Unit
		bytes  int
		empty  bool
	}{
		"4 Mbit/s":               {units: stream(1000, 50, 20_000), bytes: camera.RingBytes},
		"16 Mbit/s":              {units: stream(1000, 50, 80_000), bytes: camera.RingBytes},
		"no second keyframe":     {units: stream(1000, 0, 20_000), bytes: camera.RingBytes, empty: true},
		"no second one, and few": {units: stream(2000, 0, 100), bytes: 1501 * (100 + 128), empty: true},
		"a unit that is larger":  {limits: camera.Limits{Bytes: 1000}, units: stream(10, 1, 2000), bytes: 1000, empty: true},
		"nothing in it":          {units: stream(10_000, 50, 0), bytes: 301 * 128},
	} {
		t.Run(name, func(t *testing.T) {
			r := camera.NewRing(c.limits)
			for _, u := range c.units {
				r.Push(u)
				require.LessOrEqual(t, r.Bytes(), c.bytes)
			}
			sum := 0
			for _, u := range r.Since(time.Time{}) {
				sum += u.Size()
			}
			require.Equal(t, sum, r.Bytes())
			_, ok := r.Newest()
			require.Equal(t, c.empty, !ok)
		})
	}
}

func TestARingBeginsWithAKeyframeAgain(t *testing.T) {
	r := camera.NewRing(camera.Limits{})
	units := stream(100, 50, 10)
	for _, u := range units[1:60] {
		r.Push(u)
	}
	require.Len(t, r.Since(noon), 10)
	r.Clear()
	require.Empty(t, r.Since(noon))
	require.Zero(t, r.Bytes())
}
