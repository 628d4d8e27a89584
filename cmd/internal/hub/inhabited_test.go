package hub

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// A boarding school's police are told of a cut way day and night, a day
// school's in school hours alone. 2 to 8 March 2026 is a week from Monday on.
func TestABoardingSchoolIsInhabitedDayAndNight(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	term := calendar.Span{From: calendar.Date{Year: 2026, Month: 2, Day: 16}, To: calendar.Date{Year: 2026, Month: 7, Day: 3}}
	weekly, _ := calendar.Build(nil, calendar.School{Terms: []calendar.Term{{Span: term, First: term.From}}})
	staying, _ := calendar.Build(nil, calendar.School{Terms: []calendar.Term{{Span: term, First: term.From}}, Weekends: true})
	h := &Hub{}
	h.who.Store(&roster{
		directory: people.New(people.Lists{Schools: []people.School{{ID: "day", Zone: zone}, {ID: "weekly", Zone: zone}, {ID: "staying", Zone: zone}}}),
		calendars: map[string]*calendar.Calendar{"day": weekly, "weekly": weekly, "staying": staying},
		duties: map[string]watch.School{
			"day":     {},
			"weekly":  {Setup: duty.Setup{With: []duty.Condition{duty.Boarding}}},
			"staying": {Setup: duty.Setup{With: []duty.Condition{duty.Boarding}}},
		},
	})
	for _, c := range []struct {
		at                   string
		day, weekly, staying bool
	}{
		{"2026-03-02 06:59", false, true, true}, // Monday; they came back on Sunday
		{"2026-03-02 07:00", true, true, true},
		{"2026-03-02 18:29", true, true, true},
		{"2026-03-02 18:30", false, true, true},
		{"2026-03-02 23:59", false, true, true},
		{"2026-03-03 00:00", false, true, true},
		{"2026-03-06 18:30", false, false, true}, // Friday: they have gone home
		{"2026-03-07 03:00", false, false, true},
		{"2026-03-07 12:00", false, false, true},
		{"2026-03-08 12:00", false, false, true},
		{"2026-03-08 19:00", false, true, true}, // Sunday evening
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, zone)
		require.NoError(t, err)
		assert.Equal(t, c.day, h.inhabited("day", at), "day school, %s", c.at)
		assert.Equal(t, c.weekly, h.inhabited("weekly", at), "boarders who go home, %s", c.at)
		assert.Equal(t, c.staying, h.inhabited("staying", at), "boarders who stay, %s", c.at)
	}
}
