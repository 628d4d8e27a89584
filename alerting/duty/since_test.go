package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// What is new is watched from now on, and what is known since it was; a day is watched from when it first had a roster.
func TestMarksSaySinceWhenWhatIsWatched(t *testing.T) {
	s := full(t)
	today := date(t, wednesday)
	s.Setup.Posts, s.Setup.Points = s.Setup.Posts[:1], []string{"fence"}
	ten, noon := s.when("10:00:00"), s.when("12:00:00")
	first, changed := duty.Marks(nil).Mark(s.Setup, s.Roster, today, ten)
	require.True(t, changed)
	assert.Equal(t, duty.Marks{"post/main-gate": ten, "point/fence": ten, "day/" + wednesday: {}}, first)
	same, changed := first.Mark(s.Setup, s.Roster, today, noon)
	assert.False(t, changed)
	assert.Equal(t, first, same)
	assert.Equal(t, ten, first.First())

	s.Setup.Points = []string{"roof"}
	none, err := duty.NewRoster(nil)
	require.NoError(t, err)
	next, changed := first.Mark(s.Setup, none, today, noon)
	require.True(t, changed)
	assert.Equal(t, duty.Marks{
		"post/main-gate": ten, "point/roof": noon, "point/fence": ten, "gone/point/fence": noon, "day/" + wednesday: {},
	}, next, "the roster comes back to the same day")
	assert.NotContains(t, marked(next.Mark(s.Setup, none, today.Add(4), noon)), "day/"+wednesday, "and days go")
}

func marked(m duty.Marks, _ bool) duty.Marks { return m }

// A post or point that leaves the configuration by mistake was watched all the
// while when it is back within three days; after that it begins anew.
func TestWhatComesBackWithinThreeDaysWasWatchedAllTheWhile(t *testing.T) {
	s := full(t)
	today := date(t, wednesday)
	s.Setup.Posts, s.Setup.Points = s.Setup.Posts[:1], []string{"fence"}
	ten, noon := s.when("10:00:00"), s.when("12:00:00")
	first := marked(duty.Marks(nil).Mark(s.Setup, duty.Roster{}, today, ten))
	gone := marked(first.Mark(duty.Setup{}, duty.Roster{}, today, noon))
	assert.True(t, gone.First().IsZero(), "there is no post now")
	later := noon.AddDate(0, 0, 3)
	still, changed := gone.Mark(duty.Setup{}, duty.Roster{}, today.Add(2), later.Add(-time.Minute))
	assert.False(t, changed, "nothing to write down at every look")
	assert.Equal(t, gone, still)
	back, changed := gone.Mark(s.Setup, duty.Roster{}, today.Add(2), later.Add(-time.Minute))
	assert.True(t, changed)
	assert.Equal(t, first, back)

	over := marked(gone.Mark(duty.Setup{}, duty.Roster{}, today.Add(3), later))
	assert.Empty(t, over)
	assert.Equal(t, later, marked(over.Mark(s.Setup, duty.Roster{}, today.Add(3), later)).First())
}

// A sheet that is imported again moves nobody who stood there before, and the
// day stays as long watched as it was.
func TestASheetThatIsImportedAgainForgivesNobody(t *testing.T) {
	eight, nine := time.Unix(8, 0), time.Unix(9, 0)
	roster := func(entries ...duty.Entry) duty.Roster {
		r, err := duty.NewRoster(entries)
		require.NoError(t, err)
		return r
	}
	zhao := owes(t, "main-gate", "zhao", duty.Guard)
	first := roster(zhao).Since(duty.Roster{}, eight)
	zhao.Substitute = "zhou"
	next := roster(zhao, owes(t, "main-gate", "li", duty.Guard)).Since(first, nine)
	var said []string
	for _, e := range next.Entries() {
		line := e.Person + " " + e.Named.UTC().Format(time.TimeOnly)
		if !e.Instead.IsZero() {
			line += " " + e.Substitute + " " + e.Instead.UTC().Format(time.TimeOnly)
		}
		said = append(said, line)
	}
	assert.Equal(t, []string{"li 00:00:09", "zhao 00:00:08 zhou 00:00:09"}, said)
	marks, _ := duty.Marks(nil).Mark(duty.Setup{}, next, date(t, wednesday), nine)
	assert.Equal(t, eight, marks["day/"+wednesday])
}

// A clock that was years ahead once silences nothing: the next look with a right one
// sets the marks to now.
func TestAMarkOfAClockThatWasAheadBecomesNow(t *testing.T) {
	s := full(t)
	s.Setup.Posts, s.Setup.Points = s.Setup.Posts[:1], []string{"fence"}
	now := s.when("10:00:00")
	ahead := now.AddDate(9, 0, 0)
	m := duty.Marks{"post/main-gate": ahead, "point/fence": ahead, "day/" + wednesday: ahead, "post/gone": ahead, "gone/post/gone": ahead}
	next, changed := m.Mark(s.Setup, duty.Roster{}, date(t, wednesday), now)
	assert.True(t, changed)
	assert.Equal(t, duty.Marks{
		"post/main-gate": now, "point/fence": now, "day/" + wednesday: now, "post/gone": ahead, "gone/post/gone": now,
	}, next)
	s.Setup.Posts[0].ID = "gone"
	assert.Equal(t, now, marked(next.Mark(s.Setup, duty.Roster{}, date(t, wednesday), now))["post/gone"], "also when it is back")
}

// What an earlier version watched has no mark: it was watched since ever, once the
// configuration says what that is; what comes later is new.
func TestWhatAnEarlierVersionWatchedWasWatchedSinceEver(t *testing.T) {
	s := full(t)
	today := date(t, wednesday)
	s.Setup.Posts, s.Setup.Points = s.Setup.Posts[:2], []string{"fence"}
	now := s.when("10:00:00")
	m := duty.Marks{"earlier": {}, "post/main-gate": {}}
	none := marked(m.Mark(duty.Setup{}, s.Roster, today, now))
	assert.Contains(t, none, "earlier", "a mistake in the configuration")
	first, changed := none.Mark(s.Setup, s.Roster, today, now)
	assert.True(t, changed)
	assert.Equal(t, duty.Marks{"post/main-gate": {}, "post/second-gate": {}, "point/fence": {}, "day/" + wednesday: {}}, first)
	s.Setup.Points = append(s.Setup.Points, "roof")
	assert.Equal(t, now, marked(first.Mark(s.Setup, s.Roster, today, now))["point/roof"])
}

// Whom a clock that was ahead put on the roster owes their shifts from the next
// look with a right one; nobody else is touched.
func TestWhomAClockThatWasAheadNamedOwesTheirShiftsSinceNow(t *testing.T) {
	now := time.Unix(1_772_400_000, 0)
	ahead := now.AddDate(9, 0, 0)
	entry := func(person, day string, named, instead time.Time) duty.Entry {
		e := owes(t, "main-gate", person, duty.Guard)
		e.Date, e.Named, e.Instead, e.Substitute = date(t, day), named, instead, "for "+person
		return e
	}
	r, err := duty.NewRoster([]duty.Entry{
		entry("long ago", "2026-02-01", ahead, ahead),
		entry("wang", wednesday, now.Add(-time.Hour), now), entry("li", wednesday, ahead, ahead), entry("zhao", wednesday, now, ahead),
		entry("qian", "2026-03-05", now, now), entry("sun", "2026-03-06", ahead, time.Time{}),
	})
	require.NoError(t, err)
	next, days := r.Righted(date(t, wednesday), now)
	assert.Equal(t, []calendar.Date{date(t, wednesday), date(t, "2026-03-06")}, days)
	want, err := duty.NewRoster([]duty.Entry{
		entry("long ago", "2026-02-01", ahead, ahead),
		entry("wang", wednesday, now.Add(-time.Hour), now), entry("li", wednesday, now, now), entry("zhao", wednesday, now, now),
		entry("qian", "2026-03-05", now, now), entry("sun", "2026-03-06", now, time.Time{}),
	})
	require.NoError(t, err)
	assert.Equal(t, want.Entries(), next.Entries())
	assert.Equal(t, ahead, r.Entries()[1].Named, "a roster is never changed")
	same, days := next.Righted(date(t, wednesday), now)
	assert.Empty(t, days)
	assert.Equal(t, next, same)
}
