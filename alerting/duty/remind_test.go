package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// However often somebody looks, and however late, each reminder goes out once,
// when it is due, to somebody who has still to come, and never for a day on
// which the post is not wanted.
func TestEachReminderGoesOutOnceInAThousandWorlds(t *testing.T) {
	n := uint64(worlds)
	if testing.Short() {
		n = 50
	}
	total := 0
	for seed := range n {
		w := generate(t, seed)
		sent := map[string]bool{}
		now := w.day.Add(-1).At(0, w.Zone)
		for end := w.day.Add(1).At(0, w.Zone); now.Before(end); {
			for _, r := range w.Outstanding(now, func(key string) bool { return sent[key] }) {
				require.False(t, sent[r.Key()], "seed %d: %s twice", seed, r.Key())
				sent[r.Key()] = true
				total++
				require.False(t, now.Before(r.At), "seed %d: %s too early", seed, r.Key())
				require.True(t, now.Before(r.Until(w.Setup.Times)), "seed %d: %s too late", seed, r.Key())
				status := statusOf(w.Watch, r.Shift, r.Entry, now)
				wanted := []duty.Status{duty.Upcoming, duty.Due, duty.Late}
				if r.Notice == duty.StandIn {
					wanted = append(wanted, duty.Missed)
				}
				require.Contains(t, wanted, status, "seed %d: %s", seed, r.Key())
				require.True(t, w.wants(r.Shift.ShiftKey), "seed %d: %s of no shift", seed, r.Key())
			}
			now = now.Add(time.Duration(1+w.r.IntN(90)) * time.Minute)
		}
	}
	require.Greater(t, total, 100, "worlds in which nobody is reminded prove nothing")
}

// wants reports whether the calendar has the shift.
func (w *world) wants(k duty.ShiftKey) bool {
	for _, s := range w.Setup.Shifts(w.Calendar, w.Zone, k.Date) {
		if s.ShiftKey == k {
			return true
		}
	}
	return false
}

// A look at every instant that Next names sends what Reminders lists, but for
// those who came meanwhile.
func TestLookingWhenNextSaysMissesNoReminder(t *testing.T) {
	for seed := range uint64(50) {
		w := generate(t, seed)
		w.Checkins, w.Aways = nil, nil
		now, end := w.day.At(0, w.Zone).Add(-time.Millisecond), w.day.At(12*60, w.Zone)
		want := map[string]bool{}
		for _, r := range w.Reminders(now, end) {
			want[r.Key()] = true
		}
		got := map[string]bool{}
		for now = w.Next(now); !now.After(end); now = w.Next(now) {
			for _, r := range w.Outstanding(now, func(key string) bool { return got[key] }) {
				if !r.At.Before(w.day.At(0, w.Zone)) {
					got[r.Key()] = true
				}
			}
		}
		require.Equal(t, want, got, "seed %d", seed)
	}
}

// term is a school whose 1 October is a holiday and whose 9 October it closed.
func closedDays(t *testing.T) duty.Watch {
	closed := date(t, "2026-10-09")
	c, faults := calendar.Build([]calendar.Year{{Year: 2026, Holidays: []calendar.Holiday{{
		Span: calendar.Span{From: date(t, "2026-10-01"), To: date(t, "2026-10-01")}, Name: calendar.Default().Day(date(t, "2026-10-01")).Holiday,
	}}}}, calendar.School{Closed: []calendar.Closure{{Span: calendar.Span{From: closed, To: closed}, Reason: calendar.Weather}}})
	require.Empty(t, faults)
	w := duty.Watch{Setup: setup(t, "pattern: primary\n"+posts("second-gate")), Calendar: c, Zone: zone(t, "Asia/Shanghai")}
	var entries []duty.Entry
	for _, d := range []string{"2026-09-30", "2026-10-01", "2026-10-08", "2026-10-09"} {
		for person, role := range map[string]duty.Role{"zhao": duty.Guard, "sun": duty.Volunteer} {
			entries = append(entries, duty.Entry{ShiftKey: duty.ShiftKey{Date: date(t, d), PostID: "second-gate", Window: "morning"}, Person: person, Role: role})
		}
	}
	var err error
	w.Roster, err = duty.NewRoster(entries)
	require.NoError(t, err)
	return w
}

func TestRemindersOfAClosedDayAreNone(t *testing.T) {
	w := closedDays(t)
	remindedOn := func(day string) (out []string) {
		sent := map[string]bool{}
		from := date(t, day).Add(-1).At(0, w.Zone)
		for now := from; now.Before(from.Add(48 * time.Hour)); now = now.Add(time.Minute) {
			for _, r := range w.Outstanding(now, func(key string) bool { return sent[key] }) {
				sent[r.Key()] = true
				if r.Shift.Date == date(t, day) {
					out = append(out, now.In(w.Zone).Format("02 15:04 ")+r.Entry.Person+" "+string(r.Notice))
				}
			}
		}
		return out
	}
	assert.Equal(t, []string{"29 19:00 sun day-before", "30 06:20 sun hour-before", "30 07:00 sun soon", "30 07:20 sun due", "30 07:20 zhao due"}, remindedOn("2026-09-30"))
	assert.NotEmpty(t, remindedOn("2026-10-08"))
	assert.Empty(t, remindedOn("2026-10-01"), "a holiday")
	assert.Empty(t, remindedOn("2026-10-09"), "closed by the school")
}

func TestOfWhatAnOutageHeldUpThereIsOneReminder(t *testing.T) {
	w := closedDays(t)
	at := func(clock string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-30 "+clock, w.Zone)
		require.NoError(t, err)
		return out
	}
	none := func(string) bool { return false }
	all := w.Outstanding(at("07:05"), none)
	require.Len(t, all, 1, "the hour before is over")
	assert.Equal(t, duty.SoonBefore, all[0].Notice)
	assert.Empty(t, w.Outstanding(at("01:00"), none), "nobody is woken")
	assert.Empty(t, w.Outstanding(at("07:25"), none), "they are missed by now")
	assert.Empty(t, w.Outstanding(at("07:05"), func(key string) bool { return key == all[0].Key() }))
}
