package policy

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Seen is an incident as an account may read it. Whoever may not see it at all
// learns that there is one, in the answer to the command that made it so.
// Everything by which an incident leaves the hub goes through here.
func Seen(a people.Account, i alerting.Incident) alerting.Incident {
	switch {
	case !a.MaySee(i):
		return bare(i)
	case a.StandsIn(i):
		return answerable(a, i)
	}
	return i
}

// bare is that there is an incident, and no more.
func bare(i alerting.Incident) alerting.Incident {
	return alerting.Incident{
		ID: i.ID, Number: i.Number, School: i.School, Mode: i.Mode, State: i.State,
		Severity: i.Severity, Lead: i.Lead, Verify: alerting.Unverified,
		Confidential: true, Stored: i.Stored, OpenedAt: i.OpenedAt,
	}
}

// answerable is what somebody needs who answers for named people: where it is,
// how it stands, who has it and who goes there. What it is about, and every
// word that somebody wrote of it, is left out: what is not listed stays away.
func answerable(a people.Account, i alerting.Incident) alerting.Incident {
	out := bare(i)
	out.Place, out.Silent, out.Latched, out.Late, out.CallBack = i.Place, i.Silent, i.Latched, i.Late, i.CallBack
	out.Presses, out.PressCount = i.Presses, i.PressCount
	out.Acknowledgements, out.Dispatched, out.Arrivals, out.Calls = i.Acknowledgements, i.Dispatched, i.Arrivals, i.Calls
	out.Escalation, out.Overruns, out.Outcome = i.Escalation, i.Overruns, i.Outcome
	if k := i.CancelRequested; k != nil {
		out.CancelRequested = &alerting.CancelRequest{By: k.By, At: k.At}
	}
	out.Deliveries = slices.DeleteFunc(slices.Clone(i.Deliveries), func(d alerting.Delivery) bool {
		return d.Audience != a.Role.Audience()
	})
	out.Timeline = slices.DeleteFunc(slices.Clone(i.Timeline), func(e alerting.Entry) bool {
		return e.Actor != a.Name && !slices.Contains(harmless[:], e.Event)
	})
	// What follows is shown to nobody as it is: it says whom the plan tells, in
	// which round the incident is and since when it is over.
	out.Asked, out.Plan, out.AddedAt = i.Asked, i.Plan, i.AddedAt
	out.Round, out.RoundAt, out.Rounds, out.Escalated = i.Round, i.RoundAt, i.Rounds, i.Escalated
	out.Reminded, out.Renewed = i.Reminded, i.Renewed
	out.LastAt, out.ResolvedAt, out.Ahead = i.LastAt, i.ResolvedAt, i.Ahead
	return out
}

// harmless are the events whose sentence holds nothing that anybody wrote, and
// nothing of what the incident is about.
var harmless = [...]alerting.EventType{
	alerting.EventPressed, alerting.EventAcknowledged, alerting.EventEscalated, alerting.EventReminded,
	alerting.EventRenewed, alerting.EventOverrun, alerting.EventDispatched, alerting.EventCalled, alerting.EventResolved,
}

// MayDo reports whether an account may do something to an incident that it may
// see. Whoever stands in answers it; to find out more of it, to join it to
// another one or to have others told is for named people.
func MayDo(a people.Account, i alerting.Incident, v alerting.Verb) bool {
	if !a.StandsIn(i) {
		return true
	}
	switch v {
	case alerting.VerbVerify, alerting.VerbClassify, alerting.VerbLink, alerting.VerbUnlink, alerting.VerbRefer:
		return false
	}
	return true
}
