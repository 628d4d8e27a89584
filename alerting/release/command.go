package release

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/campushub/alerting"
)

// Verb is what a person does to an incident's notices.
type Verb string

// The verbs.
const (
	VerbDraft    Verb = "draft"
	VerbApprove  Verb = "approve"
	VerbAgree    Verb = "agree" // the lead authority, or its word by telephone
	VerbHold     Verb = "hold"
	VerbContinue Verb = "continue"
	VerbWithdraw Verb = "withdraw"
	VerbRelease  Verb = "release" // approves too, where the person has not yet
)

// Person is who does something, and the schools whose notices they may
// release. The caller has checked that they may see the incident at all.
type Person struct {
	alerting.Actor
	Releases []string
}

// holds reports whether the person holds the release right for every one of
// the schools.
func (p Person) holds(schools []string) bool {
	return p.Role == alerting.RoleOfficer && len(schools) > 0 &&
		!slices.ContainsFunc(schools, func(s string) bool { return !slices.Contains(p.Releases, s) })
}

// Command is a person's wish.
type Command struct {
	ID      string // makes it idempotent; optional
	Verb    Verb
	By      Person
	Content Content  // draft
	Schools []string // draft: whose parents it goes to; empty is the incident's own school
	Hash    string   // approve, agree, release: of the text that the person has seen
	Call    *Call    // agree by telephone
	Reason  string   // hold, withdraw: for the record
}

func refuse(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}

func checkReason(c Command, needed bool) error {
	switch {
	case needed && strings.TrimSpace(c.Reason) == "":
		return refuse(alerting.ErrInvalid, "reason: the record needs one")
	case len(c.Reason) > alerting.MaxReasonLength:
		return refuse(alerting.ErrInvalid, "reason: longer than %d bytes", alerting.MaxReasonLength)
	case !utf8.ValidString(c.Reason):
		return refuse(alerting.ErrInvalid, "reason: not UTF-8")
	}
	return nil
}
