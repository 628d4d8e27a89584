package duty_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGatesAreOpenByTheSchoolsOwnTimes(t *testing.T) {
	const friday = "timetables: [{weekdays: [fri], windows: [{id: morning, hours: 07:20-08:35, gate: 07:40}, {id: short, dismissals: ['14:00', '14:20']}]}]\n"
	const summer = "timetables: [{season: summer, windows: [{id: late, hours: 14:40-18:00, gate: 15:00}, {id: night, hours: 23:00-00:20}]}]\n"
	const term = "terms: [{from: 2027-03-01, to: 2027-07-03, first_lesson: 2027-03-01, summer: {from: 2027-05-06, to: 2027-07-03}}]\n"
	for _, c := range []struct{ name, says, days, date, want string }{
		{"a Thursday", friday, "", "2027-03-04", "07:40-08:35 15:30-16:10"},
		{"a short Friday", friday, "", "2027-03-05", "07:40-08:35 14:00-14:50"},
		{"a Saturday that follows Friday", friday, "days: [{date: 2027-03-06, type: lesson, follows: fri}]", "2027-03-06", "07:40-08:35 14:00-14:50"},
		{"home at midday", "with: [home]\n", "", "2027-03-04", "07:40-08:35 11:40-12:10 13:30-14:00 15:30-16:10"},
		{"after-school service", "with: [service]\n", "", "2027-03-04", "07:40-08:35 15:30-16:10 17:30-18:10"},
		{"a half day", "with: [home]\n", "days: [{date: 2027-03-04, type: half}]", "2027-03-04", "07:40-08:35 11:40-12:10"},
		{"winter", summer, term, "2027-03-04", "07:40-08:35 15:30-16:10"},
		{"summer, without a time for the gate", summer, term, "2027-05-06", "15:00-18:00 23:00-24:20"},
		{"what runs past midnight", summer, term, "2027-05-07", "00:00-00:20 15:00-18:00 23:00-24:20"},
		{"the day after", summer, term, "2027-05-08", "00:00-00:20"},
		{"a Sunday", "", "", "2027-03-07", ""},
		{"a Sunday on which boarders return", "with: [boarding]\n", "", "2027-03-07", "14:50-18:30"},
		{"a Friday on which they leave", "with: [boarding]\n", "", "2027-03-05", "07:40-08:35 14:20-16:30"},
		{"an election", "", "closed: [{date: 2027-03-04, reason: election}]", "2027-03-04", ""},
		{"times that meet", "timetables: [{windows: [{id: a, hours: 14:00-15:00}, {id: b, hours: 14:30-15:30}]}]\n", "", "2027-03-04", "14:00-15:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, cal := setup(t, "pattern: primary\n"+c.says+"posts: []\n"), days(t, "{}")
			if c.days != "" {
				cal = days(t, c.days)
			}
			var got []string
			for _, h := range s.Open(cal, cal.Day(date(t, c.date))) {
				got = append(got, fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60))
			}
			assert.Equal(t, c.want, strings.Join(got, " "))
		})
	}
}
