package duty_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// The ledger says of each round of a day what the board said of it when the day
// was over, and by which scan each point was reached.
func TestTheLedgerOfADayIsWhatItsBoardSaid(t *testing.T) {
	var done, open, left int
	for seed := range uint64(100) {
		w := generateNight(t, seed)
		now := w.day.Add(1).At(12*60, w.Zone)
		ledger := w.Walked(calendar.Span{From: w.day, To: w.day}, now)
		for _, r := range w.Patrols(now) {
			if r.Date != w.day {
				continue
			}
			at := slices.IndexFunc(ledger, func(o duty.Walk) bool { return o.Round.ID == r.Round.ID })
			if at < 0 {
				left++
				require.Empty(t, r.Done, "seed %d: what was walked is listed", seed)
				for _, p := range r.Open {
					since, known := w.Since["point/"+p]
					require.True(t, !known || !since.Before(r.Until), "seed %d: %s of %s was watched", seed, p, r.Round.ID)
				}
				continue
			}
			o := ledger[at]
			require.Equal(t, r.Done, o.Done, "seed %d: %s", seed, r.Round.ID)
			require.Equal(t, r.Open, o.Open)
			require.Equal(t, r.People, o.People)
			require.Equal(t, r.Completed, o.Completed)
			var points []string
			for _, s := range o.Scans {
				points = append(points, s.Point)
			}
			require.Equal(t, o.Done, points)
			require.False(t, o.Missed || o.Unwatched, "it judges nothing")
			require.False(t, o.Running, "it is over")
			done, open = done+len(o.Done), open+len(o.Open)
		}
		for _, o := range ledger {
			require.Equal(t, w.day, o.Date)
		}
	}
	assert.Greater(t, done, 100)
	assert.Greater(t, open, 50)
	assert.Greater(t, left, 20)
}

// A year of rounds is listed day by day, those of a night on the day on which
// they begin; none before its time, and none from before the hub watched.
func TestTheLedgerOfManyDays(t *testing.T) {
	s := watchman(t, fivePoints)
	first := date(t, wednesday)
	s.Since = duty.Marks{"point/fence": s.when("08:00:00")}
	var scans []duty.Scan
	for i := range 300 {
		at := first.Add(i).At(12*60+31, s.Zone)
		scans = append(scans, duty.Scan{Point: "gates", Person: "a", At: at, Received: at})
	}
	s.Scans = scans
	all := s.Walked(calendar.Span{From: first.Add(-10), To: first.Add(400)}, first.Add(299).At(12*60+40, s.Zone))
	midday := 0
	for i, o := range all {
		if i > 0 {
			require.False(t, o.Start.Before(all[i-1].Start))
		}
		if o.Round.ID == "midday" {
			midday++
			require.Equal(t, []string{"gates"}, o.Done)
			require.Equal(t, []string{"fence", "canteen"}, o.Open)
			require.Equal(t, 31*time.Minute, o.Scans[0].At.Sub(o.Date.At(12*60, s.Zone)))
		} else {
			require.Empty(t, o.Done)
		}
	}
	assert.Equal(t, 300, midday)
	assert.Equal(t, first, all[0].Date)
	assert.Equal(t, "midday", all[len(all)-1].Round.ID)
}

// A round whose window is open is not said to lack a point: not before the last
// stamp may have arrived, nor when each point was reached.
func TestARoundThatRunsLacksNothingInTheLedger(t *testing.T) {
	s := watchman(t, fivePoints)
	day := date(t, wednesday)
	s.Since = duty.Marks{"point/fence": s.when("06:00:00")}
	last := func(clock string) duty.Walk {
		all := s.Walked(calendar.Span{From: day, To: day}, s.when(clock))
		require.NotEmpty(t, all)
		return all[len(all)-1]
	}
	midday := last("12:31:00")
	require.Equal(t, "midday", midday.Round.ID)
	require.True(t, midday.Running)
	until := midday.Until
	settled := until.Add(s.Setup.Times.Settle)
	at := func(t time.Time) string { return t.In(s.Zone).Format(time.TimeOnly) }
	assert.True(t, last(at(settled.Add(-time.Second))).Running)
	assert.False(t, last(at(settled)).Running)
	for _, p := range s.Setup.Points {
		s.Scans = append(s.Scans, duty.Scan{Point: p, Person: "a", At: s.when("12:31:00"), Received: s.when("12:31:00")})
	}
	assert.False(t, last("12:31:30").Running, "all were reached")
}
