package policy

import (
	"example.org/campushub/alerting"
	"example.org/campushub/alerting/texts"
)

// Of a confidential incident a text says neither kind, nor place, nor what came
// of it: the school tells the rest by telephone, or its page does. It follows
// what happened all the same: only what asks for somebody sounds like a call
// for help, and whoever closes a matter raises no new one.

func policeConfidential(f *Facts) alerting.Text {
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			return f.say(texts.PoliceConfidentialSigned)
		}
		return f.say(texts.PoliceConfidentialTaken)
	case alerting.EventEscalated:
		if f.Incident.InRenewedRound(alerting.Police) {
			return f.say(texts.PoliceConfidentialUnfollowed)
		}
		return f.sinceRound().say(texts.PoliceConfidentialNobody)
	case alerting.EventReminded:
		return f.say(texts.PoliceConfidentialReminded)
	case alerting.EventCancelRequested:
		return f.say(texts.PoliceConfidentialCancel)
	case alerting.EventReset:
		return f.say(texts.PoliceConfidentialReset)
	case alerting.EventResolved:
		return f.at(f.Incident.ResolvedAt).say(texts.PoliceConfidentialClosed)
	}
	return f.say(texts.PoliceConfidential)
}

func schoolConfidential(f *Facts) alerting.Text {
	switch f.Event {
	case alerting.EventAcknowledged:
		if f.signed() {
			return f.at(f.acknowledgement().At).say(texts.SchoolConfidentialSigned)
		}
		return f.say(texts.SchoolConfidentialTaken)
	case alerting.EventEscalated:
		return f.sinceRound().sayThere(texts.SchoolConfidentialNobody)
	case alerting.EventReminded:
		return f.say(texts.SchoolConfidentialReminded)
	case alerting.EventCancelRequested:
		return f.say(texts.SchoolConfidentialCancel)
	case alerting.EventReset:
		return f.say(texts.SchoolConfidentialReset)
	case alerting.EventResolved:
		return f.say(texts.SchoolConfidentialClosed)
	}
	return f.sayThere(texts.SchoolConfidential)
}

func districtConfidential(f *Facts) alerting.Text {
	if f.Event == alerting.EventResolved {
		return f.say(texts.DistrictConfidentialClosed)
	}
	return f.say(texts.DistrictConfidential) // that there is something, and whom to ask
}
