package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

// there are the texts that name the place where the hub itself found something:
// it has several gates and doors, and nobody who pressed is standing there.
var there = map[texts.Code]texts.Code{
	texts.PoliceCancel:             texts.PoliceCancelThere,
	texts.SchoolSigned:             texts.SchoolSignedThere,
	texts.SchoolUnreached:          texts.SchoolUnreachedThere,
	texts.SchoolConfidential:       texts.SchoolConfidentialThere,
	texts.SchoolConfidentialNobody: texts.SchoolConfidentialNobodyThere,
	texts.GuardsSigned:             texts.GuardsSignedThere,
	texts.GuardsTaken:              texts.GuardsTakenThere,
	texts.GuardsEnd:                texts.GuardsEndThere,
}

// sayThere is a text of the school's, with the place where the hub found it. What
// others can read beside whom it is for has no place of a confidential matter.
func (f *Facts) sayThere(c texts.Code) alerting.Text {
	i := &f.Incident
	if i.PressCount > 0 || i.Place.Name == (alerting.Text{}) || i.Confidential && f.Shared {
		return f.say(c)
	}
	return f.say(there[c])
}
