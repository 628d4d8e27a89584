package api

import (
	"errors"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// Allowed is whether a role has a right.
type Allowed string

// Who of a role has a right: everybody, who is named for confidential incidents,
// who holds the release right, or nobody.
const (
	AllowedAll     Allowed = "all"
	AllowedNamed   Allowed = "named"
	AllowedRelease Allowed = "release"
	AllowedNone    Allowed = "none"
)

// Right is something that not everybody may do.
type Right struct {
	ID string
	// may asks the function that decides it for requests: nothing here says again
	// what stands there.
	may func(a people.Account) bool
}

// Of says who of a role may, at the schools of their account.
func (r Right) Of(role alerting.Role) Allowed {
	a := people.Account{Name: "probe", Role: role, Schools: []string{probeSchool}}
	named, release := a, a
	named.Named, release.Release = true, true
	switch {
	case r.may(a):
		return AllowedAll
	case r.may(named):
		return AllowedNamed
	case r.may(release):
		return AllowedRelease
	}
	return AllowedNone
}

// Rights are what roles differ in, in the order in which a table shows them.
func Rights() []Right {
	return []Right{
		{"incidents", func(a people.Account) bool { return a.MaySee(anIncident(alerting.LeadPolice)) }},
		{"confidential", func(a people.Account) bool {
			i := anIncident(alerting.LeadPolice)
			i.Confidential = true
			return a.MaySee(i)
		}},
		{"raise", func(a people.Account) bool { return a.Role.MayRaise() }},
		{"note", does(alerting.LeadPolice, alerting.Command{Verb: alerting.VerbNote, Text: "probe"})},
		{"acknowledge", does(alerting.LeadPolice, alerting.Command{Verb: alerting.VerbAcknowledge})},
		{"dispatch", does(alerting.LeadPolice, alerting.Command{Verb: alerting.VerbDispatch, Stage: alerting.ForceSent})},
		{"refer", func(a people.Account) bool { return a.Role.Refers() }},
		{"reset", does(alerting.LeadPolice, alerting.Command{Verb: alerting.VerbReset, Reason: "probe"})},
		{"resolve-police", does(alerting.LeadPolice, alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})},
		{"resolve-school", does(alerting.LeadSchool, alerting.Command{Verb: alerting.VerbResolve, Outcome: alerting.OutcomeReal})},
		{"report", does(alerting.LeadSchool, alerting.Command{Verb: alerting.VerbReport})},
		{"release", func(a people.Account) bool { return len(a.Releases()) > 0 }},
		{"evidence", func(a people.Account) bool { return policy.MayTakeEvidence(a, anIncident(alerting.LeadPolice)) }},
		{"false-alarms", MayCount},
		{"audit", MayAudit},
		{"posts", func(a people.Account) bool { return ReadsPosts(a.Role) }},
		{"roster", func(a people.Account) bool { return KeepsRoster(a.Role) }},
		{"shift", func(a people.Account) bool { return dutyRole(a.Role) != "" }},
		{"drills", func(a people.Account) bool { return LeadsDrills(a.Role) }},
		{"devices", func(a people.Account) bool { return ReadsDevices(a.Role) }},
		{"mute", func(a people.Account) bool { return MutesRules(a.Role) }},
		{"check-audit", MayCheckAudit},
		{"accounts", MayManage},
	}
}

const probeSchool = "probe"

// anIncident is open, live and of the school that who is asked about is of.
func anIncident(lead alerting.Lead) alerting.Incident {
	return alerting.Incident{ID: "probe", School: probeSchool, Mode: devices.Live, State: alerting.StateOpen, Lead: lead, Kind: alerting.Kind(devices.Emergency)}
}

// does asks the step that decides commands whether it refuses this one for who
// gives it.
func does(lead alerting.Lead, c alerting.Command) func(people.Account) bool {
	return func(a people.Account) bool {
		i, c := anIncident(lead), c
		c.Incident, c.Actor = i.ID, alerting.Actor{Name: a.Name, Role: a.Role}
		_, err := alerting.Step(&i, alerting.Input{Command: &c}, time.Time{})
		return !errors.Is(err, alerting.ErrForbidden) && a.MaySee(i)
	}
}
