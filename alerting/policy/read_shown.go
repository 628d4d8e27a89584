package policy

import "strconv"

// longestLink bounds how soon after one another presses are shown together, in
// seconds: what is an hour apart is another alarm.
const longestLink = 60 * 60

// Bounds of what is fresh, in seconds: a minute is no more than a connection
// takes to come back, and what is an hour old is no live alarm.
const leastFresh, longestFresh = 60, 60 * 60

// Bounds of the counts of false alarms: past a year nothing is counted, and a
// warning that takes more than a hundred would be none.
const (
	mostFalse = 100
	mostDays  = 366
)

// falseAlarms reads when false alarms are many.
func (d *decoder) falseAlarms(v value) {
	f := &d.rules.falsely
	count := func(to *int, most int) func(value) {
		return func(v value) { *to = d.number(v, most) }
	}
	d.mapping(v, []key{
		{"device", count(&f.Device, mostFalse)},
		{"device_days", count(&f.DeviceDays, mostDays)},
		{"school", count(&f.School, mostFalse)},
		{"school_days", count(&f.SchoolDays, mostDays)},
	})
}

// number reads a whole number from 1.
func (d *decoder) number(v value, most int) int {
	s, ok := d.scalar(v, "a whole number")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		d.fault(v, "want a whole number from 1 to %d, found %s", most, describe(v.node))
	}
	return n
}
