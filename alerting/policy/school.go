package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

func schoolText(f *Facts) alerting.Text {
	if f.Incident.Confidential {
		return schoolConfidential(f)
	}
	if f.uncovered() {
		return schoolUncovered(f)
	}
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			f.By = f.signer()
			return f.at(f.acknowledgement().At).sayThere(texts.SchoolSigned)
		}
		return f.say(texts.SchoolTaken)
	case alerting.EventCancelRequested:
		return f.say(texts.SchoolCancel)
	case alerting.EventVerified, alerting.EventClassified:
		return f.say(texts.SchoolFound)
	case alerting.EventReminded:
		return f.say(texts.SchoolReminded)
	case alerting.EventOverrun:
		return f.sayThere(texts.SchoolUnreached)
	case alerting.EventEscalated:
		return f.sinceRound().say(texts.SchoolNobody)
	case alerting.EventReset:
		return f.say(texts.SchoolReset)
	case alerting.EventResolved:
		if f.heldBack() {
			return f.say(texts.SchoolLateClosed)
		}
		return f.say(texts.SchoolClosed)
	}
	if f.wayCut() { // since when, and what works without the way: a call by voice
		return f.say(texts.SchoolWayCut)
	}
	return schoolAlarm(f)
}

// signer is what those answer for who signed, by the plan; empty where it has
// them as the police and no more, or not at all.
func (f *Facts) signer() alerting.Text {
	k := f.acknowledgement()
	i := slices.IndexFunc(f.Incident.Plan.Legs, func(l alerting.Leg) bool {
		return l.Audience == k.Audience && (l.Recipient == k.By || l.Reaches() == k.By)
	})
	if i < 0 {
		return alerting.Text{}
	}
	duty := people.Duty(f.Incident.Plan.Legs[i].Duty)
	if duty == "" || duty == people.DutyPlatform {
		return alerting.Text{}
	}
	return duty.Title()
}

// schoolAlarm is a first or a further press.
func schoolAlarm(f *Facts) alerting.Text {
	if f.Incident.Mode == devices.Test {
		return f.say(texts.SchoolTest)
	}
	if _, late := f.tardy(); late {
		return f.say(texts.SchoolLate)
	}
	if f.Event == alerting.EventRevealed {
		return f.say(texts.SchoolRevealed)
	}
	return f.say(texts.SchoolNew)
}

// guardsText is where and what to do; of a confidential incident that help is
// needed, and no more.
func guardsText(f *Facts) alerting.Text {
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			return f.lasted(max(f.Now.Sub(f.acknowledgement().At), 0)).sayThere(texts.GuardsSigned)
		}
		return f.sayThere(texts.GuardsTaken)
	case alerting.EventCancelRequested:
		return f.say(texts.GuardsCancel)
	case alerting.EventReminded:
		return f.say(texts.GuardsReminded)
	case alerting.EventReset:
		return f.say(texts.GuardsReset)
	case alerting.EventResolved:
		return f.sayThere(texts.GuardsEnd)
	}
	if f.wayCut() { // all that a guard needs
		return f.say(texts.GuardsWayCut)
	}
	return guardsAlarm(f)
}

// guardsAlarm is a first or a further press; an old one is nothing to run for
// without its time.
func guardsAlarm(f *Facts) alerting.Text {
	if f.Incident.Mode == devices.Test {
		return f.say(texts.GuardsTest)
	}
	if _, late := f.tardy(); late {
		return f.say(texts.GuardsLate)
	}
	return f.say(texts.GuardsNew)
}
