package people_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/people"
)

func hours(t *testing.T, spans ...string) people.Contact {
	t.Helper()
	var c people.Contact
	for _, s := range spans {
		span, err := people.ParseSpan(s)
		require.NoError(t, err, s)
		c.Hours = append(c.Hours, span)
	}
	return c
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// The week of Monday, 2 March 2026.
func TestShiftsBeginOnTheirDayAndEndAtTheMinute(t *testing.T) {
	china := zone(t, "Asia/Shanghai")
	for _, c := range []struct {
		spans []string
		at    string
		on    bool
	}{
		{nil, "2026-03-02 03:00:00", true},
		{[]string{"07:00-19:00"}, "2026-03-02 06:59:59", false},
		{[]string{"07:00-19:00"}, "2026-03-02 07:00:00", true},
		{[]string{"07:00-19:00"}, "2026-03-02 18:59:59", true},
		{[]string{"07:00-19:00"}, "2026-03-02 19:00:00", false},
		{[]string{"19:00-07:00"}, "2026-03-03 00:00:00", true},
		{[]string{"19:00-07:00"}, "2026-03-03 06:59:59", true},
		{[]string{"19:00-07:00"}, "2026-03-03 07:00:00", false},
		{[]string{"00:00-24:00"}, "2026-03-03 00:00:00", true},
		{[]string{"00:00-24:00"}, "2026-03-03 23:59:59", true},
		{[]string{"mon 19:00-24:00"}, "2026-03-02 23:59:59", true},
		{[]string{"mon 19:00-24:00"}, "2026-03-03 00:00:00", false},
		{[]string{"mon 19:00-00:00"}, "2026-03-02 23:59:59", true},
		{[]string{"mon 19:00-00:00"}, "2026-03-03 00:00:00", false},
		{[]string{"mon-fri 19:00-07:00"}, "2026-03-02 03:00:00", false}, // the night of Sunday
		{[]string{"mon-fri 19:00-07:00"}, "2026-03-07 03:00:00", true},  // that of Friday, on Saturday
		{[]string{"mon-fri 19:00-07:00"}, "2026-03-07 20:00:00", false},
		{[]string{"sun 22:00-06:00"}, "2026-03-02 05:59:00", true}, // over the end of the week
		{[]string{"sun 22:00-06:00"}, "2026-03-03 05:59:00", false},
		{[]string{"fri-mon 08:00-09:00"}, "2026-03-08 08:00:00", true},
		{[]string{"fri-mon 08:00-09:00"}, "2026-03-03 08:00:00", false},
		{[]string{"mon 08:00-09:00", "sat,sun 10:00-11:00"}, "2026-03-08 10:30:00", true},
		{[]string{"mon 08:00-09:00", "sat,sun 10:00-11:00"}, "2026-03-08 08:30:00", false},
	} {
		at, err := time.ParseInLocation(time.DateTime, c.at, china)
		require.NoError(t, err)
		assert.Equal(t, c.on, hours(t, c.spans...).OnShift(people.School{Zone: china}, at.UTC()), "%v at %s", c.spans, c.at)
	}
}

// Clocks went forward from 02:00 to 03:00 on 29 March 2026 in Berlin, and go
// back from 03:00 to 02:00 on 25 October: a shift is what people read.
func TestShiftsFollowTheClockOverItsChanges(t *testing.T) {
	berlin := people.School{Zone: zone(t, "Europe/Berlin")}
	night, early := hours(t, "22:00-06:00"), hours(t, "02:00-03:00")
	for at := time.Date(2026, 3, 28, 21, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 3, 29, 4, 0, 0, 0, time.UTC)); at = at.Add(time.Minute) {
		assert.True(t, night.OnShift(berlin, at), at)
		assert.False(t, early.OnShift(berlin, at), "the hour is left out: %s", at)
	}
	assert.False(t, night.OnShift(berlin, time.Date(2026, 3, 29, 4, 0, 0, 0, time.UTC)), "06:00 in summer")
	n := 0
	for at := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC); at.Before(time.Date(2026, 10, 25, 5, 0, 0, 0, time.UTC)); at = at.Add(time.Minute) {
		assert.True(t, night.OnShift(berlin, at), at)
		if early.OnShift(berlin, at) {
			n++
		}
	}
	assert.Equal(t, 120, n, "the hour that comes twice is worked twice")
	assert.False(t, night.OnShift(berlin, time.Date(2026, 10, 25, 5, 0, 0, 0, time.UTC)), "06:00 in winter")
}

func TestSchoolDaysAreTheCalendars(t *testing.T) {
	china := zone(t, "Asia/Shanghai")
	date := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	may := calendar.Year{
		Year: 2026, MakeUp: []calendar.Date{date("2026-05-09")},
		Holidays: []calendar.Holiday{{Span: calendar.Span{From: date("2026-05-01"), To: date("2026-05-05")}}},
	}
	c, _ := calendar.Build([]calendar.Year{may}, calendar.School{})
	s := people.School{Zone: china, Calendar: c}
	day, night, closed := hours(t, "school 07:00-19:00"), hours(t, "school 19:00-07:00"), hours(t, "closed 08:00-18:00")
	at := func(text string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04", text, china)
		require.NoError(t, err)
		return out
	}
	assert.True(t, day.OnShift(s, at("2026-04-30 12:00")), "an ordinary Thursday")
	assert.False(t, day.OnShift(s, at("2026-05-04 12:00")), "a Monday, and a holiday")
	assert.True(t, closed.OnShift(s, at("2026-05-04 12:00")))
	assert.True(t, day.OnShift(s, at("2026-05-09 12:00")), "a Saturday that makes up for it")
	assert.False(t, closed.OnShift(s, at("2026-05-09 12:00")))
	assert.True(t, night.OnShift(s, at("2026-05-01 06:59")), "the night that began on the last school day")
	assert.False(t, night.OnShift(s, at("2026-05-06 06:59")), "the night that began on a holiday")
	assert.True(t, day.OnShift(people.School{Zone: china}, at("2026-05-04 12:00")), "without a calendar a Monday is one")
}

func TestHoursAreReadStrictlyAndSaidAgain(t *testing.T) {
	for text, zh := range map[string]string{
		"07:00-19:00": "每天 07:00-19:00", "mon-fri 07:00-19:00": "周一至周五 07:00-19:00", "mon-sun 18:30-07:00": "周一至周日 18:30-07:00", "mon,sun 19:00-07:00": "周一、周日 19:00-07:00",
		"school 06:30-18:30": "在校日 06:30-18:30", "sat,closed 00:00-24:00": "周六、闭校日 00:00-24:00",
	} {
		c := hours(t, text)
		assert.Equal(t, text, c.Hours.Text().EN)
		assert.Equal(t, zh, c.Hours.Text().ZH)
	}
	for _, bad := range []string{
		"", "mon-fri", "7:00-19:00", "07:00", "07:00-", "07:00-24:01", "24:00-07:00", "07:00-07:00", "monday 07:00-19:00",
		"mon- 07:00-19:00", "mon-fri 07:00-19:00 x", "mon, 07:00-19:00", "07:60-19:00", "school-closed 07:00-19:00",
	} {
		_, err := people.ParseSpan(bad)
		assert.Error(t, err, bad)
	}
}
