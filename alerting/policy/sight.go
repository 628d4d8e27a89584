package policy

import (
	"fmt"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/people"
)

// Seen is an incident as an account may read it. Whoever may not see it at all
// learns that there is one, in the answer to the command that made it so.
// Everything by which an incident leaves the hub goes through here.
func Seen(d *people.Directory, a people.Account, i alerting.Incident) alerting.Incident {
	switch {
	case !a.MaySee(i):
		return bare(i)
	case a.StandsIn(i):
		return answerable(a, i)
	case Spared(d, a, i):
		return spare(a, withheld(a, i))
	}
	return withheld(a, i)
}

// withheld is an incident that was confidential for a while without what was
// done and said in confidence, for whoever is not named: the stamps and what
// they did themselves remain.
func withheld(a people.Account, i alerting.Incident) alerting.Incident {
	if a.Named || !slices.ContainsFunc(i.Timeline, func(e alerting.Entry) bool { return e.Confided }) {
		return i
	}
	i.Timeline = slices.DeleteFunc(slices.Clone(i.Timeline), func(e alerting.Entry) bool {
		own := e.Actor == a.Name && e.Actor != ""
		return e.Confided && !own && !slices.Contains(harmless[:], e.Event)
	})
	return i
}

// Evidence is what an account may take away of the audit entries of an incident.
// It is for the school's officers and liaisons who may read the incident itself.
// What was done and said in confidence is left out for whoever is not named, and
// of head counts the police have the totals alone. told is the timeline of the
// very events that the slice has.
func Evidence(a people.Account, i alerting.Incident, s evidence.Slice, told []alerting.Entry) (evidence.Slice, error) {
	if !MayTakeEvidence(a, i) || len(told) != len(s.Entries) {
		return evidence.Slice{}, fmt.Errorf("%w: its evidence is for officers and liaisons who may read it", alerting.ErrForbidden)
	}
	out := s
	out.Entries = nil
	for k, e := range s.Entries {
		switch {
		case told[k].Confided && !a.Named:
			out.Withheld++
			continue
		case told[k].Event == alerting.EventCounted && a.Role != alerting.RoleOfficer:
			e = e.Without()
		}
		out.Entries = append(out.Entries, e)
	}
	return out, nil
}

// MayTakeEvidence reports whether an account reviews an incident: it reads the
// report, and may take the evidence away.
func MayTakeEvidence(a people.Account, i alerting.Incident) bool {
	return (a.Role == alerting.RoleOfficer || a.Role == alerting.RoleLiaison) && a.MaySee(i) && !a.StandsIn(i)
}

// RevealedAs is the kind of which a concealed incident is once that is undone:
// the one that somebody says, else what it is now where that is an open kind,
// else what it was before.
func RevealedAs(d *people.Directory, i *alerting.Incident, said alerting.Kind) alerting.Kind {
	switch {
	case said != "" || i.Concealed == nil:
		return said
	case classOf(d, *i) != C2:
		return i.Kind
	}
	return i.Concealed.Kind
}

// Spared reports whether the facts of an incident, and what people wrote of it,
// are kept from an account that may see it: by its class they stay with police
// and school, and the account is neither. The policy that is in force now
// decides, for the kind that it is now.
func Spared(d *people.Directory, a people.Account, i alerting.Incident) bool {
	audience := a.Role.Audience()
	return audience != alerting.Police && audience != alerting.School && !i.Confidential && classOf(d, i) != C0
}

// Unconfided reports whether what is known of an incident may leave police and school,
// by its class.
func Unconfided(d *people.Directory, i *alerting.Incident) bool {
	return len(i.Facts) == 0 || !i.Confidential && classOf(d, *i) == C0
}

// classOf is how confidential an incident is, as it is known now.
func classOf(d *people.Directory, i alerting.Incident) Class {
	if s, ok := d.Policy().(*Set); ok && s.Governs(i.School) {
		return s.lineNow(&i).class
	}
	school, _ := d.School(i.School)
	p := &schoolPolicy{rules: builtIn, zone: school.Location()}
	l := builtIn.lineOf(i.Kind)
	return l.under(p.mask(l, Occasion{At: i.OpenedAt, Facts: FactsOf(i.Facts)})).class
}

// spare is an incident without what others than the account said and wrote of
// it, or did about parents and head counts. In a list, which has no timeline,
// nobody said anything. That there is an examination nobody said.
func spare(a people.Account, i alerting.Incident) alerting.Incident {
	i.Facts = slices.DeleteFunc(slices.Clone(i.Facts), func(f string) bool {
		return f != alerting.FactExamination && !slices.ContainsFunc(i.Timeline, func(e alerting.Entry) bool {
			return e.Actor == a.Name && e.Actor != "" && slices.Contains(e.Said, f)
		})
	})
	i.Reports = nil
	timeline := make([]alerting.Entry, 0, len(i.Timeline))
	for _, e := range i.Timeline {
		if e.Actor == a.Name && e.Actor != "" {
			timeline = append(timeline, e)
			continue
		}
		switch e.Event {
		case alerting.EventNoted, alerting.EventNotice, alerting.EventCounted, alerting.EventExported, alerting.EventReported:
			continue
		}
		e.Text = e.Bare
		timeline = append(timeline, e)
	}
	i.Timeline = timeline
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
	case alerting.VerbVerify, alerting.VerbClassify, alerting.VerbLink, alerting.VerbUnlink, alerting.VerbRefer, alerting.VerbReveal, alerting.VerbReport:
		return false
	}
	return true
}
