package campus

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// morning is a day whose gates are open from 07:40 to 08:35.
func morning(now time.Time) [][2]time.Time {
	day := now.Truncate(24 * time.Hour)
	return [][2]time.Time{{day.Add(7*time.Hour + 40*time.Minute), day.Add(8*time.Hour + 35*time.Minute)}}
}

// lessons is a day on which school is open from 07:20 to 18:30.
func lessons(now time.Time) [2]time.Time {
	day := now.Truncate(24 * time.Hour)
	return [2]time.Time{day.Add(7*time.Hour + 20*time.Minute), day.Add(18*time.Hour + 30*time.Minute)}
}

// lived is what a keeper has moved from a moment on, with the time of each.
func lived(t *testing.T, is string, seed uint64, from time.Time, lasts time.Duration) (at []time.Time, moved []move) {
	t.Helper()
	k := newKeeper(is, Config{Hours: morning, Open: lessons, Seed: seed}, "a/g-1", from)
	for now := from; now.Before(from.Add(lasts)); {
		moves, again := k.step(now)
		last := now
		for _, m := range moves {
			require.False(t, now.Add(m.after).Before(last), "in order")
			last = now.Add(m.after)
			at, moved = append(at, last), append(moved, m)
		}
		require.True(t, again.After(last) || len(moves) == 0 && again.After(now), "not asked while something moves")
		now = again
	}
	return at, moved
}

var six = time.Date(2026, time.November, 23, 6, 0, 0, 0, time.UTC)

func TestTheSameSeedIsTheSameDay(t *testing.T) {
	for _, is := range []string{Pedestrian, Vehicle, Evacuation} {
		at, moved := lived(t, is, 7, six, 4*time.Hour)
		again, same := lived(t, is, 7, six, 4*time.Hour)
		assert.Equal(t, at, again, is)
		assert.Equal(t, moved, same, is)
		other, _ := lived(t, is, 8, six, 4*time.Hour)
		assert.NotEqual(t, at, other, is)
	}
}

func TestVehiclesStayAwayWhilePupilsComeAndGo(t *testing.T) {
	hours, came := morning(six)[0], 0
	for seed := range uint64(20) {
		at, moved := lived(t, Vehicle, seed, six, 4*time.Hour)
		for i, m := range moved {
			if m.part == arm || m.part == bollards || m.part == loop {
				came++
				require.False(t, at[i].After(hours[0].Add(-5*time.Minute)) && at[i].Before(hours[1]), "at %s, seed %d", at[i], seed)
			}
		}
	}
	assert.Positive(t, came)
}

func TestAGateIsNeverOpenedFromOutsideItsHoursWithoutARelease(t *testing.T) {
	hours, let := morning(six)[0], 0
	for seed := range uint64(20) {
		var released time.Time
		at, moved := lived(t, Pedestrian, seed, six, 4*time.Hour)
		for i, m := range moved {
			switch {
			case m.part == release && m.closed:
				released = at[i]
			case m.part == door && !m.closed && (at[i].Before(hours[0].Add(-early)) || !at[i].Before(hours[1])):
				let++
				require.Equal(t, 2*time.Second, at[i].Sub(released))
			}
		}
	}
	assert.Positive(t, let)
}

func TestTheWayOutIsFreeWhileSchoolIsOpen(t *testing.T) {
	school := lessons(six)
	for seed := range uint64(20) {
		var bolted []time.Time
		at, moved := lived(t, Evacuation, seed, six, 14*time.Hour)
		for i, m := range moved {
			if m.part == bolt {
				bolted = append(bolted, at[i])
			}
		}
		require.Len(t, bolted, 3, "it begins unlocked; seed %d", seed)
		require.True(t, bolted[0].Before(bolted[1]) && bolted[1].Before(school[0]) && !bolted[2].Before(school[1]), "%v, seed %d", bolted, seed)
	}
}

func TestNobodyOpensAHousingSoonAfterAStart(t *testing.T) {
	opened := 0
	for seed := range uint64(50) {
		at, moved := lived(t, Pedestrian, seed, six, 12*time.Hour)
		for i, m := range moved {
			if m.part == housing && !m.closed {
				opened++
				require.Greater(t, at[i].Sub(six), settledIn)
			}
		}
	}
	assert.Positive(t, opened)
}

func TestAGateOfNoKindIsRefused(t *testing.T) {
	_, err := newParts("moat")
	require.ErrorContains(t, err, `unknown gate "moat", want pedestrian, vehicle or evacuation`)
}

// twice is a day of lessons: pupils come in the morning and go in the afternoon.
func twice(now time.Time) [][2]time.Time {
	day := now.Truncate(24 * time.Hour)
	return append(morning(now), [2]time.Time{day.Add(15*time.Hour + 30*time.Minute), day.Add(16*time.Hour + 10*time.Minute)})
}

// Whoever comes in goes out again: a day's counts differ by less than a rule takes
// for a counter that errs, and at no time have more gone than were there.
func TestWhoComesInHasGoneByTheEvening(t *testing.T) {
	for seed := range uint64(20) {
		k := newKeeper(Pedestrian, Config{Hours: twice, Seed: seed}, "a/g-1", six)
		require.Zero(t, k.inside)
		in, out := 0, 0
		for now := six; now.Before(six.Add(14 * time.Hour)); {
			moves, again := k.step(now)
			for _, m := range moves {
				switch {
				case m.part == beamIn && m.closed:
					in++
				case m.part == beamOut && m.closed:
					out++
				case m.part == square:
					require.Less(t, m.people, WaitingArea*7/10)
					require.GreaterOrEqual(t, m.people, 0)
				}
			}
			require.LessOrEqual(t, out, in, "at %s, seed %d", now, seed)
			now = again
		}
		assert.Greater(t, in, 400)
		assert.LessOrEqual(t, in-out, 22, "5 per cent of 450; seed %d", seed)
	}
}

// Who starts at noon finds those inside who have come in the morning.
func TestAtAStartThoseAreInsideWhoHaveCome(t *testing.T) {
	for at, want := range map[time.Duration][2]int{0: {0, 0}, 2 * time.Hour: {100, 200}, 4 * time.Hour: {420, 460}, 9*time.Hour + 50*time.Minute: {150, 250}, 11 * time.Hour: {0, 0}} {
		k := newKeeper(Pedestrian, Config{Hours: twice, Seed: 1}, "a/g-1", six.Add(at))
		assert.GreaterOrEqual(t, k.inside, want[0], "%s", at)
		assert.LessOrEqual(t, k.inside, want[1], "%s", at)
	}
}
