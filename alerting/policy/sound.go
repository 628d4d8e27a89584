package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Soundless reports whether what is told of an incident makes no sound, because
// there is an examination: a button was tested, or the hub found something of
// low severity. What a person raises sounds as ever, and so does what the hub
// found once it is graver.
func Soundless(i alerting.Incident) bool {
	if !slices.Contains(i.Facts, alerting.FactExamination) {
		return false
	}
	return i.Mode == devices.Test || i.Mode == devices.Live && i.Severity == alerting.Low && i.PressCount == 0
}

// examinationText is what an examination day changes for an incident; empty
// where that is nothing.
func examinationText(i alerting.Incident) alerting.Text {
	switch {
	case i.Mode == devices.Drill && slices.Contains(i.Facts, alerting.FactExamination):
		return alerting.NoDrillToday().Text
	case Soundless(i):
		return both("照常通知,无声", "told as on any day, without a sound")
	}
	return alerting.Text{}
}
