package duty_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
)

// tap holds a person's card to a post's reader, and says whether they leave by it.
func (s *school) tap(person, post string, at time.Time) bool {
	c := duty.Checkin{ID: fmt.Sprint(person, post, at.UnixNano()), Person: person, Post: post, Means: duty.Card, At: at, Received: at}
	c.Out = s.Leaves(c)
	s.Checkins = append(s.Checkins, c)
	return c.Out
}

// handover is a gatehouse with one by day and two by night, of whom one stands in for
// the other.
func handover(t *testing.T) *school {
	s := morning(t)
	var err error
	s.Roster, err = duty.NewRoster([]duty.Entry{
		{ShiftKey: s.key("gatehouse", "day"), Person: "day", Role: duty.Guard},
		{ShiftKey: s.key("gatehouse", "day"), Person: "both", Role: duty.Guard},
		{ShiftKey: s.key("gatehouse", "night"), Person: "both", Role: duty.Guard},
		{ShiftKey: s.key("gatehouse", "night"), Person: "night", Role: duty.Guard, Substitute: "day"},
	})
	require.NoError(t, err)
	return s
}

// A card that is held again leaves at the end of a shift, and at no other time.
func TestACardThatIsHeldAgainAtTheEndLeaves(t *testing.T) {
	type tap struct{ person, clock, does string }
	for name, taps := range map[string][]tap{
		"at the end":                           {{"day", "06:50:00", "in"}, {"day", "12:00:00", "in"}, {"day", "18:54:59", "in"}, {"day", "18:57:00", "out"}},
		"within the last minutes, by a second": {{"day", "06:50:00", "in"}, {"day", "18:55:00", "out"}},
		"after the end":                        {{"day", "06:50:00", "in"}, {"day", "19:40:00", "out"}},
		"an hour after it they come":           {{"day", "06:50:00", "in"}, {"day", "20:00:00", "in"}},
		"a nervous one":                        {{"day", "18:56:00", "in"}, {"day", "18:56:05", "in"}, {"day", "18:57:59", "in"}, {"day", "18:59:58", "in"}, {"day", "19:01:58", "out"}},
		"nervous when they leave":              {{"day", "06:50:00", "in"}, {"day", "18:55:00", "out"}, {"day", "18:55:04", "out"}, {"day", "18:56:00", "out"}, {"day", "18:58:00", "in"}},
		"who was not there comes":              {{"day", "18:58:00", "in"}},
		"somebody else is not left":            {{"day", "06:50:00", "in"}, {"nobody", "18:58:00", "in"}},
		"who owes the next shift comes to it":  {{"both", "06:50:00", "in"}, {"both", "18:58:00", "in"}, {"both", "19:10:00", "in"}},
		"who stands in for one who may come":   {{"day", "06:50:00", "in"}, {"day", "18:58:00", "out"}},
		"who stands in for one who is missed":  {{"day", "06:50:00", "in"}, {"day", "19:05:10", "in"}},
		"who owes nothing there":               {{"feng", "17:00:00", "in"}, {"feng", "18:58:00", "out"}},
	} {
		s := handover(t)
		if name != "who stands in for one who is missed" && name != "after the end" {
			s.in("night", "gatehouse", "18:45:00")
		}
		if name == "after the end" {
			s.in("night", "gatehouse", "18:50:00")
		}
		for _, tap := range taps {
			does := map[bool]string{false: "in", true: "out"}[s.tap(tap.person, "gatehouse", s.when(tap.clock))]
			assert.Equal(t, tap.does, does, "%s: %s at %s", name, tap.person, tap.clock)
		}
	}
}

// Whoever is asked whether all is well answers with their card, also at the end.
func TestACardAnswersBeforeItLeaves(t *testing.T) {
	s := handover(t)
	s.tap("day", "gatehouse", s.when("06:50:00"))
	s.Calls = []duty.Call{{ID: "c-1", At: s.when("18:55:30"), People: []string{"day"}}}
	assert.False(t, s.tap("day", "gatehouse", s.when("18:56:00")))
	s.Answers = []duty.Answer{{Person: "day", At: s.when("18:56:00"), Received: s.when("18:56:00")}}
	assert.True(t, s.tap("day", "gatehouse", s.when("18:58:00")))
}

// A reader that was cut off says later when its cards were held: they count then.
func TestACardOfAnOutageLeavesWhenItWasHeld(t *testing.T) {
	s := handover(t)
	held := func(clock string) bool {
		c := duty.Checkin{ID: clock, Person: "day", Post: "gatehouse", Means: duty.Card, At: s.when(clock), Received: s.when("21:00:00")}
		c.Out = s.Leaves(c)
		s.Checkins = append(s.Checkins, c)
		return c.Out
	}
	assert.Equal(t, []bool{false, false, true}, []bool{held("06:55:00"), held("18:00:00"), held("18:58:00")})
}

// Relief that has come covers the post for whoever leaves a little before the end.
func TestWhoLeavesWhenTheReliefHasComeLeavesNoGap(t *testing.T) {
	for relief, want := range map[string]int{"18:45:00": 0, "18:59:00": 1} {
		s := handover(t)
		s.tap("day", "gatehouse", s.when("06:50:00"))
		s.in("night", "gatehouse", relief)
		require.True(t, s.tap("day", "gatehouse", s.when("18:56:00")))
		uncovered := 0
		for _, r := range s.Raises(s.when("18:57:00")) {
			if r.Kind == duty.KindPostUncovered && r.Post.ID == "gatehouse" {
				uncovered++
			}
		}
		assert.Equal(t, want, uncovered, relief)
	}
}

// At a gate whoever leaves within the last minutes leaves nothing that matters; a
// little earlier they do.
func TestWhoLeavesAGateAtTheEndLeavesNoGap(t *testing.T) {
	for left, want := range map[string]bool{"08:29:50": true, "08:30:00": false, "08:34:00": false} {
		s := morning(t, owes(t, "second-gate", "zhao", duty.Guard), owes(t, "second-gate", "qian", duty.Teacher))
		s.in("zhao", "second-gate", "07:10:00")
		s.in("qian", "second-gate", "07:10:00")
		s.out("zhao", "second-gate", left)
		got := s.post("second-gate", "08:34:30")
		assert.Equal(t, want, got.Uncovered, left)
		assert.Equal(t, []duty.Status{duty.Left, duty.Present}, []duty.Status{got.People[0].Status, got.People[1].Status})
		assert.NotEmpty(t, got.Short, "the board says who is missing all the same")
	}
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	assert.Contains(t, s.raised("08:34:00"), "post-uncovered 2026-03-04/second-gate/morning 07:40:00 high", "a gap stays one until the end")
}

// However somebody fumbles, what a burst of taps does is what its first one did;
// nobody leaves before the last minutes, twice in a row, or from a post at which
// they are not.
func TestAThousandGuardsFumble(t *testing.T) {
	leaves := 0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 31))
		s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
		from, to := s.when("07:20:00"), s.when("08:35:00")
		at, burst, there := from.Add(-20*time.Minute), time.Time{}, false
		out := false
		for range 30 {
			gap := time.Duration(1+r.IntN(150)) * time.Second
			if r.IntN(3) == 0 {
				gap = time.Duration(r.IntN(40)) * time.Minute
			}
			if gap < time.Second {
				gap = time.Second
			}
			at = at.Add(gap)
			if burst.IsZero() || at.Sub(burst) >= 2*time.Minute { // a new act
				out = !out && there && at.Sub(to) >= -5*time.Minute && at.Sub(to) < time.Hour
				if out {
					leaves++
				}
			}
			burst = at
			if at.Before(to) { // after it: whether they were there when it ended
				there = !out
			}
			require.Equal(t, out, s.tap("zhao", "second-gate", at), "seed %d, at %v", seed, at.In(s.Zone))
		}
	}
	require.Greater(t, leaves, 100, "guards who never leave prove nothing")
}
