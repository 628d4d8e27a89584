package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty/calendar"
)

func day(t *testing.T, c *Config, school, date string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDate(date)
	require.NoError(t, err)
	require.Contains(t, c.Calendars, school)
	return c.Calendars[school].Day(d)
}

func TestASchoolsCalendarIsRead(t *testing.T) {
	c := loaded(t, "testdata/good/calendar.yaml")
	for date, want := range map[string]calendar.Type{
		"2026-02-23": calendar.Closed, "2026-02-25": calendar.Registration, "2026-02-26": calendar.Lesson,
		"2026-02-28": calendar.Lesson, "2026-04-30": calendar.Sports, "2026-07-10": calendar.Care,
		"2026-10-24": calendar.Lesson, "2026-09-11": calendar.Closed, "2026-06-29": calendar.Examination,
		"2026-06-20": calendar.Closed, "2026-09-05": calendar.Residence, "2027-01-09": calendar.Lesson, "2026-08-28": calendar.Closed,
	} {
		assert.Equal(t, want, day(t, c, "ziwei-primary", date).Type, date)
	}
	assert.Equal(t, time.Friday, day(t, c, "ziwei-primary", "2026-10-24").Follows)
	assert.True(t, day(t, c, "ziwei-primary", "2026-06-20").Site)
	assert.True(t, day(t, c, "ziwei-primary", "2026-05-06").Summer)
	assert.Equal(t, calendar.Lesson, day(t, c, "haitang-middle", "2026-08-28").Type, "the other school set no terms")
	assert.Equal(t, calendar.Lesson, day(t, c, "haitang-middle", "2027-01-09").Type, "and has the hub's years")
}

func TestAFollowedDayMustBeMadeUp(t *testing.T) {
	const head = `
schools: [{id: ziwei-primary, name: {zh: 紫薇小学, en: Ziwei}, callback: 010-55550100}]
terminals: [{audience: police, id: desk-1, schools: [ziwei-primary], secret_file: ../secrets/desk.sha256}]
calendar:
  schools:
    - schools: [ziwei-primary]
      terms: [{from: 2026-03-02, to: 2026-07-03}]
      make_up: [{date: 2026-05-16, follows: mon}, {date: 2026-02-14, follows: mon}]
`
	_, faults := read("campus.yaml", []source{{name: "campus.yaml", dir: "testdata/good", data: []byte(head)}})
	assert.Equal(t, "campus.yaml:8:17: calendar.schools[0].make_up[0]: 2026-05-16 is no make-up working day\n"+
		"campus.yaml:8:51: calendar.schools[0].make_up[1]: 2026-02-14 lies outside every term: people work and there are no lessons", faults.Error())
}
