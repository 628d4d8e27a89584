package duty_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
)

func TestFiguresCountPostsAndPeopleByKind(t *testing.T) {
	s := full(t)
	for _, who := range []string{"wang", "chen"} {
		s.in(who, "main-gate", "07:10:00")
	}
	s.in("zhao", "second-gate", "07:10:00")
	s.in("qian", "second-gate", "07:22:00")
	s.Aways = []duty.Away{{Person: "zhao", From: s.when("07:50:00"), To: s.when("09:00:00")}}

	f := s.Figures(s.when("07:24:00"))
	assert.True(t, f.Roster)
	assert.Equal(t, duty.KindFigures{Required: 1, Present: 2, Late: 2, Roving: 1}, f.Kinds["main-gate"], "nobody is missed within the grace, and no post is uncovered before the gate opens; nor is it covered by too few")
	assert.Equal(t, duty.KindFigures{Required: 1, Covered: 1, Present: 2}, f.Kinds["second-gate"])

	f = s.Figures(s.when("08:00:00"))
	assert.Equal(t, duty.KindFigures{Required: 1, Uncovered: 1, Present: 2, Missed: 2, Roving: 1}, f.Kinds["main-gate"])
	assert.Equal(t, duty.KindFigures{Required: 1, Uncovered: 1, Present: 1, Away: 1}, f.Kinds["second-gate"], "called away is not missed, and the post is uncovered")
	assert.Equal(t, duty.KindFigures{Required: 1, Uncovered: 1, Missed: 2}, f.Kinds["crossing"])

	f = s.Figures(s.when("08:36:00"))
	assert.Equal(t, duty.KindFigures{}, f.Kinds["main-gate"], "the shift is over, and the kind is there nevertheless")
	assert.Equal(t, 1, f.Kinds["gatehouse"].Required, "day and night")
}

func TestFiguresOfADayWithoutARosterAccuseNobody(t *testing.T) {
	s := morning(t)
	f := s.Figures(s.when("08:00:00"))
	assert.False(t, f.Roster)
	assert.Equal(t, duty.KindFigures{Required: 1, Unrostered: 1}, f.Kinds["main-gate"], "neither covered nor uncovered")
	s.in("a stranger", "main-gate", "07:50:00")
	assert.Equal(t, duty.KindFigures{Required: 1, Unrostered: 1}, s.Figures(s.when("08:00:00")).Kinds["main-gate"], "nor by whoever owes nothing there")
	for _, p := range s.Board(s.when("08:00:00")) {
		for _, shift := range p.Shifts {
			assert.False(t, shift.Rostered || shift.Uncovered, "%v", shift.ShiftKey)
		}
	}
}

func TestFiguresOfRoundsAndRollCalls(t *testing.T) {
	s := watchman(t, fivePoints)
	for _, p := range s.Setup.Points {
		s.scan(p, "09:50:00")
	}
	s.Calls = []duty.Call{
		{ID: "2", At: s.when("09:00:00"), People: []string{"a", "b", "c"}, Replies: []duty.Reply{{Person: "a", At: s.when("09:00:10"), Received: s.when("09:00:10")}}},
		{ID: "1", At: s.when("08:00:00"), People: []string{"a"}},
		{ID: "0", At: s.when("08:00:00").AddDate(0, 0, -2), People: []string{"a"}},
	}
	s.Puts = map[string]time.Time{"question/roll-call/2/b": s.when("09:00:00")}
	f := s.Figures(s.when("10:30:00"))
	assert.Equal(t, duty.RoundFigures{Required: 5, Done: 1, Missed: 1}, f.Rounds)
	assert.Equal(t, duty.CallFigures{Lately: 2, Latest: map[duty.Called]int{duty.Well: 1, duty.Unanswered: 1, duty.Unreached: 1}}, f.Calls)
	assert.Equal(t, 2, f.Calls.Unanswered())
	f = s.Figures(s.when("10:30:00").Add(24 * time.Hour))
	assert.Equal(t, duty.RoundFigures{Required: 5, Missed: 2}, f.Rounds, "a day of its own, and nobody went on its first two")
	assert.Equal(t, duty.CallFigures{Latest: map[duty.Called]int{}}, f.Calls)
}

// A guard counts once, however often they stand there, from today to the sixth
// day after; nobody else counts.
func TestFiguresCountTheGuardsOfSevenDays(t *testing.T) {
	none := morning(t)
	on := func(day, person string, role duty.Role) duty.Entry {
		return duty.Entry{ShiftKey: duty.ShiftKey{Date: date(t, day), PostID: "second", Window: "morning"}, Person: person, Role: role}
	}
	assert.Zero(t, none.Figures(none.when("12:00:00")).Guards, "no roster")
	today := date(t, wednesday)
	s := morning(t,
		on(today.Add(-1).String(), "yesterday's", duty.Guard),
		on(wednesday, "Qian", duty.Guard), on(today.Add(1).String(), "Qian", duty.Guard), on(wednesday, "a teacher", duty.Teacher),
		on(today.Add(6).String(), "Sun", duty.Guard), on(today.Add(7).String(), "too late", duty.Guard),
	)
	assert.Equal(t, 2, s.Figures(s.when("12:00:00")).Guards)
}
