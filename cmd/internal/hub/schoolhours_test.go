package hub

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

func hoursOf(t *testing.T, text string) schoolHours {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &doc))
	setup, faults := duty.ReadSetup(doc.Content[0], "")
	require.Empty(t, faults)
	term := calendar.Span{From: calendar.Date{Year: 2026, Month: 2, Day: 16}, To: calendar.Date{Year: 2026, Month: 7, Day: 3}}
	half := calendar.Date{Year: 2026, Month: 3, Day: 4}
	c, faults := calendar.Build(nil, calendar.School{
		Terms: []calendar.Term{{Span: term, First: term.From}}, Days: []calendar.Override{{Span: calendar.Span{From: half, To: half}, Type: calendar.Half}},
	})
	require.Empty(t, faults)
	return schoolHours{setup, c, zone}
}

// A school is open while its own posts say so: 2 to 8 March 2026 is a week from
// Monday on, and its Wednesday is a half day.
func TestSchoolHoursAreTheSchoolsOwn(t *testing.T) {
	const leader = "posts: [{id: leader, kind: duty-leader, name: {zh: 值班, en: Leader}, place: hall}, {id: house, kind: gatehouse, name: {zh: 门卫, en: House}, place: hall}]"
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
			h := hoursOf(t, c.duty)
			at := func(s string) time.Time {
				when, err := time.ParseInLocation("2006-01-02 15:04", "2026-03-"+s, h.zone)
				require.NoError(t, err)
				return when
			}
			for _, s := range c.open {
				assert.True(t, h.open(at(s)), "open on %s", s)
			}
			for _, s := range c.shut {
				assert.False(t, h.open(at(s)), "open on %s", s)
			}
			for _, s := range c.peopled {
				assert.True(t, h.inhabited(at(s)), "inhabited on %s", s)
			}
			for _, s := range c.unmans {
				assert.False(t, h.inhabited(at(s)), "inhabited on %s", s)
			}
		})
	}
}
