package alerting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// A test that is pressed again is of the day on which it is pressed: the
// examination is known of it from that press on, and no more on the day after.
// The page says of each press what it was.
func TestATestThatIsPressedAgainIsOfItsOwnDay(t *testing.T) {
	examined := alerting.Opening{Facts: []string{alerting.FactExamination}}
	var events []alerting.Event
	at := func(day int, o alerting.Opening) alerting.Incident {
		now := noon.AddDate(0, 0, day)
		p := press(now.Format(time.DateOnly), now)
		p.Mode = devices.Test
		var cur *alerting.Incident
		if len(events) > 0 {
			i := alerting.Fold(events)
			cur = &i
		}
		next, err := alerting.Step(cur, alerting.Input{Press: &p, Opening: o}, now)
		require.NoError(t, err)
		events = append(events, next...)
		return alerting.Fold(events)
	}
	assert.Empty(t, at(0, opening(alerting.High, alerting.LeadSchool)).Facts)
	assert.Equal(t, examined.Facts, at(1, examined).Facts)
	assert.Equal(t, examined.Facts, at(2, examined).Facts)
	assert.Empty(t, at(3, alerting.Opening{}).Facts)
	var zh, en []string
	for _, e := range alerting.Timeline(events) {
		assert.Equal(t, e.Text, e.Bare, "nobody found what day it is: everybody may read it")
		zh, en = append(zh, e.Text.ZH), append(en, e.Text.EN)
	}
	assert.Equal(t, []string{"按键报警", "再次报警（考试日，测试无声）", "再次报警", "再次报警（不再是考试日）"}, zh)
	assert.Equal(t, []string{"Alarm pressed", "Pressed again (an examination day: the test makes no sound)", "Pressed again", "Pressed again (an examination day no more)"}, en)
}

// What is real is never taken for quieter by the day on which it is pressed.
func TestTheDayChangesNothingOfWhatIsReal(t *testing.T) {
	for _, mode := range []alerting.Mode{devices.Live, devices.Drill} {
		p := press("p-1", noon)
		p.Mode = mode
		events, err := alerting.Step(nil, alerting.Input{Press: &p, Opening: opening(alerting.High, alerting.LeadPolice)}, noon)
		require.NoError(t, err)
		i := alerting.Fold(events)
		p = press("p-2", noon.Add(time.Minute))
		p.Mode = mode
		again, err := alerting.Step(&i, alerting.Input{Press: &p, Opening: alerting.Opening{Facts: []string{alerting.FactExamination}}}, noon.Add(time.Minute))
		require.NoError(t, err)
		assert.Empty(t, alerting.Fold(append(events, again...)).Facts, mode)
	}
}
