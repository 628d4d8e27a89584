package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// kindUncovered is a post below its minimum: what the school hears of it first
// says how many are there, and to hold the gate while pupils come and go.
const kindUncovered alerting.Kind = "post-uncovered"

// uncovered reports whether that is what is told: the beginning, or that the
// pupils have begun to come and go since, and not what somebody did about it,
// nor late, nor in the school's own words.
func (f *Facts) uncovered() bool {
	i := f.Incident
	if i.Kind != kindUncovered || i.Mode != devices.Live || i.Confidential || i.Silent || f.Actions.Guards.ZH != "" {
		return false
	}
	_, late := f.tardy()
	graver := f.Event == alerting.EventVerified && f.pupilsMoving() && !i.Resolved() && i.Verify == alerting.Unverified
	return !late && (f.Event == alerting.EventOpened || graver)
}

func (f *Facts) pupilsMoving() bool {
	return slices.Contains(f.Incident.Facts, alerting.FactPupilsMoving)
}

// schoolUncovered has the gate held, where there are pupils to hold it for, and
// people sent and a roster imported where nobody is on it.
func schoolUncovered(f *Facts) alerting.Text {
	if f.Event != alerting.EventOpened {
		f.at(f.Now)
	}
	if slices.Contains(f.Incident.Facts, alerting.FactNoRoster) {
		return f.say(texts.SchoolNoRoster)
	}
	if f.pupilsMoving() {
		return f.say(texts.SchoolUncovered)
	}
	return f.say(texts.SchoolUncoveredLow)
}
