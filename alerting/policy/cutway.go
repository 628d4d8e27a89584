package policy

import (
	"slices"

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
	if i.Kind != kindUplink || i.Mode != devices.Live || !firstHeard(f.Event, i) || i.Confidential || i.Silent {
		return false
	}
	_, late := f.tardy()
	return !late && f.Actions.Guards.ZH == ""
}

// firstHeard reports whether the event is the one by which somebody learns of a
// cut way first: the police only once it has lasted.
func firstHeard(e alerting.EventType, i alerting.Incident) bool {
	return e == alerting.EventOpened || (e == alerting.EventVerified && lastingCut(i))
}

func lastingCut(i alerting.Incident) bool {
	return i.Kind == kindUplink && !i.Resolved() && i.Verify == alerting.Unverified && slices.Contains(i.Facts, alerting.FactLasting)
}

// SoundsOnce reports whether what is told of an incident sounds once, and not
// again until somebody takes it on: to the police, that a school's way is cut.
func SoundsOnce(a alerting.Audience, i alerting.Incident) bool {
	return a == alerting.Police && lastingCut(i)
}
