package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// kindUplink is the way of the alarms being cut: the one kind whose first
// sentence says what to do instead of pressing.
const kindUplink alerting.Kind = "uplink-lost"

// wayCut reports whether that is what is told, and nothing more: not what
// somebody did about it, nor late, nor in the school's own words.
func (f *Facts) wayCut() bool {
	i := f.Incident
	if i.Kind != kindUplink || i.Mode != devices.Live || f.Event != alerting.EventOpened || i.Confidential || i.Silent {
		return false
	}
	_, late := f.tardy()
	return !late && f.Actions.Guards.ZH == ""
}
