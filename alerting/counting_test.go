package alerting_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

const day = 24 * time.Hour

// past is a closed incident of the button, so long before noon.
func past(n int, o alerting.Outcome, ago time.Duration) alerting.Incident {
	return alerting.Incident{
		ID: fmt.Sprintf("i-%d", n), School: button.School, Device: button.Device, Mode: devices.Live,
		State: alerting.StateResolved, Outcome: o, OpenedAt: noon.Add(-ago),
	}
}

func TestWhatCountsAsAFalseAlarm(t *testing.T) {
	against := map[alerting.Outcome]alerting.FalseAlarms{
		alerting.OutcomeAccidental:  {Device: 1},
		alerting.OutcomePrank:       {Device: 1},
		alerting.OutcomeDeviceFault: {Device: 1},
		alerting.OutcomeUnfiledTest: {School: 1},
	}
	every := append(alerting.Outcomes(devices.Live, alerting.LeadPolice), alerting.OutcomeDrill, alerting.OutcomeTest, "")
	for _, o := range every {
		assert.Equal(t, against[o], alerting.CountFalseAlarms([]alerting.Incident{past(1, o, day)}, button, noon, alerting.FalseAlarmRule{}), "%q", o)
	}
}

func TestGoodFaithIsNeverCounted(t *testing.T) {
	var all []alerting.Incident
	for n := range 50 {
		all = append(all, past(n, alerting.OutcomeUnfounded, day))
	}
	assert.Zero(t, alerting.CountFalseAlarms(all, button, noon, alerting.FalseAlarmRule{}))
}

func TestWhenAreDeviceAndSchoolLookedAt(t *testing.T) {
	count := func(n int, o alerting.Outcome) alerting.FalseAlarms {
		var all []alerting.Incident
		for k := range n {
			all = append(all, past(k, o, time.Duration(k+1)*day))
		}
		return alerting.CountFalseAlarms(all, button, noon, alerting.FalseAlarmRule{})
	}
	assert.Equal(t, alerting.FalseAlarms{Device: 2}, count(2, alerting.OutcomePrank))
	assert.Equal(t, alerting.FalseAlarms{Device: 3, Warn: true}, count(3, alerting.OutcomePrank))
	assert.Equal(t, alerting.FalseAlarms{School: 4}, count(4, alerting.OutcomeUnfiledTest))
	assert.Equal(t, alerting.FalseAlarms{School: 5, Review: true}, count(5, alerting.OutcomeUnfiledTest))
}

func TestWhatIsOutsideTheCount(t *testing.T) {
	change := func(f func(*alerting.Incident)) alerting.Incident {
		i := past(1, alerting.OutcomeAccidental, day)
		f(&i)
		return i
	}
	for name, i := range map[string]alerting.Incident{
		"90 days ago":       past(1, alerting.OutcomeAccidental, 90*day),
		"a year ago":        past(1, alerting.OutcomeUnfiledTest, 365*day),
		"another device":    change(func(i *alerting.Incident) { i.Device = "b-2" }),
		"another school":    change(func(i *alerting.Incident) { i.School = "lanhua" }),
		"a drill":           change(func(i *alerting.Incident) { i.Mode = devices.Drill }),
		"an open one":       change(func(i *alerting.Incident) { i.State = alerting.StateOpen }),
		"one still to come": past(1, alerting.OutcomeAccidental, -day),
	} {
		assert.Zero(t, alerting.CountFalseAlarms([]alerting.Incident{i}, button, noon, alerting.FalseAlarmRule{}), name)
	}
	inside := []alerting.Incident{past(1, alerting.OutcomeAccidental, 90*day-1), past(2, alerting.OutcomeUnfiledTest, 365*day-1)}
	assert.Equal(t, alerting.FalseAlarms{Device: 1, School: 1}, alerting.CountFalseAlarms(append(inside, inside...), button, noon, alerting.FalseAlarmRule{}), "given twice counts once")
	phone := change(func(i *alerting.Incident) { i.Device = "" })
	assert.Zero(t, alerting.CountFalseAlarms([]alerting.Incident{phone}, devices.Address{School: button.School}, noon, alerting.FalseAlarmRule{}), "a phone is no device")
}

func TestASchoolSaysWhenFalseAlarmsAreMany(t *testing.T) {
	all := []alerting.Incident{past(1, alerting.OutcomePrank, 20*day), past(2, alerting.OutcomePrank, 2*day), past(3, alerting.OutcomeUnfiledTest, 40*day)}
	rule := alerting.FalseAlarmRule{Device: 2, DeviceDays: 21, School: 1, SchoolDays: 41}
	assert.Equal(t, alerting.FalseAlarms{Device: 2, School: 1, Warn: true, Review: true}, alerting.CountFalseAlarms(all, button, noon, rule))
	rule.DeviceDays, rule.SchoolDays = 19, 39
	assert.Equal(t, alerting.FalseAlarms{Device: 1}, alerting.CountFalseAlarms(all, button, noon, rule))
}
