package calendar_test

import (
	"testing"
	"time"
	_ "time/tzdata" // zones with summer time

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

func school(t testing.TB, text string) *calendar.Calendar {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	s, faults := calendar.ReadSchool(doc.Content[0], "")
	require.Empty(t, faults)
	c, faults := calendar.Build(nil, s)
	require.Empty(t, faults)
	return c
}

// The facts of the State Council's notice for 2026, day by day.
func TestThePublicCalendarOf2026(t *testing.T) {
	off := map[string]int{ // first day: how many
		"2026-01-01": 3, "2026-02-15": 9, "2026-04-04": 3, "2026-05-01": 5, "2026-06-19": 3, "2026-09-25": 3, "2026-10-01": 7,
	}
	made := []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}
	working := map[calendar.Date]bool{}
	for d := date(t, "2026-01-01"); d.Year == 2026; d = d.Add(1) {
		working[d] = d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	for first, n := range off {
		for i := range n {
			working[date(t, first).Add(i)] = false
		}
	}
	for _, m := range made {
		working[date(t, m)] = true
	}
	require.Len(t, working, 365)
	c := calendar.Default()
	for d, want := range working {
		assert.Equal(t, want, c.Working(d), d)
		assert.Equal(t, want, c.Day(d).School(), "without terms every working day is a school day: %v", d)
	}
	assert.Equal(t, "国庆节", c.Day(date(t, "2026-10-07")).Holiday.ZH)
}

const ziwei = `
terms:
  - {from: 2026-02-24, to: 2026-07-03, first_lesson: 2026-02-26, summer: {from: 2026-05-06, to: 2026-09-30}}
  - {from: 2026-08-31, to: 2027-01-22}
make_up: [{date: 2026-02-28, follows: thu}]
days:
  - {date: 2026-04-30, type: sports}
  - {from: 2026-06-18, to: 2026-06-20, type: half, follows: fri}
  - {from: 2026-07-06, to: 2026-07-10, type: care}
  - {date: 2026-06-30, type: open-day}
closed:
  - {from: 2026-09-10, to: 2026-09-11, reason: weather}
  - {date: 2026-06-08, reason: epidemic}
examinations:
  - {from: 2026-06-29, to: 2026-06-30}
  - {from: 2026-06-06, to: 2026-06-08, site: true}
  - {date: 2026-09-19}
`

func TestADayIsDecidedInItsOrder(t *testing.T) {
	c := school(t, ziwei)
	for _, d := range []struct {
		date    string
		want    calendar.Type
		cause   calendar.Cause
		follows time.Weekday
	}{
		{"2026-02-14", calendar.Closed, calendar.ByTerm, time.Saturday}, // worked, before the term
		{"2026-02-23", calendar.Closed, calendar.ByTerm, time.Monday},
		{"2026-02-24", calendar.Registration, calendar.ByTerm, time.Tuesday},
		{"2026-02-26", calendar.Lesson, calendar.ByWeekday, time.Thursday},
		{"2026-02-28", calendar.Lesson, calendar.ByMakeUp, time.Thursday},
		{"2026-03-01", calendar.Closed, calendar.ByWeekday, time.Sunday},
		{"2026-04-06", calendar.Closed, calendar.ByHoliday, time.Monday},
		{"2026-04-30", calendar.Sports, calendar.ByOverride, time.Thursday},
		{"2026-05-09", calendar.Lesson, calendar.ByMakeUp, time.Monday}, // nobody said whose
		{"2026-06-06", calendar.Closed, calendar.BySite, time.Saturday},
		{"2026-06-08", calendar.Closed, calendar.ByClosure, time.Monday},
		{"2026-06-19", calendar.Half, calendar.ByOverride, time.Friday}, // on a holiday
		{"2026-06-29", calendar.Examination, calendar.ByExamination, time.Monday},
		{"2026-06-30", calendar.OpenDay, calendar.ByOverride, time.Tuesday},
		{"2026-07-06", calendar.Care, calendar.ByOverride, time.Monday},
		{"2026-07-13", calendar.Closed, calendar.ByTerm, time.Monday},
		{"2026-09-10", calendar.Closed, calendar.ByClosure, time.Thursday},
		{"2026-09-19", calendar.Examination, calendar.ByExamination, time.Monday},
		{"2026-09-20", calendar.Lesson, calendar.ByMakeUp, time.Monday},
	} {
		day := c.Day(date(t, d.date))
		assert.Equal(t, d.want, day.Type, d.date)
		assert.Equal(t, d.cause, day.Cause, d.date)
		assert.Equal(t, d.follows, day.Follows, d.date)
	}
	assert.False(t, c.Day(date(t, "2026-02-28")).Unsaid)
	assert.True(t, c.Day(date(t, "2026-05-09")).Unsaid)
	assert.True(t, c.Day(date(t, "2026-05-09")).Summer)
	assert.False(t, c.Day(date(t, "2026-07-13")).Summer, "no timetable holds outside a term")
}

func TestExaminationDays(t *testing.T) {
	c := school(t, ziwei)
	for s, want := range map[string][3]bool{ // examination, manned, site
		"2026-06-05": {false, true, false}, "2026-06-06": {true, true, true},
		"2026-06-08": {true, false, false}, // a storm: nobody comes, and nobody drills
		"2026-06-29": {true, true, false}, "2026-06-30": {true, true, false}, "2026-07-01": {false, true, false},
	} {
		d := c.Day(date(t, s))
		assert.Equal(t, want, [3]bool{d.Examination, d.Manned(), d.Site}, s)
	}
}

func TestBoarders(t *testing.T) {
	c := school(t, ziwei)
	assert.True(t, c.Leaving(date(t, "2026-03-06")), "Friday")
	assert.True(t, c.Returning(date(t, "2026-03-08")))
	assert.True(t, c.Slept(date(t, "2026-03-08")))
	assert.False(t, c.Slept(date(t, "2026-03-06")))
	assert.False(t, c.Leaving(date(t, "2026-02-27")), "Saturday is made up")
	assert.True(t, c.Leaving(date(t, "2026-02-28")))
	stay := school(t, ziwei+"boarders_stay_weekends: true\n")
	assert.Equal(t, calendar.Residence, stay.Day(date(t, "2026-03-07")).Type)
	assert.Equal(t, calendar.Closed, stay.Day(date(t, "2026-04-05")).Type, "a holiday")
	assert.True(t, stay.Slept(date(t, "2026-03-06")))
	assert.False(t, stay.Leaving(date(t, "2026-03-06")))
}

// Boarders of a school that wrote no terms stay over every weekend, and those of
// one that did over its terms' alone.
func TestBoardersStayWithoutTerms(t *testing.T) {
	stay := school(t, "boarders_stay_weekends: true\n")
	assert.Equal(t, calendar.Residence, stay.Day(date(t, "2026-03-07")).Type, "Saturday")
	assert.True(t, stay.Slept(date(t, "2026-03-06")))
	assert.Equal(t, calendar.Closed, stay.Day(date(t, "2026-04-05")).Type, "a holiday")
	assert.Equal(t, calendar.Closed, school(t, ziwei+"boarders_stay_weekends: true\n").Day(date(t, "2026-02-21")).Type, "before the term")
	assert.Equal(t, calendar.Closed, calendar.Default().Day(date(t, "2026-03-07")).Type)
}

// A day on which people come whom the gate does not know is said on it and on
// the day before, in both languages.
func TestADayWithStrangersIsSaid(t *testing.T) {
	c := school(t, "terms: [{from: 2026-02-24, to: 2026-07-03}]\ndays: [{date: 2026-04-22, type: sports}, {date: 2026-04-24, type: off-site}]\nexaminations: [{date: 2026-06-08, site: true}]\n")
	said := func(today string) (out []string) {
		for _, n := range c.Notices(date(t, today)) {
			out = append(out, n.ZH, n.EN)
		}
		return out
	}
	for day, want := range map[string][2]string{
		"2026-04-22": {"2026-04-22 运动会：预计有校外人员进出", "2026-04-22, sports: people from outside are expected"},
		"2026-04-21": {"2026-04-22 运动会：预计有校外人员进出", "2026-04-22, sports: people from outside are expected"},
		"2026-06-08": {"2026-06-08 考点：预计有校外人员进出", "2026-06-08, examination site: people from outside are expected"},
	} {
		got := said(day)
		require.Len(t, got, 2, day)
		assert.Contains(t, got[0], want[0])
		assert.Contains(t, got[1], want[1])
	}
	for _, day := range []string{"2026-04-20", "2026-04-23", "2026-04-24"} {
		assert.Empty(t, said(day), day)
	}
}

// Every type of day and every cause has a word in both languages.
func TestDaysHaveTitles(t *testing.T) {
	for _, k := range calendar.Types() {
		assert.NotEmpty(t, k.Title().ZH, k)
		assert.NotEqual(t, k.Title().ZH, k.Title().EN, k)
	}
	for _, c := range []calendar.Cause{
		calendar.ByClosure, calendar.BySite, calendar.ByOverride, calendar.ByExamination, calendar.ByTerm, calendar.ByHoliday, calendar.ByMakeUp, calendar.ByWeekday,
	} {
		assert.NotEmpty(t, c.Title().ZH, c)
	}
}

func TestWorkingDays(t *testing.T) {
	c := calendar.Default()
	for _, d := range []struct {
		now, later string
		want       int
	}{
		{"2026-09-18 10:00", "2026-09-20 11:00", 1}, // Sunday is made up
		{"2026-09-18 10:00", "2026-09-20 09:00", 0},
		{"2026-09-11 10:00", "2026-09-14 11:00", 1},
		{"2026-09-11 10:00", "2026-09-14 10:00", 0},
		{"2026-09-30 10:00", "2026-10-08 09:00", 0},
		{"2026-03-02 10:00", "2026-03-02 23:00", 0},
		{"2026-03-04 10:00", "2026-03-02 10:00", 0},
		{"2026-03-02 10:00", "2026-12-31 10:00", 31},
	} {
		now, err := time.Parse("2006-01-02 15:04", d.now)
		require.NoError(t, err)
		later, err := time.Parse("2006-01-02 15:04", d.later)
		require.NoError(t, err)
		assert.Equal(t, d.want, c.WorkingDays(now, later, 31), d)
	}
}

func TestNotices(t *testing.T) {
	said := func(c *calendar.Calendar, today string) (out []string) {
		for _, n := range c.Notices(date(t, today)) {
			assert.NotEmpty(t, n.ZH)
			out = append(out, n.EN)
		}
		return out
	}
	assert.Equal(t, []string{"No terms are set: every working day counts as a school day"}, said(calendar.Default(), "2026-03-02"))
	c := school(t, ziwei)
	assert.Empty(t, said(c, "2026-03-02"))
	assert.Empty(t, said(c, "2026-05-01"))
	assert.Equal(t, []string{"2026-05-09 is a make-up school day and nobody said whose timetable it follows: every weekday post is due"}, said(c, "2026-05-02"))
	assert.Equal(t, []string{"There are no public holidays for 2027: weekdays alone decide"}, said(c, "2026-12-15"))

	none := "No term is set after 2026-07-03: from then on every day counts as closed, and nobody is missed at a post"
	one := school(t, "terms: [{from: 2026-02-24, to: 2026-07-03}, {from: 2025-09-01, to: 2026-01-22}]\n")
	assert.Empty(t, said(one, "2026-06-25"))
	assert.Equal(t, []string{none}, said(one, "2026-06-26"), "a week before")
	assert.Equal(t, []string{none}, said(one, "2026-08-20"), "and until somebody writes one")
}

func TestAYearIsReplaced(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`{year: 2026, holidays: [{name: {zh: 元旦, en: New Year}, from: 2026-01-01, to: 2026-01-02}]}`), &doc))
	y, faults := calendar.ReadYear(doc.Content[0], "")
	require.Empty(t, faults)
	c, _ := calendar.Build([]calendar.Year{y}, calendar.School{})
	assert.False(t, c.Working(date(t, "2026-01-02")))
	assert.True(t, c.Working(date(t, "2026-10-01")))
	assert.False(t, c.Working(date(t, "2026-01-04")))
}

func TestTimesOfAnExamination(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`examinations: [{date: 2026-06-07, times: [07:30-08:40, 9-10, 12:00-11:00, [], 11:20-12:15]}]`), &doc))
	s, faults := calendar.ReadSchool(doc.Content[0], "")
	var said []string
	for _, f := range faults {
		said = append(said, f.String())
	}
	assert.Equal(t, []string{
		`1:56: examinations[0].times[1]: want a time from and to, such as 07:30-08:40, found "9-10"`,
		`1:62: examinations[0].times[2]: want a time from and to, such as 07:30-08:40, found "12:00-11:00"`,
		`1:75: examinations[0].times[3]: want a time from and to, such as 07:30-08:40, found a list`,
	}, said)
	assert.Empty(t, s.Examinations)
	c := school(t, `examinations: [{date: 2026-06-08, times: [07:30-08:40]}, {date: 2026-06-08, site: true, times: [08:00-09:00]}]`)
	assert.Equal(t, []calendar.Hours{{From: 8 * 60, To: 9 * 60}}, c.Day(date(t, "2026-06-08")).Times, "a site's hours come first")
}

// While candidates come and go nobody is told of a door that is forced: not all day
// and night.
func TestTimesOfAnExaminationLeaveANight(t *testing.T) {
	for times, want := range map[string]string{
		"[00:00-23:59]":              "gates are open for 23h59m0s: want at most 16h0m0s in all",
		"[05:00-14:00, 13:00-21:01]": "gates are open for 16h1m0s",
		"[05:00-14:00, 13:00-21:00]": "",
	} {
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte("examinations: [{date: 2026-06-07, times: "+times+"}]"), &doc))
		_, faults := calendar.ReadSchool(doc.Content[0], "")
		if want == "" {
			assert.Empty(t, faults, times)
			continue
		}
		require.Len(t, faults, 1, times)
		assert.Contains(t, faults[0].String(), "examinations[0].times: "+want)
	}
}
