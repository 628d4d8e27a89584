package console

import (
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
)

// onward is the one thing that the reader does next, once their audience has
// taken the incident on: a stamp, or the form that it opens.
type onward struct {
	Name  string
	Verb  string // of the stamp
	Field string
	Code  string
	Opens string // the id of the form; "" where it is a stamp
}

// Onward is what comes next for the reader; nil where nothing does. Whoever runs
// for it is stamped in the order in which they come, the latch is reset before
// the incident is closed.
func (d *detail) Onward() *onward {
	switch {
	case d.Resolved():
		return nil
	case d.Account.Role == alerting.RoleLiaison && d.awaits(alerting.PartyPolice):
		return d.force()
	case d.Account.Role != alerting.RoleLiaison && d.awaits(alerting.PartySchool):
		return &onward{Name: d.Say("step.school"), Verb: string(alerting.VerbArrive), Field: "party", Code: string(alerting.PartySchool)}
	case d.MayReset():
		return &onward{Name: d.Say("reset"), Opens: "reset"}
	case d.MayResolve():
		return &onward{Name: d.Say("resolve"), Opens: "resolve"}
	}
	return nil
}

// awaits reports whether the clock waits for a party.
func (d *detail) awaits(p alerting.Party) bool {
	return slices.ContainsFunc(d.Incident.Clock(policy.Of(d.people).Clock(d.Incident.School), d.now), func(s alerting.MarkState) bool {
		return s.Party == p && !s.Arrived
	})
}

// force is the next stage of a dispatch, and in the end the arrival.
func (d *detail) force() *onward {
	for _, s := range alerting.DispatchStages() {
		if !slices.ContainsFunc(d.Dispatched, func(k alerting.Dispatch) bool { return k.Stage == s }) {
			return &onward{Name: d.Say("dispatch." + string(s)), Verb: string(alerting.VerbDispatch), Field: "stage", Code: string(s)}
		}
	}
	return &onward{Name: d.Say("step.police"), Verb: string(alerting.VerbArrive), Field: "party", Code: string(alerting.PartyPolice)}
}

// DoNotCall reports whether a telephone that rings would give somebody away: the
// page says so where the number would stand.
func (d *detail) DoNotCall() bool {
	return d.Silent && !d.Resolved() && d.Account.Role == alerting.RoleLiaison && d.callback() != ""
}
