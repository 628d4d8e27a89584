package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Soundless reports whether what is told of an incident makes no sound: the hub
// found it on an examination day, and it is of low severity. What a person
// raises sounds as ever, and so does this once it is graver.
func Soundless(i alerting.Incident) bool {
	return i.Severity == alerting.Low && i.Mode == devices.Live && i.PressCount == 0 && slices.Contains(i.Facts, alerting.FactExamination)
}
