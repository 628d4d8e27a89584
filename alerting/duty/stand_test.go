package duty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// readyFor owes the second gate, with a substitute.
func readyFor(t *testing.T, person, substitute string) duty.Entry {
	e := owes(t, "second-gate", person, duty.Guard)
	e.Substitute = substitute
	return e
}

// Whoever is ready to come to one gate takes no slot at another: who came would
// leave it.
func TestASubstituteTakesNoSlotElsewhere(t *testing.T) {
	s := morning(t, readyFor(t, "赵", "冯"), owes(t, "main-gate", "wang", duty.Guard))
	main, second, now := s.shift("main-gate", "morning"), s.shift("second-gate", "morning"), s.when("06:00:00")
	next, err := s.Roster.Claim(main, s.today(), "冯", duty.Volunteer, now)
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.ErrorContains(t, err, "冯 is to be ready as a substitute at second-gate then")
	assert.Equal(t, s.Roster, next, "what is refused changes nothing")
	_, err = s.Roster.Claim(s.shift("main-gate", "afternoon"), s.today(), "冯", duty.Volunteer, now)
	require.NoError(t, err, "at another time")

	next, err = s.Roster.Replace(second, s.today(), "赵", "冯", now)
	require.NoError(t, err, "who is ready for this gate alone comes to it")
	assert.Equal(t, "冯", next.Of(second.ShiftKey)[0].Person)
}

// Nobody is put in another's place who stands elsewhere, their named substitute
// neither, or who is ready to come to another post.
func TestNobodyIsPutAtTwoPostsAtOnce(t *testing.T) {
	s := morning(t, readyFor(t, "zhao", "feng"), owes(t, "main-gate", "wang", duty.Guard), owes(t, "crossing", "wu", duty.Guard))
	main, second, crossing, now := s.shift("main-gate", "morning"), s.shift("second-gate", "morning"), s.shift("crossing", "morning"), s.when("06:00:00")
	next, err := s.Roster.Replace(main, s.today(), "wang", "feng", now)
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.ErrorContains(t, err, "feng is to be ready as a substitute at second-gate then")
	assert.Equal(t, s.Roster, next)

	both := morning(t, readyFor(t, "zhao", "feng"), owes(t, "main-gate", "feng", duty.Guard))
	_, err = both.Roster.Replace(second, both.today(), "zhao", "feng", now)
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.ErrorContains(t, err, "feng stands at main-gate then", "the named substitute too")

	later := owes(t, "main-gate", "feng", duty.Guard)
	later.Window = "afternoon"
	swapped := morning(t, readyFor(t, "zhao", "feng"), owes(t, "crossing", "wu", duty.Guard), later)
	next, err = swapped.Roster.Swap(crossing, s.shift("main-gate", "afternoon"), swapped.today(), "wu", "feng", now)
	require.ErrorIs(t, err, alerting.ErrConflict)
	require.ErrorContains(t, err, "feng is to be ready as a substitute at second-gate then")
	assert.Equal(t, swapped.Roster, next)
}

// Whoever is on call, or is ready for several posts, stands at none of them.
func TestOnCallAndReadyExcludeNothing(t *testing.T) {
	s := morning(t)
	gate, crossing, evening := s.shift("main-gate", "morning"), s.shift("crossing", "morning"), s.shift("main-gate", "afternoon")
	call := crossing
	call.OnCall = true
	for name, c := range map[string]struct {
		a, b duty.Stint
		want bool
	}{
		"two posts":           {duty.Stint{Shift: gate}, duty.Stint{Shift: crossing}, true},
		"ready for another":   {duty.Stint{Shift: gate}, duty.Stint{Shift: crossing, Ready: true}, true},
		"ready for both":      {duty.Stint{Shift: gate, Ready: true}, duty.Stint{Shift: crossing, Ready: true}, false},
		"on call":             {duty.Stint{Shift: gate}, duty.Stint{Shift: call}, false},
		"ready to be on call": {duty.Stint{Shift: gate}, duty.Stint{Shift: call, Ready: true}, false},
		"at another time":     {duty.Stint{Shift: evening}, duty.Stint{Shift: crossing}, false},
	} {
		assert.Equal(t, c.want, c.a.Excludes(c.b), name)
		assert.Equal(t, c.want, c.b.Excludes(c.a), name)
	}
}
