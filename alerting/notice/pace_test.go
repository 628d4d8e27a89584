package notice_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/notice"
)

// Ten letters a second are usual here.
func TestLettersGiveWayToAlarmsWithinTheirTime(t *testing.T) {
	tenth := time.Second / 10
	for name, c := range map[string]struct {
		letters int
		until   time.Duration // alarms come from the release to then
		last    time.Duration // the last letter begins, from the release
		second  time.Duration // and the second one
	}{
		"no alarm":                           {letters: 30, until: -time.Hour, last: 29 * tenth, second: tenth},
		"few, beside alarms":                 {letters: 30, until: time.Hour, last: 29 * 4 * tenth, second: 4 * tenth},
		"many are spread over what there is": {letters: 300, until: time.Hour, last: 44800 * time.Millisecond, second: 150 * time.Millisecond},
		"too many go as usual":               {letters: 500, until: time.Hour, last: 499 * tenth, second: tenth},
		"as usual 5 s after the last alarm":  {letters: 30, until: 1900 * time.Millisecond, last: 18*4*tenth + 11*tenth, second: 4 * tenth},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "office.db")
			synctest.Test(t, func(t *testing.T) {
				g, began := &gateway{}, time.Now()
				latest := func() time.Time {
					if now := time.Now(); now.Before(began.Add(c.until)) {
						return now
					}
					return began.Add(c.until)
				}
				p := carryBy(t, path, g, c.letters, notice.PostConfig{Workers: 4, Batch: 10, Pace: time.Second, LatestAlarm: latest})
				p.Begin(sent(1))
				time.Sleep(2 * time.Minute)
				p.stop()
				require.Len(t, g.at, c.letters)
				assert.InDelta(t, c.second.Seconds(), g.at[1].Sub(g.at[0]).Seconds(), .002)
				assert.InDelta(t, c.last.Seconds(), g.at[c.letters-1].Sub(g.at[0]).Seconds(), .2)
			})
		})
	}
}

// Alarms come every 10 ms: the letters go between them.
func TestNoLetterBeginsWhileAnAlarmIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	synctest.Test(t, func(t *testing.T) {
		g, began := &gateway{}, time.Now()
		latest := func() time.Time { return began.Add(time.Since(began).Truncate(10 * time.Millisecond)) }
		p := carryBy(t, path, g, 300, notice.PostConfig{Workers: 4, Batch: 250, LatestAlarm: latest})
		p.Begin(sent(1))
		time.Sleep(2 * time.Minute)
		p.stop()
		require.Len(t, g.at, 300)
		for _, at := range g.at {
			require.GreaterOrEqual(t, at.Sub(began)%(10*time.Millisecond), 3*time.Millisecond)
		}
	})
}
