package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
	"example.org/campushub/devices"
)

func policeText(f *Facts) alerting.Text {
	i := &f.Incident
	if i.Confidential {
		return policeConfidential(f)
	}
	if f.heldBack() && i.Mode == devices.Live {
		if i.Resolved() { // all that they are told of what was over before they could hear of it
			return f.at(f.began()).say(texts.PoliceLateClosed)
		}
		return policeOpened(f)
	}
	if f.wayCut() {
		return policeWayCut(f)
	}
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			return f.say(texts.PoliceSigned)
		}
		return f.say(texts.PoliceTaken)
	case alerting.EventPressed:
		return policeAgain(f)
	case alerting.EventEscalated:
		return policeEscalated(f)
	case alerting.EventVerified, alerting.EventClassified:
		return f.say(texts.PoliceFound)
	case alerting.EventReminded: // what has not followed, to whoever signed
		return f.say(texts.PoliceReminded)
	case alerting.EventCancelRequested:
		return f.sayThere(texts.PoliceCancel)
	case alerting.EventReset:
		return f.say(texts.PoliceReset)
	case alerting.EventResolved:
		return f.at(i.ResolvedAt).say(texts.PoliceClosed)
	}
	return policeOpened(f)
}

// policeEscalated says that nobody signed, or that somebody did and no more
// came of it. The first level comes early: it is a nudge, and no reproach.
func policeEscalated(f *Facts) alerting.Text {
	if f.Incident.InRenewedRound(alerting.Police) {
		return f.say(texts.PoliceUnfollowed)
	}
	return f.sinceRound().say(texts.PoliceEscalated)
}

func policeOpened(f *Facts) alerting.Text {
	switch f.Incident.Mode {
	case devices.Drill:
		return f.say(texts.PoliceDrill)
	case devices.Test:
		return f.say(texts.PoliceTest)
	}
	if d, late := f.tardy(); late {
		return f.lasted(d).say(texts.PoliceLate)
	}
	if f.Event == alerting.EventRevealed {
		return f.say(texts.PoliceRevealed)
	}
	return f.say(texts.PoliceNew)
}

// policeAgain is a further press, or the count of a button that repeats itself.
func policeAgain(f *Facts) alerting.Text {
	f.lasted(-1)
	if d, late := f.tardy(); late {
		f.lasted(d)
	}
	if f.Incident.Stuck {
		return f.say(texts.PoliceStuck)
	}
	return f.say(texts.PoliceAgain)
}

// policeWayCut has the police telephone a school that may not be able to call.
func policeWayCut(f *Facts) alerting.Text {
	if f.School.Callback == "" {
		return f.say(texts.PoliceWayCutSilent)
	}
	return f.say(texts.PoliceWayCut)
}
