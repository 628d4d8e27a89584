package watch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// helped has a volunteer who signs in.
func helped(of *watch.School) {
	of.People = append(of.People, watch.Person{Name: "jin", Account: "volunteer"}, watch.Person{Name: "wei", Account: "volunteer-2"})
}

// noted lists what was noted, the latest first, without when.
func (r *rig) noted() (out []watch.Change) {
	r.t.Helper()
	all, err := r.Changes(r.t.Context(), school)
	require.NoError(r.t, err)
	for _, c := range all {
		require.False(r.t, c.At.IsZero())
		c.At = time.Time{}
		out = append(out, c)
	}
	return out
}

// Whoever is named by hand is the person of the configuration, whatever blanks pad
// the name here or there.
func TestANameIsReadAsTheConfigurationSpellsIt(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, func(of *watch.School) { of.People[0].Name = "张　三" })
		defer r.stop()
		r.roster(owes(t, "qian", duty.Teacher))
		for said, want := range map[string]string{"张三": "张　三", "王　五": "王五"} {
			require.NoError(t, r.Replace(t.Context(), school, "officer", at(t, r.standing()[0][len("morning "):], "morning"), said, ""))
			assert.Equal(t, []string{"morning " + want}, r.standing())
		}
	})
}

// Whoever imports a sheet, takes an open slot, gives it back or takes the roster
// away is on the disk with when and what; what is said twice is noted once.
func TestWhoImportsClaimsAndTakesARosterAwayIsNoted(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		r := startWith(t, dir, &nudger{}, helped)
		day := calendar.Span{From: monday(t), To: monday(t)}
		zhao := owes(t, "zhao", duty.Guard)
		zhao.Phone = "13900000000"
		_, err := r.Import(t.Context(), school, "deputy", day, []duty.Entry{zhao})
		require.NoError(t, err)
		r.until("06:00:00")
		key := zhao.ShiftKey
		require.ErrorIs(t, r.Claim(t.Context(), school, "stranger", key, duty.Volunteer, false), alerting.ErrForbidden)
		for _, back := range []bool{false, true} {
			require.NoError(t, r.Claim(t.Context(), school, "volunteer", key, duty.Volunteer, back))
			require.NoError(t, r.Claim(t.Context(), school, "volunteer", key, duty.Volunteer, back), "said again")
		}
		got, err := r.TakeRoster(t.Context(), school, "officer", day)
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, "13900000000", got[0].Phone)
		want := []watch.Change{
			{By: "officer", What: watch.TookRoster, Shift: "2000-01-03/2000-01-03"},
			{By: "volunteer", What: watch.GaveBack, Shift: "2000-01-03/south/morning", Person: "jin"},
			{By: "volunteer", What: watch.Claimed, Shift: "2000-01-03/south/morning", Person: "jin"},
			{By: "deputy", What: watch.Imported, Shift: "2000-01-03/2000-01-03"},
		}
		assert.Equal(t, want, r.noted())
		r.stop()

		r = startWith(t, dir, &nudger{}, helped)
		defer r.stop()
		assert.Equal(t, want, r.noted(), "after a restart")
		_, err = r.TakeRoster(t.Context(), "elsewhere", "officer", day)
		require.ErrorIs(t, err, alerting.ErrNotFound)
		require.NoError(t, r.office.Close())
		_, err = r.TakeRoster(t.Context(), school, "officer", day)
		require.ErrorIs(t, err, alerting.ErrUnavailable, "nothing is handed out that was not noted")
	})
}
