package duty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting/duty"
)

// named lists "as person" of the one raise of a kind that is about a post.
func (s *school) named(kind, post, clock string) []string {
	s.t.Helper()
	var out []string
	found := 0
	for _, r := range s.Raises(s.when(clock)) {
		if string(r.Kind) != kind || r.Post.ID != post {
			continue
		}
		found++
		for _, n := range s.Named(r, s.when(clock)) {
			out = append(out, string(n.As)+" "+n.Person)
		}
	}
	require.Equal(s.t, 1, found, "%s at %s", kind, post)
	return out
}

func TestAMissedShiftAsksForItsSubstituteByName(t *testing.T) {
	zhao := owes(t, "second-gate", "zhao", duty.Guard)
	zhao.Substitute = "feng"
	s := morning(t, zhao, owes(t, "crossing", "wu", duty.Teacher))
	assert.Equal(t, []string{"substitute feng"}, s.named("post-missed", "second-gate", "07:30:00"))
	assert.Empty(t, s.named("post-missed", "crossing", "07:30:00"), "nobody stands in")
}

func TestAnUncoveredPostAsksForThePostsBesideIt(t *testing.T) {
	s := full(t)
	for i, p := range s.Setup.Posts {
		if p.ID == "second-gate" {
			s.Setup.Posts[i].Neighbours = []string{"main-gate"}
		}
	}
	s.in("wang", "main-gate", "07:10:00")
	s.in("he", "main-gate", "07:10:00")
	s.in("wu", "crossing", "07:10:00")
	assert.Equal(t, []string{"neighbour-post wang"}, s.named("post-uncovered", "second-gate", "07:50:00"), "who stands there, and no volunteer")
	s.out("wang", "main-gate", "07:55:00")
	assert.Empty(t, s.named("post-uncovered", "second-gate", "08:00:00"), "has left")
}

func TestEveryRaiseAsksForTheDutyLeaderOfTheRoster(t *testing.T) {
	s := morning(t, owes(t, "second-gate", "zhao", duty.Guard))
	s.Setup = setup(t, "pattern: primary\n"+posts("second-gate", "duty-leader"))
	lead := duty.Entry{ShiftKey: s.key("duty-leader", "day"), Person: "sun", Role: duty.Leader, Substitute: "qian"}
	zhao := owes(t, "second-gate", "zhao", duty.Guard)
	var err error
	s.Roster, err = duty.NewRoster([]duty.Entry{zhao, lead})
	require.NoError(t, err)
	assert.Equal(t, []string{"duty-leader sun"}, s.named("post-missed", "second-gate", "07:30:00"), "a telephone reaches who has not checked in")
	assert.NotContains(t, s.named("post-missed", "duty-leader", "07:30:00"), "duty-leader sun", "who is missed is told nothing of that")
	s.in("qian", "duty-leader", "07:31:00")
	assert.Equal(t, []string{"duty-leader qian"}, s.named("post-missed", "second-gate", "07:32:00"))
}

func TestAMissedRoundAsksForWhoWentElseForTheGuardsOnPost(t *testing.T) {
	s := full(t)
	s.in("zhao", "second-gate", "07:10:00")
	s.in("wu", "crossing", "07:10:00")
	r := duty.Raise{Kind: duty.KindPatrolMissed}
	assert.Equal(t, []duty.Named{{As: duty.AsRostered, Person: "zhao"}}, s.Named(r, s.when("07:40:00")))
	r.People = []string{"wang"}
	assert.Equal(t, []duty.Named{{As: duty.AsRostered, Person: "wang"}}, s.Named(r, s.when("07:40:00")))
}

func TestTheRosterKnowsAPersonsNumber(t *testing.T) {
	a, b := owes(t, "main-gate", "wang", duty.Guard), owes(t, "second-gate", "zhao", duty.Guard)
	a.Phone = "13900000001"
	r, err := duty.NewRoster([]duty.Entry{a, b})
	require.NoError(t, err)
	assert.Equal(t, "13900000001", r.Phone("wang"))
	assert.Empty(t, r.Phone("zhao"))
}
