package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/rules"
)

// On the day on which boarders leave the night before alone tells that they are
// there, on that on which they come back the night after. 3 September 2026 is a
// Thursday.
func TestWhenBoardersAreThere(t *testing.T) {
	boards := rules.Clock{Calendar: calendar.Default(), Zone: china, Duty: &duty.Setup{With: []duty.Condition{duty.Boarding}}}
	s := set(t, "rules:\n  - {id: lived, title: {zh: 住, en: lived}, kind: hazard, when: school.lived_in}\n"+
		"  - {id: now, title: {zh: 在, en: now}, kind: hazard, when: school.boarded}\n")
	for _, c := range []struct {
		day, hour int
		want      []string
	}{
		{3, 6, []string{"lived raised", "now raised"}},
		{3, 22, []string{"lived raised", "now raised"}},
		{4, 6, []string{"lived raised", "now raised"}}, // Friday
		{4, 22, []string{"lived raised"}},              // they have left
		{5, 12, nil},
		{6, 6, []string{"lived raised"}}, // Sunday: not yet
		{6, 12, []string{"lived raised"}},
		{6, 22, []string{"lived raised", "now raised"}},
	} {
		at := time.Date(2026, 9, c.day, c.hour, 0, 0, 0, china)
		p := s.NewPoint("g-1")
		p.Read(open(at, 0), boards)
		assert.Equal(t, c.want, what(p.Step(boards, rules.Post{}, at)), "%v", at)
		p = s.NewPoint("g-1")
		p.Read(open(at, 0), clock)
		assert.Empty(t, what(p.Step(clock, rules.Post{}, at)), "nobody boards, %v", at)
	}
}
