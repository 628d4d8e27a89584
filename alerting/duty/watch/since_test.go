package watch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// walked gives a school two points, and rounds that begin on time.
func walked(of *watch.School) {
	of.Setup.Points, of.Setup.Times.Patrol.Shift = []string{"fence", "canteen"}, 0
}

// missedRounds lists the open incidents of missed rounds: "object facts".
func (r *rig) missedRounds() []string {
	out := []string{}
	for _, i := range r.engine.Unresolved() {
		if i.Kind == duty.KindPatrolMissed {
			out = append(out, i.Device+" "+strings.Join(i.Facts, ","))
		}
	}
	slices.Sort(out)
	return out
}

// rounds says how today's rounds stand.
func (r *rig) rounds() []string {
	b, ok := r.Board(school, time.Now())
	require.True(r.t, ok)
	var out []string
	for _, round := range b.Rounds {
		switch {
		case round.Missed:
			out = append(out, round.Round.ID+" missed")
		case round.Unwatched:
			out = append(out, round.Round.ID+" unwatched")
		default:
			out = append(out, round.Round.ID)
		}
	}
	return out
}

func (r *rig) notices() string {
	b, ok := r.Board(school, time.Now())
	require.True(r.t, ok)
	var out []string
	for _, n := range b.Notices {
		out = append(out, n.EN)
	}
	return strings.Join(out, "\n")
}

// A hub that is first started in the afternoon misses nothing of the morning, also
// after a restart; from then on it misses what is not done. A hub that was down meanwhile
// forgives nothing: it raises what was missed, and says that it was down.
func TestWhatEndedBeforeTheHubWatchedIsNotMissedAndWhatItWasDownForIs(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		time.Sleep(time.Until(monday(t).At(13*60+10, ziwei(t).Zone)))
		begin := func() *rig { return startWith(t, dir, &nudger{}, walked) }
		r := begin()
		day := owes(t, "zhao", duty.Guard)
		day.Window = "afternoon"
		r.roster(day)
		r.until("13:20:00")
		assert.Empty(t, r.missedRounds())
		assert.Equal(t, []string{"opening unwatched", "morning unwatched", "midday unwatched"}, r.rounds())
		assert.Contains(t, r.notices(), "since 13:10 today")
		r.stop()
		r = begin()
		r.until("14:00:00")
		assert.Empty(t, r.missedRounds(), "a restart forgets no beginning")
		assert.NotContains(t, r.notices(), "down", "a restart is not a time in which the hub was down")
		r.until("15:30:12")
		assert.Equal(t, []string{"2000-01-03/afternoon "}, r.missedRounds())

		r.until("17:00:00")
		r.stop()
		time.Sleep(time.Until(monday(t).At(19*60+10, r.of.Zone)))
		r = begin()
		defer r.stop()
		r.until("19:10:29")
		assert.Len(t, r.missedRounds(), 1, "what readers could not say arrives first")
		r.until("19:10:32")
		assert.Equal(t, []string{"2000-01-03/afternoon ", "2000-01-03/closing second-round,hub-down"}, r.missedRounds())
		assert.Contains(t, r.notices(), "down from 17:00 to 19:10 today")
		r.stop()
		time.Sleep(5 * time.Minute)
		r = begin()
		defer r.stop()
		assert.Contains(t, r.notices(), "down from 17:00 to 19:10 today", "on the disk")
		assert.Contains(t, r.notices(), "down from 19:10 to 19:15 today")
	})
}

// Whoever is put on the roster while their shift runs has the grace to come; so
// has everybody whose post the hub watches only since then. A point that is new
// is missed in no round that runs.
func TestWhoeverIsNamedLateHasTheGraceToCome(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:26:00")
		require.Equal(t, []string{"post-missed low"}, r.open())
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "zhao", "morning"), "feng", ""))
		r.until("07:31:09")
		status := func() duty.Status {
			b, _ := r.Board(school, time.Now())
			return b.Posts[0].Shifts[0].People[0].Status
		}
		assert.Equal(t, duty.Late, status())
		r.until("07:31:12")
		assert.Equal(t, duty.Missed, status())
		assert.Contains(t, r.open(), "post-missed low")

		r.reload(walked) // within the round of the opening, and of all others after it
		r.until("07:50:00")
		assert.Empty(t, r.missedRounds())
		r.until("09:40:00")
		r.reload(func(of *watch.School) { of.Setup.Points = append(of.Setup.Points, "roof") })
		for id, point := range map[string]string{"1": "fence", "2": "canteen"} {
			_, err := r.Stamp(t.Context(), watch.Stamp{ID: id, School: school, Account: "guard", Post: point, Code: r.of.PIN(point)})
			require.NoError(t, err)
		}
		r.until("10:20:15")
		assert.Empty(t, r.missedRounds(), "the roof was nobody's when the round began")
		r.until("13:00:15")
		assert.Equal(t, []string{"2000-01-03/midday "}, r.missedRounds())
	})
}

// A mistake in the configuration that takes a post out for some seconds neither closes what is
// open there nor opens it once more.
func TestAPostThatLeavesTheConfigurationForAMomentForgivesNobody(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("07:40:00")
		before := r.engine.Unresolved()
		require.NotEmpty(t, before)
		posts := r.of.Setup.Posts
		r.reload(func(of *watch.School) { of.Setup.Posts = nil })
		time.Sleep(5 * time.Second)
		r.reload(func(of *watch.School) { of.Setup.Posts = posts })
		r.until("07:55:00")
		ids := func(all []alerting.Incident) (out []string) {
			for _, i := range all {
				out = append(out, i.ID)
			}
			return out
		}
		assert.ElementsMatch(t, ids(before), ids(r.engine.Unresolved()))
	})
}
