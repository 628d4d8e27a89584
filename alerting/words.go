package alerting

import (
	"slices"
	"strings"

	"example.org/campushub/devices"
)

// Text is one sentence in the languages of the console.
type Text = devices.Text

// wide are the punctuation marks of Chinese sentences, by their narrow forms.
var wide = strings.NewReplacer(",", "\uff0c", ":", "\uff1a", ";", "\uff1b", "(", "\uff08", ")", "\uff09", "!", "\uff01")

// Typeset is a Chinese word of the system's own with punctuation as wide as its
// characters: messages have it narrow, pages and timelines do not. What people
// wrote is never typeset.
func Typeset(zh string) string { return wide.Replace(zh) }

// Place is where an incident happens.
type Place = devices.Place

// Mode says whether an incident is meant: live, drill or test.
type Mode = devices.Mode

// Kind is what an incident is about: what people raise, and what the hub
// raises by itself.
type Kind string

// The kinds that the hub raises.
const (
	KindHubFault Kind = "hub-fault"
)

// The kinds that are about one child alone.
const (
	KindBullying Kind = "bullying"
	KindWelfare  Kind = "welfare"
)

// AlwaysConfidential reports whether a kind exists for its named recipients
// alone, whatever a policy says.
func AlwaysConfidential(k Kind) bool { return k == KindBullying || k == KindWelfare }

// KindOf is the incident kind of an alarm that a person raised.
func KindOf(a devices.Alarm) Kind { return Kind(a) }

// Severity is how grave an incident is.
type Severity string

// The severities, in rising order.
const (
	Low      Severity = "low"
	High     Severity = "high"
	Critical Severity = "critical"
)

var severities = []Severity{Low, High, Critical}

// Raised is the next graver severity; critical stays critical.
func (s Severity) Raised() Severity {
	i := slices.Index(severities, s)
	return severities[min(i+1, len(severities)-1)]
}

// Rank orders severities: 0 is low, 2 is critical, -1 unknown.
func (s Severity) Rank() int { return slices.Index(severities, s) }

// Audience is a group that is told about incidents.
type Audience string

// The audiences.
const (
	Police   Audience = "police"
	School   Audience = "school"
	Guards   Audience = "guards"
	Staff    Audience = "staff"
	District Audience = "district"
	Parents  Audience = "parents"
)

// Audiences lists every audience, the responders first.
func Audiences() []Audience { return []Audience{Police, School, Guards, Staff, District, Parents} }

// Role is what an account may do.
type Role string

// The roles.
const (
	RoleLiaison   Role = "liaison"
	RoleOfficer   Role = "officer"
	RoleGuard     Role = "guard"
	RoleVolunteer Role = "volunteer"
	RoleStaff     Role = "staff"
	RoleDistrict  Role = "district"
	RoleParent    Role = "parent"
	RoleAdmin     Role = "admin"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{RoleLiaison, RoleOfficer, RoleGuard, RoleVolunteer, RoleStaff, RoleDistrict, RoleParent, RoleAdmin}
}

// Audience is the audience that a role belongs to; "" for an administrator,
// who sees no incident's content.
func (r Role) Audience() Audience {
	switch r {
	case RoleLiaison:
		return Police
	case RoleOfficer:
		return School
	case RoleGuard:
		return Guards
	case RoleVolunteer, RoleStaff:
		return Staff
	case RoleDistrict:
		return District
	case RoleParent:
		return Parents
	}
	return ""
}

// SeesIncidents reports whether a role may open incidents at all. Volunteers
// and staff receive action lines, districts receive reports, parents receive
// released notices; an administrator sees none of it.
func (r Role) SeesIncidents() bool {
	return r == RoleLiaison || r == RoleOfficer || r == RoleGuard
}

// State is where an incident stands.
type State string

// The states. Only a liaison's acknowledgement leads to Acknowledged.
const (
	StateOpen         State = "open"
	StateAcknowledged State = "acknowledged"
	StateResolved     State = "resolved"
)

// Lead closes an incident.
type Lead string

// The leads.
const (
	LeadPolice Lead = "police"
	LeadSchool Lead = "school"
)

// Verification is what somebody who looked says of an incident. It is not an
// acknowledgement.
type Verification string

// The verifications.
const (
	Unverified     Verification = "unverified"
	VerifiedReal   Verification = "real"
	VerifiedFalse  Verification = "false"
	VerifiedNoFind Verification = "unfounded"
)

// Outcome says how an incident ended.
type Outcome string

// The outcomes. Malicious is for the police alone; drill and test are set by
// the mode.
const (
	OutcomeReal        Outcome = "real"
	OutcomeTransferred Outcome = "transferred"
	OutcomeUnfounded   Outcome = "unfounded"
	OutcomeAccidental  Outcome = "accidental"
	OutcomePrank       Outcome = "prank"
	OutcomeDeviceFault Outcome = "device-fault"
	OutcomeUnfiledTest Outcome = "unfiled-test"
	OutcomeMalicious   Outcome = "malicious"
	OutcomeDrill       Outcome = "drill"
	OutcomeTest        Outcome = "test"
)

// Outcomes lists the outcomes that a lead may set on an incident of the mode.
func Outcomes(m Mode, lead Lead) []Outcome {
	switch m {
	case devices.Drill:
		return []Outcome{OutcomeDrill}
	case devices.Test:
		return []Outcome{OutcomeTest}
	}
	out := []Outcome{
		OutcomeReal, OutcomeTransferred, OutcomeUnfounded, OutcomeAccidental,
		OutcomePrank, OutcomeDeviceFault, OutcomeUnfiledTest,
	}
	if lead == LeadPolice {
		out = append(out, OutcomeMalicious)
	}
	return out
}
