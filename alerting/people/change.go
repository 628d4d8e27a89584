package people

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Off is why nobody signs in to an account; "" where somebody may.
type Off string

// Why an account is off.
const (
	Disabled  Off = "disabled"  // the configuration says so
	Suspended Off = "suspended" // an administrator said so, while the hub ran
)

// Deed is what was done with an account.
type Deed string

// The deeds of people.
const (
	AccountAdded     Deed = "added"
	AccountPassword  Deed = "password" // another one
	AccountDisabled  Deed = "disabled"
	AccountEnabled   Deed = "enabled" // neither disabled nor suspended any more
	AccountSuspended Deed = "suspended"
	AccountRestored  Deed = "restored" // suspended no more
	AccountSignedOut Deed = "signed-out"
	AccountChanged   Deed = "changed" // its terms, on a page
)

// The deeds of the hub: what it found in the configuration when it read that.
const (
	AccountCame    Deed = "came"
	AccountAltered Deed = "altered"
	AccountWent    Deed = "went"
	// AccountSuperseded: what was set on a page counts no more.
	AccountSuperseded Deed = "superseded"
)

// What was done with tokens of programs. The last two are written once a day
// and token at most.
const (
	TokenMade        Deed = "token-made"
	TokenWasRevoked  Deed = "token-revoked"
	TokenUsedExpired Deed = "token-used-expired" // and refused
	TokenUsedRevoked Deed = "token-used-revoked" // and refused
)

// What was done with a school's code for parents, and what parents did who
// subscribe with it. It stands under ParentsOf the school.
const (
	CodeIssued         Deed = "code-issued" // in place of the one before
	CodeRevoked        Deed = "code-revoked"
	ParentSubscribed   Deed = "parent-subscribed"
	ParentUnsubscribed Deed = "parent-unsubscribed"
	ParentLanguage     Deed = "parent-language" // another one
)

// Deeds lists every deed.
func Deeds() []Deed {
	return []Deed{
		AccountAdded, AccountPassword, AccountDisabled, AccountEnabled, AccountSuspended, AccountRestored, AccountSignedOut, AccountChanged,
		AccountCame, AccountAltered, AccountWent, AccountSuperseded,
		TokenMade, TokenWasRevoked, TokenUsedExpired, TokenUsedRevoked,
		CodeIssued, CodeRevoked, ParentSubscribed, ParentUnsubscribed, ParentLanguage,
	}
}

// SignsOut reports whether a deed ends the account's sessions.
func (d Deed) SignsOut() bool {
	switch d {
	case AccountPassword, AccountDisabled, AccountSuspended, AccountSignedOut:
		return true
	}
	return false
}

// SignsOut reports whether a change ends the account's sessions: who may do or see
// something else from now on signs in again.
func (c AccountChange) SignsOut() bool {
	if c.Did == AccountChanged && c.Before != nil && c.After != nil {
		return !c.Before.SameRights(*c.After)
	}
	return c.Did.SignsOut()
}

// AccountChange is what was done with an account, as the audit chain of the
// accounts holds it.
type AccountChange struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Account string    `json:"account"` // of a token: its program; of a code for parents: ParentsOf its school
	Did     Deed      `json:"did"`
	// By is the account of who did it, user@host of a command line, a program
	// that was refused, a subscriber, or ByConfiguration.
	By string `json:"by"`
	// Why is the reason; of a program that was refused, where it asked from.
	Why string `json:"why"`
	// Of names the facts that are others now: altered.
	Of []string `json:"of,omitempty"`
	// Before and After are the terms: changed; of added, where it was on a page, the
	// second.
	Before *Terms `json:"before,omitempty"`
	After  *Terms `json:"after,omitempty"`
	// Replaces is what After is kept beside; see Setting.
	Replaces string `json:"-"`
	// Grant is what was granted: token-made.
	Grant *Grant `json:"grant,omitempty"`
	// Password is what is kept: password and added, where it was on a page. The chain
	// has nothing of it.
	Password *NewPassword `json:"-"`
}

// The names under which parents who subscribe stand in the accounts' audit chain.
// No account has a colon in its name.
const (
	parentsPrefix    = "parents:"
	subscriberPrefix = "subscriber:"
)

// ParentsOf is under which name the chain has what concerns a school's
// subscriptions.
func ParentsOf(school string) string { return parentsPrefix + school }

// SchoolOfParents is the school of such a name; false for what is none.
func SchoolOfParents(name string) (school string, ok bool) {
	return strings.CutPrefix(name, parentsPrefix)
}

// SubscriberOf is how the chain names a subscriber: by an id that says nothing of
// the number.
func SubscriberOf(id string) string { return subscriberPrefix + id }

// ByConfiguration is who did what the hub found in its configuration.
const ByConfiguration = "configuration"

// LongestWhy is how long a reason may be, in bytes.
const LongestWhy = 500

// The facts of an account that its configuration decides.
const (
	FactRole     = "role"
	FactSchools  = "schools"
	FactNamed    = "named"
	FactRelease  = "release"
	FactClasses  = "classes"
	FactPassword = "password"
	FactIdentity = "identity"
	FactDisabled = "disabled"
	FactDisplay  = "display-name"
)

// AccountFacts lists them.
func AccountFacts() []string {
	return []string{FactRole, FactSchools, FactNamed, FactRelease, FactClasses, FactPassword, FactIdentity, FactDisabled, FactDisplay}
}

// Facts are what the configuration says of an account, by fact; a password is
// its fingerprint.
func (a Account) Facts() map[string]string {
	return map[string]string{
		FactRole: string(a.Role), FactSchools: words(a.Schools), FactNamed: flag(a.Named), FactRelease: flag(a.Release),
		FactClasses: words(a.Classes), FactPassword: a.Fingerprint(), FactIdentity: a.Identity.Fingerprint(), FactDisabled: flag(a.Off == Disabled),
		FactDisplay: a.DisplayName,
	}
}

// Fingerprint tells one password's hash from another, and nothing of either.
func (a Account) Fingerprint() string {
	sum := sha256.Sum256([]byte(a.PasswordHash))
	return hex.EncodeToString(sum[:8])
}

func words(all []string) string { return strings.Join(slices.Sorted(slices.Values(all)), " ") }

func flag(on bool) string {
	if on {
		return "yes"
	}
	return ""
}
