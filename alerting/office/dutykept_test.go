package office_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/office"
)

const ofSchool = "ziwei"

// aDay stores a day's roster of so many people, a check-in at a post, a scan of a
// point, a roll call, a reminder, an absence and a change, all of now.
func aDay(t *testing.T, s *office.Store, people int) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	today := calendar.On(now, time.UTC)
	var entries []duty.Entry
	for i := range people {
		entries = append(entries, duty.Entry{ShiftKey: duty.ShiftKey{Date: today, PostID: "north", Window: "day"}, Person: fmt.Sprint("p", i), Role: duty.Guard, Phone: "13900000000"})
	}
	require.NoError(t, s.SaveRoster(ctx, ofSchool, calendar.Span{From: today, To: today}, entries, nil))
	require.NoError(t, s.SaveSince(ctx, ofSchool, duty.Marks{"post/north": {}, "point/fence": {}}))
	require.NoError(t, s.SaveCheckins(ctx, ofSchool, []duty.Checkin{
		{ID: now.String() + "a", Person: "p0", Post: "north", At: now, Received: now},
		{ID: now.String() + "b", Person: "p0", Post: "fence", At: now, Received: now},
	}))
	require.NoError(t, s.SaveCall(ctx, ofSchool, watch.Call{Call: duty.Call{ID: now.String(), At: now}}))
	require.NoError(t, s.SaveReminder(ctx, ofSchool, watch.Reminded{Key: now.String(), At: now}))
	require.NoError(t, s.SaveAway(ctx, ofSchool, duty.Away{Person: "p0", From: now, To: now.Add(time.Hour)}, watch.Change{At: now, What: "away"}))
}

// held counts what the store has of it, after the store has had its time.
func held(t *testing.T, s *office.Store) map[string]int {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	time.Sleep(time.Minute)
	stop()
	require.NoError(t, <-done)
	all, err := s.Duty(t.Context(), time.Time{})
	require.NoError(t, err)
	changes, err := s.DutyChanges(t.Context(), ofSchool, 100)
	require.NoError(t, err)
	of := all[ofSchool]
	out := map[string]int{"roster": len(of.Entries), "call": len(of.Calls), "reminder": len(of.Reminded), "away": len(of.Aways), "change": len(changes)}
	for _, c := range of.Checkins {
		out[c.Post]++
	}
	return out
}

// Rosters and check-ins go after a year, patrol scans after three, and what is
// newer stays.
func TestHowLongTheDutyIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "office.db"))
		defer s.Close()
		const many = 1203 // more than a batch removes, and no multiple of it
		aDay(t, s, many)
		one := map[string]int{"roster": many, "north": 1, "fence": 1, "call": 1, "reminder": 1, "away": 1, "change": 1}
		time.Sleep(179 * 24 * time.Hour)
		assert.Equal(t, one, held(t, s))
		time.Sleep(2 * 24 * time.Hour)
		one["reminder"] = 0
		assert.Equal(t, one, held(t, s), "a term later nobody asks what became of a reminder")
		time.Sleep(184 * 24 * time.Hour) // 365 days
		assert.Equal(t, one, held(t, s))
		aDay(t, s, 2)
		time.Sleep(3 * 24 * time.Hour)
		assert.Equal(t, map[string]int{"roster": 2, "north": 1, "fence": 2, "call": 1, "reminder": 1, "away": 1, "change": 1}, held(t, s), "the old day goes, the new one stays")
		time.Sleep(729 * 24 * time.Hour) // 1097 days and a bit
		assert.Equal(t, map[string]int{"roster": 0, "fence": 2, "call": 0, "reminder": 0, "away": 0, "change": 0}, held(t, s), "inspectors ask for the rounds of three years")
		time.Sleep(2 * 24 * time.Hour)
		assert.Equal(t, 1, held(t, s)["fence"])
		require.NoError(t, s.Close())
	})
}
