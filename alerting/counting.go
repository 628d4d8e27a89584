package alerting

import (
	"cmp"
	"slices"
	"time"

	"example.org/campushub/devices"
)

// What becomes of false alarms, where a policy says nothing: a device is looked
// at (its place, its cover) after DeviceWarning within DeviceDays; school and
// station review together after SchoolReview within SchoolDays. Nobody is ranked
// by them and nobody pays: a guard who fears the count does not press.
const (
	DeviceWarning = 3
	DeviceDays    = 90
	SchoolReview  = 5
	SchoolDays    = 365
)

// FalseAlarmRule is when false alarms are many: how many, within how many days.
// A 0 is the built-in number.
type FalseAlarmRule struct {
	Device     int `json:"device"`
	DeviceDays int `json:"device_days"`
	School     int `json:"school"`
	SchoolDays int `json:"school_days"`
}

// Whole is the rule with the built-in numbers where it says nothing.
func (r FalseAlarmRule) Whole() FalseAlarmRule {
	return FalseAlarmRule{
		cmp.Or(r.Device, DeviceWarning), cmp.Or(r.DeviceDays, DeviceDays),
		cmp.Or(r.School, SchoolReview), cmp.Or(r.SchoolDays, SchoolDays),
	}
}

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

// Against reports whose false alarm an outcome is; nobody's where it was real,
// handed on, or reported in good faith.
func (o Outcome) Against() (device, school bool) { return o.againstDevice(), o.againstSchool() }

// CountFalseAlarms counts among past incidents of any school those that count
// against the device and against its school, in the days before now that the
// rule gives each, both by the time they opened. An incident that is
// given twice counts once; drills, tests and open ones never do.
func CountFalseAlarms(past []Incident, of devices.Address, now time.Time, r FalseAlarmRule) FalseAlarms {
	r = r.Whole()
	device, school := now.AddDate(0, 0, -r.DeviceDays), now.AddDate(0, 0, -r.SchoolDays)
	var f FalseAlarms
	seen := map[string]bool{}
	for _, i := range past {
		if seen[i.ID] || i.School != of.School || i.Mode != devices.Live || !i.Resolved() || i.OpenedAt.After(now) {
			continue
		}
		seen[i.ID] = true
		if i.Outcome.againstDevice() && of.Device != "" && i.Device == of.Device && i.OpenedAt.After(device) {
			f.Device++
		}
		if i.Outcome.againstSchool() && i.OpenedAt.After(school) {
			f.School++
		}
	}
	f.Warn, f.Review = f.Device >= r.Device, f.School >= r.School
	return f
}
