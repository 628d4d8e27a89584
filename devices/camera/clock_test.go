package camera_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices/camera"
)

const frame = 40 * time.Millisecond

func TestAClockFollowsTheCameras(t *testing.T) {
	for name, c := range map[string]struct {
		first  uint32
		drift  float64                   // of the camera's clock
		late   func(i int) time.Duration // how late a packet comes
		within time.Duration             // of when the picture was taken
	}{
		"steady":                {late: none, within: time.Microsecond},
		"begins anew from 0":    {first: 1<<32 - 1000, late: none, within: time.Microsecond},
		"jitter":                {late: func(i int) time.Duration { return time.Duration(i*7919%100) * time.Millisecond }, within: 6 * time.Millisecond},
		"a jam":                 {late: func(i int) time.Duration { return max(0, time.Duration(4000-i)*frame) % (2 * time.Second) }, within: 2 * time.Second},
		"fast by 1 in 1,000":    {drift: 0.001, late: none, within: 20 * time.Millisecond},
		"slow by 1 in 1,000":    {drift: -0.001, late: none, within: 20 * time.Millisecond},
		"the first packet late": {late: func(i int) time.Duration { return max(0, time.Duration(12-i)*frame) }, within: 6 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			clock := camera.NewClock(90000)
			var before time.Time
			for i := range 8000 {
				taken := noon.Add(time.Duration(i) * frame)
				stamp := c.first + uint32(float64(i)*3600*(1+c.drift))
				at, jumped := clock.Time(stamp, taken.Add(c.late(i)))
				require.False(t, jumped)
				require.True(t, at.After(before), "never backwards")
				before = at
				if i > 4000 {
					require.WithinDuration(t, taken, at, c.within, "unit %d", i)
				}
			}
		})
	}
}

func none(int) time.Duration { return 0 }

func TestAJamMovesNoPictureAbout(t *testing.T) {
	clock := camera.NewClock(90000)
	var before time.Time
	for i := range 2000 {
		came := noon.Add(time.Duration(i) * frame)
		if i > 1000 && i < 1040 { // 1.6 s of them come at once
			came = noon.Add(1040 * frame)
		}
		at, _ := clock.Time(uint32(i)*3600, came)
		if i > 0 {
			require.InDelta(t, frame, at.Sub(before), float64(time.Millisecond), "unit %d", i)
		}
		before = at
	}
}

func TestAClockBeginsAnewWhereTheCamerasJumps(t *testing.T) {
	for name, step := range map[string]uint32{
		"a restart": 1 << 31, "ten seconds on": 900_000, "ten seconds back": 1<<32 - 900_000, "a picture back": 1<<32 - 3600,
	} {
		t.Run(name, func(t *testing.T) {
			clock := camera.NewClock(90000)
			clock.Time(5000, noon)
			before, _ := clock.Time(5000+3600, noon.Add(frame))
			at, jumped := clock.Time(5000+3600+step, noon.Add(2*frame))
			require.True(t, jumped)
			require.True(t, at.After(before))
			require.Equal(t, noon.Add(2*frame), at)
		})
	}
}

func TestAClockNeverGoesBackwardsWhateverComes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	clock := camera.NewClock(90000)
	var before time.Time
	for i := range 20_000 {
		stamp := random.Uint32()
		if i%3 > 0 {
			stamp = uint32(i) * 3600
		}
		at, _ := clock.Time(stamp, noon.Add(time.Duration(random.Int64N(int64(time.Hour)))))
		require.True(t, at.After(before))
		before = at
	}
}
