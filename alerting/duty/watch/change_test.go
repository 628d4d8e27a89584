package watch_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

func at(t *testing.T, person, window string) watch.Place {
	k := owes(t, person, duty.Guard).ShiftKey
	k.Window = window
	return watch.Place{ShiftKey: k, Person: person}
}

// standing lists who stands on monday's roster, by shift.
func (r *rig) standing() (out []string) {
	r.t.Helper()
	all, _ := r.Roster(school, calendar.Span{From: monday(r.t), To: monday(r.t)})
	for _, e := range all {
		out = append(out, e.Window+" "+e.Person)
	}
	return out
}

func TestAReplacementIsOnTheDiskWithWhoDidIt(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		evening := owes(t, "sun", duty.Guard)
		evening.Window = "afternoon"
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher), evening)
		r.until("06:00:00")
		require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, "zhao", "morning"), "feng", "13900000001"))
		require.NoError(t, r.Swap(t.Context(), school, "officer", at(t, "feng", "morning"), at(t, "sun", "afternoon")))
		want := []string{"afternoon feng", "morning sun", "morning qian"}
		assert.Equal(t, want, r.standing())

		for what, err := range map[string]error{
			"nobody there":     r.Replace(t.Context(), school, "officer", at(t, "zhao", "morning"), "feng", ""),
			"no such shift":    r.Replace(t.Context(), school, "officer", at(t, "sun", "midnight"), "feng", ""),
			"no such school":   r.Replace(t.Context(), "elsewhere", "officer", at(t, "sun", "morning"), "feng", ""),
			"nobody to swap":   r.Swap(t.Context(), school, "officer", at(t, "sun", "morning"), at(t, "zhao", "afternoon")),
			"no shift to swap": r.Swap(t.Context(), school, "officer", at(t, "sun", "morning"), at(t, "feng", "midnight")),
		} {
			require.ErrorIs(t, err, alerting.ErrNotFound, what)
		}
		for what, err := range map[string]error{
			"no name":          r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), "", ""),
			"a control":        r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), "fe\x00ng", ""),
			"a long one":       r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), strings.Repeat("冯", 65), ""),
			"themselves":       r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), "sun", ""),
			"a blank before":   r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), " feng", ""),
			"a number in full": r.Replace(t.Context(), school, "officer", at(t, "sun", "morning"), "wu", strings.Repeat("1", 65)),
		} {
			require.ErrorIs(t, err, alerting.ErrInvalid, what)
		}
		require.ErrorIs(t, r.Swap(t.Context(), school, "officer", at(t, "qian", "morning"), at(t, "feng", "afternoon")), alerting.ErrConflict, "other roles")
		assert.Equal(t, want, r.standing(), "what is refused changes nothing")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		assert.Equal(t, want, r.standing())
		done, err := r.Changes(t.Context(), school)
		require.NoError(t, err)
		require.Len(t, done, 4, "these, and the import")
		assert.Equal(t, watch.Change{At: done[2].At, By: "officer", What: watch.Replaced, Shift: "2000-01-03/south/morning", Person: "zhao", Other: "feng"}, done[2])
		assert.Equal(t, watch.Swapped, done[0].What)
		r.until("07:26:00")
		assert.Equal(t, []string{"post-missed low", "post-missed low"}, r.open(), "sun and qian: who stands there now is who is missed")
		require.ErrorIs(t, r.Swap(t.Context(), school, "officer", at(t, "sun", "morning"), at(t, "feng", "afternoon")), alerting.ErrConflict, "it has begun")
	})
}

func TestWhoeverIsCalledAwayIsNotMissedAndDoesNotCount(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		r.roster(owes(t, "zhao", duty.Guard), owes(t, "qian", duty.Teacher))
		all := func(duty.Entry) bool { return true }
		none := func(duty.Entry) bool { return false }
		status := func() duty.Status {
			b, _ := r.Board(school, time.Now())
			return b.Posts[0].Shifts[0].People[0].Status
		}
		r.until("07:10:00")
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		require.NoError(t, r.CheckIn(card("04a1b2c4")))
		r.until("07:45:00")
		require.Empty(t, r.open())
		require.ErrorIs(t, r.Away(t.Context(), school, "officer", "nobody", "", false, all), alerting.ErrNotFound)
		require.ErrorIs(t, r.Away(t.Context(), school, "liaison", "zhao", "", false, none), alerting.ErrForbidden)
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", true, all), "is not away: nothing changes")
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", false, all))
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", false, all), "said twice is once")
		assert.Equal(t, duty.AwayNow, status())
		r.until("07:45:12")
		assert.Equal(t, []string{"post-uncovered high"}, r.open(), "not missed; but the post lacks a guard")
		r.stop()

		r = start(t, dir)
		defer r.stop()
		r.until("07:46:00")
		assert.Equal(t, duty.AwayNow, status(), "on the disk")
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", true, all))
		synctest.Wait()
		time.Sleep(3 * time.Second)
		assert.Equal(t, duty.Present, status())
		assert.Empty(t, r.open(), "back")
		done, err := r.Changes(t.Context(), school)
		require.NoError(t, err)
		require.Len(t, done, 3)
		assert.Equal(t, []string{watch.CameBack, watch.WentAway, watch.Imported}, []string{done[0].What, done[1].What, done[2].What})
	})
}

func TestWhoeverIsForgottenAsAwayIsExpectedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		time.Sleep(time.Until(monday(t).At(20*60, r.of.Zone).Add(-24 * time.Hour))) // on Sunday evening
		require.NoError(t, r.Away(t.Context(), school, "officer", "zhao", "", false, func(duty.Entry) bool { return true }))
		r.until("07:59:30")
		assert.Equal(t, []string{"post-uncovered high"}, r.open(), "away, and not missed")
		r.until("08:00:30")
		assert.Equal(t, []string{"post-missed low", "post-uncovered high"}, r.open(), "after 12 h a word is forgotten")
	})
}
