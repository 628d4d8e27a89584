package alerting

import (
	"slices"
	"time"

	"example.org/campushub/devices"
)

// What becomes of false alarms: a device is looked at (its place, its cover)
// after DeviceWarning within DeviceWindow; school and station review together
// after SchoolReview within a year. Nobody is ranked by them and nobody pays: a
// guard who fears the count does not press.
const (
	DeviceWarning = 3
	DeviceWindow  = 90 * 24 * time.Hour
	SchoolReview  = 5
)

// FalseAlarms is how many incidents count against a device and against its
// school. What was reported in good faith is in neither.
type FalseAlarms struct {
	Device int  `json:"device"`
	School int  `json:"school"`
	Warn   bool `json:"warn"`   // the device: look at its place and cover
	Review bool `json:"review"` // the school: review with the station
}

// againstDevice and againstSchool report whose false alarm an outcome is.
func (o Outcome) againstDevice() bool {
	return slices.Contains([]Outcome{OutcomeAccidental, OutcomePrank, OutcomeDeviceFault}, o)
}

func (o Outcome) againstSchool() bool { return o == OutcomeUnfiledTest }

// CountFalseAlarms counts among past incidents of any school those that count
// against the device, in the DeviceWindow before now, and against its school,
// in the year before now, both by the time they opened. An incident that is
// given twice counts once; drills, tests and open ones never do.
func CountFalseAlarms(past []Incident, of devices.Address, now time.Time) FalseAlarms {
	var f FalseAlarms
	seen := map[string]bool{}
	for _, i := range past {
		if seen[i.ID] || i.School != of.School || i.Mode != devices.Live || !i.Resolved() || i.OpenedAt.After(now) {
			continue
		}
		seen[i.ID] = true
		if i.Outcome.againstDevice() && of.Device != "" && i.Device == of.Device && i.OpenedAt.After(now.Add(-DeviceWindow)) {
			f.Device++
		}
		if i.Outcome.againstSchool() && i.OpenedAt.After(now.AddDate(-1, 0, 0)) {
			f.School++
		}
	}
	f.Warn, f.Review = f.Device >= DeviceWarning, f.School >= SchoolReview
	return f
}
