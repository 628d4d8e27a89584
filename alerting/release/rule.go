package release

import "example.org/campushub/alerting"

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

// rules by kind. A kind that is not here is never told to parents: what the
// hub raises by itself, and whatever a later version learns to raise before
// somebody has decided what parents may hear of it.
var rules = map[alerting.Kind]Rule{
	"emergency": Agreed,
	"attack":    Agreed,
	"intrusion": Agreed,
	"fire":      Agreed,
	"health":    Two,
	"traffic":   One,
	"crowd":     One,
	"weather":   One,

	"medical": Never, "fight": Never, "bullying": Never, "welfare": Never,
	"missing": Never, "drowning": Never, "hazard": Never,
}

// confidentialKinds do not exist for whoever is not named, whatever the flag
// of the incident says.
var confidentialKinds = map[alerting.Kind]bool{"bullying": true, "welfare": true}

// RuleOf is the rule for a text about the situation.
func RuleOf(s Situation, text TextID) Rule {
	switch {
	case s.hidden() || s.ByHub:
		return Never
	case onlyDrill(text):
		return One
	}
	return rules[s.Kind]
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
