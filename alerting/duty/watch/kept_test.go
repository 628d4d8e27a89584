package watch_test

import (
	"fmt"
	"strconv"
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

// A hub that runs on shows the days of a roster no longer than the disk keeps
// them, and neither sooner.
func TestARunningHubForgetsOldDaysOfARoster(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := start(t, dir)
		defer r.stop()
		oldest := watch.RosterFrom(time.Now())
		assert.Equal(t, 367, oldest.DaysTo(calendar.On(time.Now(), time.UTC)))
		var entries []duty.Entry
		for _, d := range []calendar.Date{oldest.Add(-1), oldest, oldest.Add(1)} {
			entries = append(entries, duty.Entry{ShiftKey: duty.ShiftKey{Date: d, PostID: "south", Window: "morning"}, Person: "zhao", Role: duty.Guard, Phone: "13900000000"})
		}
		span := calendar.Span{From: oldest.Add(-1), To: oldest.Add(1)}
		_, err := r.Import(t.Context(), school, "officer", span, entries)
		require.NoError(t, err)
		synctest.Wait()
		days := func() (out []calendar.Date) {
			all, ok := r.Roster(school, span)
			require.True(t, ok)
			for _, e := range all {
				out = append(out, e.Date)
			}
			job, _ := r.Job(school, span)
			require.Len(t, job.Had, len(out))
			require.Equal(t, []string{"zhao", "qian"}, job.People)
			return out
		}
		assert.Equal(t, []calendar.Date{oldest, oldest.Add(1)}, days())
		time.Sleep(26 * time.Hour)
		synctest.Wait()
		assert.Equal(t, []calendar.Date{oldest.Add(1)}, days())
	})
}

// Who was where, and which points of the rounds were reached, is read from the
// disk for any days, and who took it away is noted before; a school without posts
// has none of it.
func TestTheLedgersAreReadAndThatIsNoted(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, walked)
		defer r.stop()
		r.roster(owes(t, "zhao", duty.Guard))
		r.until("06:40:00")
		_, err := r.Stamp(t.Context(), watch.Stamp{ID: "1", School: school, Account: "guard", Post: "fence", Code: r.of.Code("fence")})
		require.NoError(t, err)
		r.until("07:19:00")
		require.NoError(t, r.CheckIn(card("04a1b2c3")))
		r.until("12:00:00")
		time.Sleep(5 * 24 * time.Hour) // longer than memory has it
		day := calendar.Span{From: monday(t), To: monday(t)}
		came, err := r.Checkins(t.Context(), school, "officer", day)
		require.NoError(t, err)
		require.Len(t, came, 1)
		assert.Equal(t, [3]string{"zhao", "south", "card"}, [3]string{came[0].Person, came[0].Post, string(came[0].Means)})
		rounds, err := r.Walked(t.Context(), school, "deputy", day, time.Now())
		require.NoError(t, err)
		require.Len(t, rounds, 5)
		assert.Equal(t, []string{"fence"}, rounds[0].Done)
		assert.Equal(t, "06:40", rounds[0].Scans[0].At.In(r.of.Zone).Format("15:04"))
		assert.Equal(t, []string{"canteen"}, rounds[0].Open)

		none, err := r.Checkins(t.Context(), school, "officer", calendar.Span{From: day.From.Add(1), To: day.From.Add(3)})
		require.NoError(t, err)
		assert.Empty(t, none)
		changes, err := r.Changes(t.Context(), school)
		require.NoError(t, err)
		require.Len(t, changes, 4, "these, and the import")
		assert.Equal(t, []string{"took-checkins", "officer", "2000-01-04/2000-01-06"}, []string{changes[0].What, changes[0].By, changes[0].Shift})
		assert.Equal(t, []string{"took-rounds", "deputy", "2000-01-03/2000-01-03"}, []string{changes[1].What, changes[1].By, changes[1].Shift})
		assert.Equal(t, []string{"took-checkins", "officer", "2000-01-03/2000-01-03"}, []string{changes[2].What, changes[2].By, changes[2].Shift})

		_, err = r.Checkins(t.Context(), "elsewhere", "officer", day)
		require.ErrorIs(t, err, alerting.ErrNotFound)
		require.NoError(t, r.office.Close())
		_, err = r.Walked(t.Context(), school, "officer", day, time.Now())
		require.ErrorIs(t, err, alerting.ErrUnavailable)
	})
}

// A ledger of more rows than one file holds is refused before it is made, with
// the bound and what to do, and nobody is noted to have taken it; the longest that
// one file holds is not. Rows are check-ins, or the points of rounds.
func TestALedgerOfTooManyRowsIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		var points []string
		for i := range 100 {
			points = append(points, fmt.Sprintf("p-%d", i))
		}
		rounds := make([]duty.Round, 50)
		for i := range rounds {
			rounds[i] = duty.Round{ID: fmt.Sprintf("r-%d", i), At: 13 * 60, On: duty.Every}
		}
		many := func(of *watch.School) { of.Setup.Points, of.Setup.Rounds = points, rounds }
		r := startWith(t, dir, &nudger{}, many)
		time.Sleep(time.Minute) // from now on its points are watched
		r.stop()
		time.Sleep(30 * 24 * time.Hour)
		r = startWith(t, dir, &nudger{}, many)
		defer r.stop()
		days := func(n int) calendar.Span { return calendar.Span{From: monday(t).Add(1), To: monday(t).Add(n)} }
		walks, err := r.Walked(t.Context(), school, "officer", days(20), time.Now())
		require.NoError(t, err)
		assert.Equal(t, watch.MostLedger, len(walks)*len(points))
		_, err = r.Walked(t.Context(), school, "officer", days(21), time.Now())
		tooLong(t, err)

		all := make([]duty.Checkin, 0, watch.MostLedger+1)
		for i := range watch.MostLedger + 1 {
			at := monday(t).Add(1).At(0, r.of.Zone).Add(time.Duration(i) * time.Second)
			all = append(all, duty.Checkin{ID: strconv.Itoa(i), Person: "zhao", Post: "south", Means: duty.Card, At: at, Received: at})
		}
		require.NoError(t, r.office.SaveCheckins(t.Context(), school, all))
		_, err = r.Checkins(t.Context(), school, "officer", days(2))
		tooLong(t, err)
		came, err := r.Checkins(t.Context(), school, "officer", days(1))
		require.NoError(t, err)
		assert.Len(t, came, 24*60*60)
		changes, err := r.Changes(t.Context(), school)
		require.NoError(t, err)
		assert.Len(t, changes, 2, "what was refused nobody has taken")
	})
}

func tooLong(t *testing.T, err error) {
	t.Helper()
	var refused *alerting.Refusal
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "ledger-rows", refused.Code)
	require.ErrorIs(t, err, alerting.ErrInvalid)
	assert.Contains(t, refused.Text.EN, "more than 100000 rows: ask for fewer days")
}
