package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

func TestOnlyWhatIsLowAndFoundOnAnExaminationDayMakesNoSound(t *testing.T) {
	found := alerting.Incident{Kind: "hazard", Severity: alerting.Low, Mode: devices.Live, Facts: []string{alerting.FactSensor, alerting.FactExamination}}
	assert.True(t, policy.Soundless(found))
	for name, change := range map[string]func(i *alerting.Incident){
		"any other day":    func(i *alerting.Incident) { i.Facts = i.Facts[:1] },
		"high by now":      func(i *alerting.Incident) { i.Severity = alerting.High },
		"somebody pressed": func(i *alerting.Incident) { i.PressCount = 1 },
		"a drill":          func(i *alerting.Incident) { i.Mode = devices.Drill },
		"a test":           func(i *alerting.Incident) { i.Mode, i.Facts = devices.Test, nil },
	} {
		i := found
		change(&i)
		assert.False(t, policy.Soundless(i), name)
	}
	test := alerting.Incident{Kind: "emergency", Severity: alerting.Critical, Mode: devices.Test, PressCount: 2, Facts: []string{alerting.FactExamination}}
	assert.True(t, policy.Soundless(test), "a test of whatever, on an examination day")
}
