package duty_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// shift finds a shift of that Wednesday.
func (s *school) shift(post, window string) duty.Shift {
	s.t.Helper()
	for _, sh := range s.Setup.Shifts(s.Calendar, s.Zone, date(s.t, wednesday)) {
		if sh.ShiftKey == s.key(post, window) {
			return sh
		}
	}
	s.t.Fatal("no such shift")
	return duty.Shift{}
}

func (s *school) today() []duty.Shift {
	return s.Setup.Shifts(s.Calendar, s.Zone, date(s.t, wednesday))
}

func TestAVolunteerTakesAnOpenSlot(t *testing.T) {
	s := morning(t, owes(t, "main-gate", "he", duty.Volunteer))
	gate, now := s.shift("main-gate", "morning"), s.when("06:00:00")
	assert.Equal(t, duty.Need{duty.Guard: 2, duty.Teacher: 1, duty.Police: 1, duty.Volunteer: 1}, s.Roster.Open(gate))
	next, err := s.Roster.Claim(gate, s.today(), "jin", duty.Volunteer, now)
	require.NoError(t, err)
	assert.Len(t, s.Roster.Of(gate.ShiftKey), 1, "a roster is never changed")
	require.Len(t, next.Of(gate.ShiftKey), 2)
	assert.True(t, next.Of(gate.ShiftKey)[1].Claimed)
	same, err := next.Claim(gate, s.today(), "jin", duty.Volunteer, now)
	require.NoError(t, err)
	assert.Equal(t, next, same)
	_, err = next.Claim(gate, s.today(), "wei", duty.Volunteer, now)
	require.ErrorContains(t, err, "no slot of a volunteer is open")
	_, err = next.Claim(s.shift("crossing", "morning"), s.today(), "jin", duty.Volunteer, now)
	require.ErrorContains(t, err, "jin stands at main-gate then")
	_, err = next.Claim(s.shift("second-gate", "afternoon"), s.today(), "jin", duty.Volunteer, now)
	require.NoError(t, err)
	_, err = s.Roster.Claim(gate, s.today(), "jin", duty.Volunteer, s.when("08:35:00"))
	require.ErrorIs(t, err, alerting.ErrConflict)

	back, err := next.Withdraw(gate, "jin", now)
	require.NoError(t, err)
	assert.Equal(t, s.Roster.Entries(), back.Entries())
	_, err = next.Withdraw(gate, "he", now)
	require.ErrorIs(t, err, alerting.ErrForbidden)
	_, err = next.Withdraw(gate, "jin", gate.From)
	require.ErrorIs(t, err, alerting.ErrConflict)
}

func TestSubstitutionAndSwap(t *testing.T) {
	s := full(t)
	main, second, now := s.shift("main-gate", "morning"), s.shift("second-gate", "morning"), s.when("06:00:00")
	next, err := s.Roster.Replace(second, s.today(), "zhao", "feng", now)
	require.NoError(t, err)
	assert.Equal(t, "feng", next.Of(second.ShiftKey)[0].Person)
	_, err = s.Roster.Replace(second, s.today(), "zhao", "wang", now)
	require.ErrorContains(t, err, "wang stands at main-gate then")
	_, err = s.Roster.Replace(second, s.today(), "nobody", "feng", now)
	require.ErrorIs(t, err, alerting.ErrNotFound)

	next, err = s.Roster.Swap(main, second, s.today(), "wang", "zhao", now)
	require.NoError(t, err)
	assert.Equal(t, "wang", next.Of(second.ShiftKey)[0].Person)
	assert.Equal(t, []string{"li", "zhao"}, []string{next.Of(main.ShiftKey)[0].Person, next.Of(main.ShiftKey)[1].Person})
	_, err = s.Roster.Swap(main, second, s.today(), "wang", "qian", now)
	require.ErrorContains(t, err, "different roles")
	_, err = s.Roster.Swap(main, second, s.today(), "wang", "zhao", main.From)
	require.ErrorIs(t, err, alerting.ErrConflict)
}

func TestARosterRefusesWhatCannotBe(t *testing.T) {
	a := owes(t, "main-gate", "wang", duty.Guard)
	twice := owes(t, "main-gate", "wang", duty.Teacher)
	other := owes(t, "main-gate", "li", duty.Guard)
	other.Substitute = "wang"
	own := owes(t, "main-gate", "wang", duty.Guard)
	own.Substitute = "wang"
	for _, bad := range [][]duty.Entry{{a, twice}, {a, other}, {own}, {owes(t, "main-gate", "", duty.Guard)}, {owes(t, "main-gate", "x", "cook")}} {
		_, err := duty.NewRoster(bad)
		assert.ErrorIs(t, err, alerting.ErrInvalid)
	}
}

// Years of old weeks are no reason to refuse the next one; a year has its bound.
func TestOldWeeksDoNotFillTheRoster(t *testing.T) {
	first := date(t, "2024-09-02")
	entries := make([]duty.Entry, 0, 2*duty.MaxEntries+1)
	year := func(begin, n int) {
		for i := range n {
			entries = append(entries, duty.Entry{
				ShiftKey: duty.ShiftKey{Date: first.Add(begin + i%365), PostID: "north", Window: "w" + strconv.Itoa(i/365)}, Person: "he", Role: duty.Guard,
			})
		}
	}
	year(0, duty.MaxEntries)
	year(366, duty.MaxEntries)
	_, err := duty.NewRoster(entries)
	require.NoError(t, err)
	one := func(day int) duty.Entry {
		return duty.Entry{ShiftKey: duty.ShiftKey{Date: first.Add(day), PostID: "north", Window: "one"}, Person: "he", Role: duty.Guard}
	}
	_, err = duty.NewRoster(append(entries, one(732)))
	require.NoError(t, err, "a year after the first of the second year")
	_, err = duty.NewRoster(append(entries, one(731)))
	require.ErrorIs(t, err, duty.ErrFull)
	require.ErrorIs(t, err, alerting.ErrInvalid)
}
