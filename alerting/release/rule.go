package release

import (
	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Rule says what it takes to tell parents about a kind.
type Rule int

// The rules.
const (
	// Never is R0: no broadcast. The guardians concerned are called by a person.
	Never Rule = iota
	// One is R1: one holder of the release right.
	One
	// Agreed is R2: a text that states no fact by one holder; every other one
	// needs the lead authority's agreement too.
	Agreed
	// Two is R3: two different holders.
	Two
)

// String names the rule as the policy does.
func (r Rule) String() string { return [...]string{"R0", "R1", "R2", "R3"}[r] }

// RuleNamed reads what String writes. Any other word, none among them, is Never:
// what a later version learns to raise is told to no parent before somebody has
// decided what they may hear of it.
func RuleNamed(name string) Rule {
	for r := One; r <= Two; r++ {
		if name == r.String() {
			return r
		}
	}
	return Never
}

// RuleOf is the rule for a text about the situation: the policy's, except where
// no policy may allow a notice.
func RuleOf(s Situation, text TextID) Rule {
	switch {
	case s.hidden() || s.ByHub:
		return Never
	case !s.Stage.fits(text):
		return Never
	case onlyDrill(text):
		return One
	case s.Mode == devices.Drill: // a word about pupils that is practised reads as true
		return Never
	}
	return s.Rule
}

// Authority is who leads at the scene, and so agrees to what parents are told.
type Authority string

// The authorities.
const (
	AuthorityPolice Authority = "police"
	AuthorityFire   Authority = "fire-service"
)

// AuthorityOf is who has to agree where the rule asks for it.
func AuthorityOf(k alerting.Kind) Authority {
	if k == "fire" {
		return AuthorityFire
	}
	return AuthorityPolice
}

// PhoneRole is who agreed by telephone: a role from a closed list, never a
// person.
type PhoneRole string

// The roles that can agree by telephone.
const (
	StationDesk   PhoneRole = "station-desk"
	StationLeader PhoneRole = "station-leader"
	SchoolLiaison PhoneRole = "liaison"
	CommandCentre PhoneRole = "command-centre"
	FireCommander PhoneRole = "fire-commander"
)

var phoneRoles = map[PhoneRole]Authority{
	StationDesk: AuthorityPolice, StationLeader: AuthorityPolice, SchoolLiaison: AuthorityPolice,
	CommandCentre: AuthorityPolice, FireCommander: AuthorityFire,
}

// PhoneRoles lists the roles that can agree by telephone for an authority.
func PhoneRoles(a Authority) []PhoneRole {
	if a == AuthorityFire {
		return []PhoneRole{FireCommander}
	}
	return []PhoneRole{StationDesk, StationLeader, SchoolLiaison, CommandCentre}
}
