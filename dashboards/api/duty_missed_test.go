package api

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

func TestThePoliceReadWhoOfThemIsMissedAndNobodyElse(t *testing.T) {
	of := func(name string, r duty.Role, s duty.Status) duty.PersonState {
		return duty.PersonState{Entry: duty.Entry{Person: name, Role: r}, Status: s}
	}
	b := watch.Board{Posts: []duty.PostState{{Shifts: []duty.ShiftState{{Missing: 3, Uncovered: true, People: []duty.PersonState{
		of("he", duty.Volunteer, duty.Missed), of("sun", duty.Police, duty.Missed),
		of("zhao", duty.Guard, duty.Missed), of("qian", duty.Teacher, duty.Present),
	}}}}}}
	hideMissed(b)
	shift := b.Posts[0].Shifts[0]
	assert.Equal(t, 1, shift.Missing)
	assert.True(t, shift.Uncovered, "which the police see")
	var names []string
	for _, p := range shift.People {
		names = append(names, p.Person)
	}
	assert.Equal(t, []string{"sun", "qian"}, names)
}

// A stand-in who could not be told stands in two lists, and both have the name.
func TestThePoliceReadWhoOfThemCouldNotBeToldAndNobodyElse(t *testing.T) {
	b := watch.Board{
		StandIns:  []watch.StandIn{{Person: "he", Role: duty.Volunteer, Failed: true}, {Person: "sun", Role: duty.Police, Failed: true}},
		Unreached: []watch.Unreached{{Person: "zhao", Role: duty.Guard}, {Person: "he", Role: duty.Volunteer}, {Person: "sun", Role: duty.Police}},
	}
	hideUntold(&b)
	board := boardOf(SchoolBoard{b, "ziwei"})
	assert.Equal(t, []string{"sun"}, board.Unreached)
	assert.Len(t, board.StandIns, 1)
	assert.Equal(t, "sun", b.StandIns[0].Person)
}
