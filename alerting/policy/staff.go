package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// staffText is an action line: what to do, and nothing of what happened.
func staffText(f *Facts) alerting.Text {
	switch {
	case f.Incident.Mode == devices.Test:
		return f.say(texts.StaffTest)
	case f.Event == alerting.EventResolved:
		return f.say(texts.StaffEnd)
	case f.Incident.Confidential: // not even an action: it would say what it is about
		return f.say(texts.StaffConfidential)
	}
	f.doing = StaffText(f.School.Texts, f.Incident.Kind)
	if own := f.Actions.Staff; own.ZH != "" && f.brevity == whole {
		f.doing = f.filled(own)
	}
	if f.Event == alerting.EventCancelRequested { // the line that they have holds
		return f.say(texts.StaffCancel)
	}
	return f.say(texts.StaffLine)
}

// staffCodes are the kinds for which staff have something of their own to do.
var staffCodes = map[alerting.Kind]texts.Code{
	"attack": texts.StaffLockIn, "fire": texts.StaffEvacuate, "crowd": texts.StaffHold,
	"missing": texts.StaffCount, "drowning": texts.StaffCount,
}

// StaffText says what staff do about a kind: an action, and nothing of what
// happened. Where the policy names none of its own they wait for the duty
// leader's word.
func StaffText(b *texts.Book, k alerting.Kind) alerting.Text {
	if c, ok := staffCodes[k]; ok {
		return b.Plain(c)
	}
	return b.Plain(texts.StaffStay)
}

// CountText asks staff for the figures of their classes, and says nothing of
// what they are counted for.
func CountText(s people.School, m alerting.Mode) alerting.Text {
	return marked(m, s.Texts.Plain(texts.StaffCount))
}

// districtText is a report to the education bureau: the first one, its
// follow-ups, the final one.
func districtText(f *Facts) alerting.Text {
	i := &f.Incident
	switch {
	case i.Mode == devices.Test:
		return f.say(texts.DistrictTest)
	case i.Confidential:
		return districtConfidential(f)
	case f.Event == alerting.EventResolved:
		return f.at(i.ResolvedAt).say(texts.DistrictFinal)
	case f.Event == alerting.EventOpened, f.Event == alerting.EventRevealed:
		f.reporting = true
		return f.say(texts.DistrictFirst)
	}
	f.following = true
	return f.say(texts.DistrictFollowUp)
}
