package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

// volunteerCodes are the kinds about which a parent who stands at the gate has
// something to do.
var volunteerCodes = map[alerting.Kind]texts.Code{
	"emergency": texts.ActVolunteersEmergency,
	"attack":    texts.ActVolunteersAttack,
	"intrusion": texts.ActVolunteersIntrusion,
	"fire":      texts.ActVolunteersFire,
	"medical":   texts.ActVolunteersMedical,
	"traffic":   texts.ActVolunteersTraffic,
	"crowd":     texts.ActVolunteersCrowd,
}

// VolunteerText is what volunteers at a post are told to do with the pupils
// beside them, and nothing of what happened. ok is false where they have nothing
// to do, and of what is confidential, was raised silently or is not live.
func VolunteerText(f Facts) (_ alerting.Text, ok bool) {
	i := &f.Incident
	c, ok := volunteerCodes[i.Kind]
	if !ok || i.Silent || i.Confidential || i.Mode != devices.Live {
		return alerting.Text{}, false
	}
	f.doing = f.School.Texts.Plain(c)
	return f.say(texts.VolunteersNew), true
}

// Question is how a school asks people on duty whether all is well: by a roll
// call, or of whoever watches alone.
func Question(s people.School, call bool) alerting.Text {
	if call {
		return s.Texts.Plain(texts.GuardsCalled)
	}
	return s.Texts.Plain(texts.GuardsAlone)
}

// VolunteerEnd is what they are told when it is over.
func VolunteerEnd(s people.School) alerting.Text { return s.Texts.Plain(texts.VolunteersEnd) }
