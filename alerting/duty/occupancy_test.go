package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

const leader = "posts: [{id: leader, kind: duty-leader, name: {zh: 值班, en: Leader}, place: hall}, {id: house, kind: gatehouse, name: {zh: 门卫, en: House}, place: hall}]"

// occupancy is a school's in a term in which the Wednesday of the week from
// Monday, 2 March 2026 on is a half day.
func occupancy(t *testing.T, says string) duty.Occupancy {
	t.Helper()
	term := days(t, "{terms: [{from: 2026-02-16, to: 2026-07-03, first_lesson: 2026-02-16}], days: [{date: 2026-03-04, type: half}]}")
	return duty.Occupancy{Setup: setup(t, says), Calendar: term, Zone: zone(t, "Asia/Shanghai")}
}

// at is a time of that month, such as 02 07:00, with the day that it lies in.
func at(t *testing.T, o duty.Occupancy, clock string) (time.Time, duty.Occupied) {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-"+clock, o.Zone)
	require.NoError(t, err)
	return when, o.On(calendar.On(when, o.Zone))
}

// A school is open while its own posts say so.
func TestASchoolIsOpenByItsOwnDuty(t *testing.T) {
	for _, c := range []struct {
		name, duty      string
		open, shut      []string
		peopled, unmans []string // inhabited or not, while it is not open
	}{
		{
			"primary, its duty leader stays until 18:30", "{pattern: primary, " + leader + "}",
			[]string{"02 07:00", "02 18:29", "04 18:29"}, []string{"02 06:59", "02 18:30", "07 12:00"}, nil, []string{"02 06:59", "02 21:00", "07 12:00"},
		},
		{
			"primary, nothing but its gates: a duty leader is there all the same", "{pattern: primary, posts: []}",
			[]string{"02 07:20", "02 16:09", "02 18:29", "04 12:09", "04 18:29"}, []string{"02 07:19", "02 18:30", "04 18:30", "07 12:00"}, nil, nil,
		},
		{
			"primary, whose duty leader goes at noon",
			"{pattern: primary, posts: [{id: leader, kind: duty-leader, name: {zh: 值班, en: Leader}, place: hall, windows: [{id: day, hours: 08:00-12:00, on: manned}]}]}",
			[]string{"02 07:20", "02 16:09", "04 12:09"}, []string{"02 07:19", "02 16:10", "04 12:10"}, nil, nil,
		},
		{
			"senior secondary with evening study", "{pattern: senior-secondary, with: [evening], " + leader + "}",
			[]string{"02 06:40", "02 19:00", "02 22:39", "04 18:29"}, []string{"02 06:39", "02 22:40", "04 18:30"}, nil, []string{"02 22:40"},
		},
		{
			"a boarding school: at night it is shut, and lived in", "{pattern: senior-secondary, with: [evening, boarding], " + leader + "}",
			[]string{"02 06:40", "02 22:39"},
			[]string{"02 06:39", "02 22:40", "07 12:00", "08 15:00"},
			[]string{"02 06:39", "02 22:40", "03 03:00", "08 14:30", "08 18:29", "08 19:00"}, // Sunday: they come back
			[]string{"06 22:40", "07 03:00", "07 12:00", "08 14:29"},                         // and on Friday they have left
		},
		{
			"Xinjiang, two hours behind the clock that it keeps",
			`{pattern: primary, timetables: [{windows: [{id: morning, hours: 09:20-10:35, gate: 09:40}, {id: late, dismissals: ["19:00", "19:30"]}]}], posts: []}`,
			[]string{"02 09:20", "02 19:59"}, []string{"02 07:00", "02 09:19", "02 20:00"}, nil, []string{"02 07:00", "02 20:00"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := occupancy(t, c.duty)
			for _, clock := range c.open {
				when, day := at(t, o, clock)
				assert.True(t, day.Open(when), "open on %s", clock)
			}
			for _, clock := range c.shut {
				when, day := at(t, o, clock)
				assert.False(t, day.Open(when), "open on %s", clock)
			}
			for _, clock := range c.peopled {
				when, day := at(t, o, clock)
				assert.True(t, day.Boarded(when), "boarders are there on %s", clock)
			}
			for _, clock := range c.unmans {
				when, day := at(t, o, clock)
				assert.False(t, day.Open(when) || day.Boarded(when), "anybody is there on %s", clock)
			}
		})
	}
}

// Windows that are written beside the duty widen a day, and narrow none.
func TestGatesThatAreOpenLongerKeepASchoolOpen(t *testing.T) {
	for _, c := range []struct {
		name       string
		gates      []calendar.Hours
		open, shut []string
	}{
		{"never", []calendar.Hours{}, []string{"02 07:20", "02 18:29"}, []string{"02 07:19", "02 18:30", "07 12:00"}},
		{"at noon", []calendar.Hours{{From: 12 * 60, To: 13 * 60}}, []string{"02 07:20", "02 18:29"}, []string{"02 07:19", "02 18:30", "07 12:00"}},
		{"from six, and in the evening", []calendar.Hours{{From: 6 * 60, To: 7 * 60}, {From: 21 * 60, To: 22 * 60}}, []string{"02 06:00", "02 19:00", "02 21:59"}, []string{"02 05:59", "02 22:00", "07 12:00"}},
	} {
		o := occupancy(t, "{pattern: primary, posts: []}")
		o.Gates = func(calendar.Day) []calendar.Hours { return c.gates }
		for _, clock := range c.open {
			when, day := at(t, o, clock)
			assert.True(t, day.Open(when), "%s: open on %s", c.name, clock)
		}
		for _, clock := range c.shut {
			when, day := at(t, o, clock)
			assert.False(t, day.Open(when), "%s: open on %s", c.name, clock)
		}
	}
}

// On the days of an examination the gates are open at its times, and no longer.
func TestAnExaminationHasItsOwnHours(t *testing.T) {
	o := occupancy(t, "{pattern: primary, posts: []}")
	o.Calendar = days(t, "examinations: [{from: 2026-03-02, to: 2026-03-02, times: [08:00-11:00, 14:00-17:00]}]")
	o.Gates = func(calendar.Day) []calendar.Hours { return []calendar.Hours{{From: 6 * 60, To: 22 * 60}} }
	for clock, open := range map[string]bool{"02 07:59": false, "02 08:00": true, "02 12:00": true, "02 18:29": true, "02 18:30": false} {
		when, day := at(t, o, clock)
		assert.Equal(t, open, day.Open(when), clock)
	}
}

// A school without a duty goes on as on any day when the last candidates have come
// and gone: people are in the building.
func TestAnExaminationShutsNoSchoolWithoutADuty(t *testing.T) {
	o := duty.Occupancy{Calendar: days(t, "examinations: [{from: 2026-03-02, to: 2026-03-02, times: [06:30-08:40, 11:20-12:15]}]"), Zone: occupancy(t, "{pattern: primary, posts: []}").Zone}
	for clock, open := range map[string]bool{"02 06:29": false, "02 06:30": true, "02 10:00": true, "02 12:30": true, "02 18:29": true, "02 18:30": false} {
		when, day := at(t, o, clock)
		assert.Equal(t, open, day.Open(when), clock)
	}
}
