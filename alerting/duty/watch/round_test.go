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

// A round is on the board from when its points count, never before; a telephone
// stamps its points by their codes, each once, and the stamps outlive a restart.
func TestARoundsPointsAreStampedOnAPhone(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, walked)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		rounds := func() []duty.RoundState {
			b, ok := r.Board(school, time.Now())
			require.True(t, ok)
			return b.Rounds
		}
		stamp := func(id, point, code string) (duty.Shift, error) {
			return r.Stamp(t.Context(), watch.Stamp{ID: id, School: school, Account: "guard", Post: point, Code: code})
		}
		r.until("06:34:59")
		assert.Empty(t, rounds(), "nobody is to foresee a round")
		_, err := stamp("1", "fence", r.of.Code("fence"))
		require.ErrorIs(t, err, alerting.ErrConflict, "no round goes there yet")
		r.until("06:35:00")
		require.Len(t, rounds(), 1)
		assert.Equal(t, []string{"fence", "canteen"}, rounds()[0].Open)
		_, err = stamp("2", "fence", r.of.Code("canteen"))
		require.ErrorIs(t, err, alerting.ErrForbidden, "another point's code")
		_, err = stamp("3", "roof", r.of.Code("roof"))
		require.ErrorIs(t, err, alerting.ErrNotFound)
		_, err = r.Stamp(t.Context(), watch.Stamp{ID: "4", School: school, Account: "guard", Post: "fence", Out: true})
		require.ErrorIs(t, err, alerting.ErrNotFound, "nobody leaves a point")
		for _, again := range []string{"a first time", "and the same stamp again"} {
			shift, err := stamp("5", "fence", r.of.PIN("fence"))
			require.NoError(t, err, again)
			assert.Equal(t, [2]string{"fence", "opening"}, [2]string{shift.PostID, shift.Window})
			assert.Equal(t, "07:20", shift.To.In(r.of.Zone).Format("15:04"))
		}
		_, err = stamp("6", "fence", r.of.PIN("fence"))
		require.ErrorIs(t, err, alerting.ErrConflict, "it has counted")
		assert.Equal(t, []string{"canteen"}, rounds()[0].Open)
		r.stop()
		r = startWith(t, dir, &nudger{}, walked)
		defer r.stop()
		assert.Equal(t, []string{"fence"}, rounds()[0].Done, "on the disk")
		_, err = stamp("7", "canteen", r.of.Code("canteen"))
		require.NoError(t, err)
		assert.False(t, rounds()[0].Completed.IsZero())
		assert.Equal(t, []string{"zhao"}, rounds()[0].People)
		r.until("10:00:00")
		assert.Len(t, rounds(), 2)
		r.until("12:00:00")
		require.Len(t, rounds(), 2)
		assert.True(t, rounds()[1].Missed)
	})
}

// A round that nobody walks is raised when its time is over, low and once; the
// second in a row is, too, and asks for the duty leader. A round that is walked
// between them breaks the row, and a restart raises nothing anew.
func TestARoundThatNobodyWalksIsRaisedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		fenced := func(of *watch.School) {
			of.Setup.Points, of.Setup.Times.Patrol.Shift = []string{"fence"}, 0
		}
		r := startWith(t, dir, &nudger{}, fenced)
		r.roster(owes(t, "zhao", duty.Guard))
		missed := func() (out []string) {
			for _, i := range r.engine.Unresolved() {
				if i.Kind == duty.KindPatrolMissed {
					out = append(out, i.Device+" "+string(i.Severity)+" "+strings.Join(i.Facts, ","))
				}
			}
			slices.Sort(out)
			return out
		}
		r.until("07:20:09")
		assert.Empty(t, missed(), "what is on its way may arrive")
		r.until("07:20:12")
		assert.Equal(t, []string{"2000-01-03/opening low "}, missed())
		r.until("10:20:15")
		assert.Equal(t, []string{"2000-01-03/morning low second-round", "2000-01-03/opening low "}, missed())
		r.until("12:30:00")
		_, err := r.Stamp(t.Context(), watch.Stamp{ID: "1", School: school, Account: "guard", Post: "fence", Code: r.of.PIN("fence")})
		require.NoError(t, err)
		r.until("13:30:00")
		r.stop()
		r = startWith(t, dir, &nudger{}, fenced)
		defer r.stop()
		r.until("14:00:00")
		assert.Len(t, missed(), 2, "the restart raises none anew, and the round that was walked none")
		r.until("15:30:15")
		assert.Contains(t, missed(), "2000-01-03/afternoon low ", "the row was broken")
	})
}
