package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
)

const all = "with: [home, service, evening]\n"

// Every line of the patterns: on a full day, on a half day, and with nothing
// that a school adds.
func TestThePatterns(t *testing.T) {
	c := days(t, "days: [{date: 2026-03-05, type: half}]")
	z := zone(t, "Asia/Shanghai")
	for pattern, want := range map[string][3][]string{
		"kindergarten": {
			{"morning 07:20-08:45 07:40:00", "afternoon 16:00-17:30 16:20:00"},
			{"morning 07:20-08:45 07:40:00", "half-day 11:20-12:10 11:40:00"},
			{"morning 07:20-08:45 07:40:00", "afternoon 16:00-17:30 16:20:00"},
		},
		"primary": {
			{
				"morning 07:20-08:35 07:40:00", "midday-home 11:20-12:10 11:40:00", "midday-back 13:10-14:00 13:30:00",
				"afternoon 15:10-16:10 15:30:00", "after-service 17:10-18:10 17:30:00",
			},
			{"morning 07:20-08:35 07:40:00", "half-day 11:20-12:10 11:40:00"},
			{"morning 07:20-08:35 07:40:00", "afternoon 15:10-16:10 15:30:00"},
		},
		"junior-secondary": {
			{
				"morning 07:00-08:15 07:20:00", "midday-home 11:40-12:30 12:00:00", "midday-back 13:20-14:10 13:40:00",
				"afternoon 17:00-18:30 17:20:00", "evening 20:10-21:00 20:30:00",
			},
			{"morning 07:00-08:15 07:20:00", "half-day 11:40-12:30 12:00:00"},
			{"morning 07:00-08:15 07:20:00", "afternoon 17:00-18:30 17:20:00"},
		},
		"senior-secondary": {
			{
				"morning 06:40-08:15 07:00:00", "midday-home 11:50-12:40 12:10:00", "midday-back 13:30-14:20 13:50:00",
				"afternoon 17:30-18:20 17:50:00", "evening 21:40-22:40 22:00:00",
			},
			{"morning 06:40-08:15 07:00:00", "half-day 11:50-12:40 12:10:00"},
			{"morning 06:40-08:15 07:00:00", "afternoon 17:30-18:20 17:50:00"},
		},
	} {
		full, plain := setup(t, "pattern: "+pattern+"\n"+all+posts("second-gate")), setup(t, "pattern: "+pattern+"\n"+posts("second-gate"))
		for i, got := range [][]duty.Shift{
			full.Shifts(c, z, date(t, "2026-03-04")), full.Shifts(c, z, date(t, "2026-03-05")), plain.Shifts(c, z, date(t, "2026-03-04")),
		} {
			want := append([]string{}, want[i]...)
			for j := range want {
				want[j] = "second-gate " + want[j]
			}
			assert.Equal(t, want, told(got, z), "%s %d", pattern, i)
		}
		assert.Empty(t, full.Shifts(c, z, date(t, "2026-03-07")), "nobody comes on a Saturday")
	}
}

func TestThePosts(t *testing.T) {
	s := setup(t, "pattern: primary\n"+posts("main-gate", "second-gate", "crossing", "examination-gate", "gatehouse", "control-room", "dormitory", "duty-leader"))
	type post struct {
		need            duty.Need
		minimum         []duty.Floor
		company         int
		roving          []duty.Role
		watched, window bool
		on              duty.Days
	}
	guard, teacher := []duty.Role{duty.Guard}, []duty.Role{duty.Teacher}
	want := map[string]post{
		"main-gate": {
			need:    duty.Need{duty.Guard: 2, duty.Teacher: 1, duty.Police: 1, duty.Volunteer: 2},
			minimum: []duty.Floor{{Of: []duty.Role{duty.Guard, duty.Police}, Number: 2}, {Of: guard, Number: 1}, {Of: teacher, Number: 1}},
			roving:  []duty.Role{duty.Police},
		},
		"second-gate": {
			need:    duty.Need{duty.Guard: 1, duty.Teacher: 1, duty.Volunteer: 1},
			minimum: []duty.Floor{{Of: guard, Number: 1}, {Of: teacher, Number: 1}},
		},
		"crossing": {
			need:    duty.Need{duty.Teacher: 1, duty.Volunteer: 2},
			minimum: []duty.Floor{{Of: []duty.Role{duty.Teacher, duty.Police, duty.Guard}, Number: 1}}, company: 2,
		},
		"examination-gate": {
			need: duty.Need{duty.Guard: 1, duty.Teacher: 1}, minimum: []duty.Floor{{Of: guard, Number: 1}}, on: duty.Examining,
		},
		"gatehouse":    {need: duty.Need{duty.Guard: 1}, minimum: []duty.Floor{{Of: guard, Number: 1}}, watched: true, window: true},
		"control-room": {need: duty.Need{duty.Guard: 1}, minimum: []duty.Floor{{Of: guard, Number: 1}}, window: true},
		"dormitory": {
			need: duty.Need{duty.Warden: 1, duty.Teacher: 1}, minimum: []duty.Floor{{Of: []duty.Role{duty.Warden}, Number: 1}}, watched: true, window: true,
		},
		"duty-leader": {need: duty.Need{duty.Leader: 1}, minimum: []duty.Floor{{Of: []duty.Role{duty.Leader}, Number: 1}}, window: true},
	}
	require.Len(t, s.Posts, len(want))
	for _, p := range s.Posts {
		got := post{p.Need, p.Minimum, p.Company, p.Roving, p.Watched, p.Windows != nil, p.On}
		assert.Equal(t, want[p.ID], got, p.ID)
	}
}

func TestThePostsThatHaveTheirOwnHours(t *testing.T) {
	c, z := days(t, "terms: [{from: 2026-03-02, to: 2026-07-03}]"), zone(t, "Asia/Shanghai")
	own := posts("gatehouse", "control-room", "dormitory", "duty-leader")
	day, board := setup(t, "pattern: primary\n"+own), setup(t, "pattern: primary\nwith: [boarding]\n"+own)
	for _, d := range []struct {
		setup duty.Setup
		date  string
		want  []string
	}{
		{day, "2026-03-04", []string{
			"gatehouse day 07:00-19:00 07:05:10", "gatehouse night 19:00-07:00 19:05:10",
			"control-room open 07:00-18:30 07:05:10", "duty-leader day 07:00-18:30 07:05:10",
		}},
		{day, "2026-03-07", []string{
			"gatehouse day 07:00-19:00 07:05:10", "gatehouse night 19:00-07:00 19:05:10", "duty-leader on-call 07:00-07:00 07:05:10 on call",
		}},
		{board, "2026-03-04", []string{
			"gatehouse day 07:00-19:00 07:05:10", "gatehouse night 19:00-07:00 19:05:10",
			"control-room day 07:00-19:00 07:05:10", "control-room night 19:00-07:00 19:05:10",
			"dormitory night 21:00-06:40 21:05:10", "duty-leader whole-day 07:00-07:00 07:05:10",
		}},
		{board, "2026-03-06", []string{ // Friday: nobody sleeps there
			"gatehouse day 07:00-19:00 07:05:10", "gatehouse night 19:00-07:00 19:05:10",
			"control-room day 07:00-19:00 07:05:10", "control-room night 19:00-07:00 19:05:10", "duty-leader whole-day 07:00-07:00 07:05:10",
		}},
	} {
		assert.Equal(t, d.want, told(d.setup.Shifts(c, z, date(t, d.date)), z), d.date)
	}
	house := day.Shifts(c, z, date(t, "2026-03-04"))
	assert.Equal(t, duty.Need{duty.Guard: 2}, house[0].Need)
	assert.Equal(t, duty.Need{duty.Guard: 1}, house[1].Need)
	assert.False(t, house[0].Pupils)
}

func TestBoardersLeaveAndReturn(t *testing.T) {
	c, z := days(t, "terms: [{from: 2026-03-02, to: 2026-07-03}]"), zone(t, "Asia/Shanghai")
	s := setup(t, "pattern: junior-secondary\nwith: [boarding]\n"+posts("second-gate"))
	assert.Equal(t, []string{"second-gate morning 07:00-08:15 07:20:00", "second-gate afternoon 15:50-18:30 16:10:00"}, told(s.Shifts(c, z, date(t, "2026-03-06")), z))
	assert.Equal(t, []string{"second-gate return 14:30-18:30 14:50:00"}, told(s.Shifts(c, z, date(t, "2026-03-08")), z))
	assert.Empty(t, s.Shifts(c, z, date(t, "2026-03-07")))
}

func TestTimetables(t *testing.T) {
	c, z := days(t, `
terms: [{from: 2026-03-02, to: 2026-07-03, summer: {from: 2026-05-06, to: 2026-07-03}}]
make_up: [{date: 2026-05-09, follows: fri}]
examinations: [{date: 2026-06-25, times: [07:30-08:40, 11:20-12:00]}]
`), zone(t, "Asia/Shanghai")
	s := setup(t, `
pattern: primary
timetables:
  - {season: summer, weekdays: [fri], windows: [{id: short, dismissals: ["14:00", "14:20", "14:10"]}]}
  - {season: winter, weekdays: [fri], windows: [{id: friday, hours: 13:00-14:00}]}
  - {season: summer, windows: [{id: late, hours: 16:00-17:00, gate: 16:20}]}
`+posts("second-gate", "examination-gate"))
	for d, want := range map[string][]string{
		"2026-05-08": {"second-gate short 13:40-14:50 14:00:00"},
		"2026-05-09": {"second-gate short 13:40-14:50 14:00:00"}, // Saturday has Friday's timetable
		"2026-05-11": {"second-gate late 16:00-17:00 16:20:00"},
		"2026-03-06": {"second-gate friday 13:00-14:00 13:05:10"},
		"2026-03-05": {"second-gate morning 07:20-08:35 07:40:00", "second-gate afternoon 15:10-16:10 15:30:00"},
		"2026-06-25": {
			"second-gate examination-1 07:30-08:40 07:50:00", "second-gate examination-2 11:20-12:00 11:40:00",
			"examination-gate examination-1 07:30-08:40 07:50:00", "examination-gate examination-2 11:20-12:00 11:40:00",
		},
	} {
		assert.Equal(t, want, told(s.Shifts(c, z, date(t, d)), z), d)
	}
}

func TestTheTimesAndTheRounds(t *testing.T) {
	s := setup(t, "pattern: primary\n"+posts("gatehouse"))
	assert.Equal(t, duty.Times{
		Open: 20 * time.Minute, Grace: 5 * time.Minute, Settle: 10 * time.Second, Ahead: 3, CallFirst: time.Minute, CallSecond: 2 * time.Minute,
		Lone:   duty.Lone{From: 22 * 60, To: 6 * 60, Every: time.Hour, First: time.Minute, Second: time.Minute},
		Patrol: duty.Patrol{Before: 15 * time.Minute, After: 30 * time.Minute, Once: 20 * time.Minute, Shift: 10 * time.Minute},
		Leave:  duty.Leave{Before: 5 * time.Minute, After: time.Hour, Again: 2 * time.Minute},
	}, s.Times)
	type round struct {
		id   string
		at   int
		next bool
		on   duty.Days
		with duty.Condition
	}
	var got []round
	for _, r := range s.Rounds {
		got = append(got, round{r.ID, r.At, r.Next, r.On, r.If})
		assert.NotEmpty(t, r.What.ZH)
	}
	assert.Equal(t, []round{
		{"opening", 6*60 + 50, false, duty.Every, ""}, {"morning", 9*60 + 50, false, duty.Every, ""}, {"midday", 12*60 + 30, false, duty.Every, ""},
		{"afternoon", 15 * 60, false, duty.Every, ""}, {"closing", 18*60 + 20, false, duty.Every, ""},
		{"lights-out", 21*60 + 40, false, duty.Slept, duty.Boarding}, {"night-1", 23*60 + 30, false, duty.Slept, duty.Boarding},
		{"night-2", 90, true, duty.Slept, duty.Boarding}, {"night-3", 4 * 60, true, duty.Slept, duty.Boarding},
	}, got)
}

func TestBadSetupsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"posts: []":                                  "1:1: duty.pattern: is missing",
		"{pattern: primry, posts: []}":               `1:11: duty.pattern: want kindergarten, primary, junior-secondary or senior-secondary, found "primry"`,
		"{pattern: primary, posts: [], with: [day]}": `1:38: duty.with[0]: want home, service, evening or boarding, found "day"`,
		"{pattern: primary, posts: [{id: A, kind: crossing, place: x, name: {zh: 岗, en: p}}]}":                                          `1:33: duty.posts[0].id: "A" is no name: want 1 to 63 of a-z, 0-9 and -, not beginning with -`,
		"{pattern: primary, posts: [{id: a, kind: gate, place: x, name: {zh: 岗, en: p}}]}":                                              `1:42: duty.posts[0].kind: want control-room, crossing, dormitory, duty-leader, examination-gate, gatehouse, main-gate or second-gate, found "gate"`,
		"{pattern: primary, posts: [{id: a, kind: crossing, place: x, name: {zh: 岗, en: p}, need: {volunteer: 3}}]}":                    "1:28: duty.posts[0]: asks for 1 of [teacher police guard] as a minimum and needs only 0",
		"{pattern: primary, posts: [{id: a, kind: crossing, place: x, name: {zh: 岗, en: p}, need: {teacher: 1}}]}":                      "1:28: duty.posts[0]: asks for company of 2 and needs only 1",
		"{pattern: primary, posts: [{id: a, kind: crossing, place: x, name: {zh: 岗, en: p}, minimum: [{of: [volunteer], number: 1}]}]}": "1:94: duty.posts[0].minimum[0]: a volunteer never counts toward a minimum",
		"{pattern: primary, posts: [{id: a, kind: crossing, place: x, name: {zh: 岗, en: p}, neighbours: [b]}]}":                         `1:28: duty.posts[0]: neighbours: there is no other post "b"`,
		"{pattern: primary, posts: [], times: {settle: 31}}":                                                                            "1:38: duty.times: settle: want at most 30s: a miss is raised within a minute",
		"{pattern: primary, posts: [], rounds: []}":                                                                                     "1:39: duty.rounds: want at least 5 rounds on every day, found 0",
		"{pattern: primary, posts: [], timetables: [{windows: [{id: a}]}]}":                                                             "1:55: duty.timetables[0].windows[0]: want hours, or dismissals",
		"{pattern: primary, posts: [], timetables: [{windows: [{id: a, hours: 07:00-08:00, gate: 09:00}]}]}":                            "1:55: duty.timetables[0].windows[0]: the gate opens outside the hours",
		"{pattern: primary, posts: [], timetables: [{windows: [{id: a, hours: 7-8}]}]}":                                                 `1:70: duty.timetables[0].windows[0].hours: want a time from and to, such as 07:20-08:35, found "7-8"`,
	} {
		_, faults := duty.ReadSetup(node(t, text), "duty")
		require.NotEmpty(t, faults, text)
		assert.Equal(t, want, faults[0].String(), text)
	}
}

func TestGuards(t *testing.T) {
	for pupils, want := range map[int]int{0: 1, 99: 1, 100: 2, 999: 2, 1000: 3, 1499: 3, 1500: 4, 2600: 6} {
		assert.Equal(t, want, duty.Guards(pupils), pupils)
	}
}

func TestHowManyGuardsASchoolEmploys(t *testing.T) {
	day, boards := duty.Setup{}, duty.Setup{With: []duty.Condition{duty.Boarding}}
	assert.Equal(t, 4, day.Employs(1500))
	assert.Zero(t, day.Employs(0), "nobody said how many pupils")
	assert.Zero(t, boards.Employs(1500), "local rule")
	boards.Guards, day.Guards = 8, 2
	assert.Equal(t, 8, boards.Employs(1500))
	assert.Equal(t, 2, day.Employs(1500), "its own number comes first")
}
