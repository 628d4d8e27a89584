package people_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

func TestEveryDutyHasATitleInBothLanguages(t *testing.T) {
	seen := map[people.Duty]bool{}
	for _, a := range alerting.Audiences() {
		titles := map[alerting.Text]people.Duty{}
		for _, d := range people.Duties(a) {
			seen[d] = true
			assert.NotEqual(t, string(d), d.Title().ZH, d)
			assert.NotEmpty(t, d.Title().EN, d)
			assert.Empty(t, titles[d.Title()], "%s is called as another", d)
			titles[d.Title()] = d
		}
	}
	assert.Len(t, seen, 23)
	assert.Equal(t, alerting.Text{ZH: "x", EN: "x"}, people.Duty("x").Title())
}

func TestDutiesBelongToAudiences(t *testing.T) {
	assert.Contains(t, people.Duties(alerting.School), people.DutyResponseUnit)
	assert.Contains(t, people.Duties(alerting.Guards), people.DutyResponseUnit)
	assert.NotContains(t, people.Duties(alerting.Police), people.DutyResponseUnit)
	assert.NotContains(t, people.Duties(alerting.School), people.DutyStationDesk)
	assert.Empty(t, people.Duties(alerting.Parents), "parents are told what a person released")
}
