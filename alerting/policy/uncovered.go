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

// kindUnseen is a post of which nobody can tell whether it is: what the school
// hears of it says why, and to ask by telephone.
const kindUnseen alerting.Kind = "post-unseen"

// counted reports whether an incident says how many are at a post.
func counted(k alerting.Kind) bool { return k == kindUncovered || k == kindUnseen }

// uncovered reports whether that is what is told: the beginning, or that the
// pupils have begun to come and go since, and not what somebody did about it,
// nor late, nor in the school's own words.
func (f *Facts) uncovered() bool {
	i := f.Incident
	if !counted(i.Kind) || i.Mode != devices.Live || i.Confidential || i.Silent || f.Actions.Guards.ZH != "" {
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
	if f.Incident.Kind == kindUnseen {
		return schoolUnseen(f)
	}
	if f.pupilsMoving() {
		return f.say(texts.SchoolUncovered)
	}
	return f.say(texts.SchoolUncoveredLow)
}

// schoolUnseen has somebody ask by telephone, and never says that nobody is there.
func schoolUnseen(f *Facts) alerting.Text {
	link := slices.Contains(f.Incident.Facts, alerting.FactLinkCut)
	switch {
	case link && f.pupilsMoving():
		return f.say(texts.SchoolLinkCut)
	case link:
		return f.say(texts.SchoolLinkCutLow)
	case f.pupilsMoving():
		return f.say(texts.SchoolUnseen)
	}
	return f.say(texts.SchoolUnseenLow)
}
