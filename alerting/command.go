package alerting

import (
	"errors"
	"fmt"
)

// Verb is what a person does to an incident.
type Verb string

// The verbs.
const (
	VerbAcknowledge Verb = "acknowledge"
	VerbNote        Verb = "note"
	VerbCancel      Verb = "cancel" // asks to stand down; stops nothing
	VerbReset       Verb = "reset"
	VerbResolve     Verb = "resolve"
)

// Verbs lists every verb.
func Verbs() []Verb {
	return []Verb{VerbAcknowledge, VerbNote, VerbCancel, VerbReset, VerbResolve}
}

// Longest free text of a command, in bytes.
const (
	MaxReasonLength = 500
	MaxNoteLength   = 2000
)

// Command is a person's wish to change one incident.
type Command struct {
	// ID makes the command idempotent: the same id twice changes nothing the
	// second time. Optional, a UUID.
	ID       string
	Incident string
	Verb     Verb
	Actor    Actor
	Reason   string
	Text     string
	Outcome  Outcome
	// Number is the update that the person had before them; 0 is the present one.
	Number int64
}

// The ways in which a command is refused. Each is wrapped with the object and
// the reason.
var (
	ErrNotFound    = errors.New("not found")
	ErrForbidden   = errors.New("not allowed")
	ErrConflict    = errors.New("conflict")
	ErrInvalid     = errors.New("invalid")
	ErrUnavailable = errors.New("unavailable") // the journal is down
)

func refuse(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}

// Update is one change of an incident as the engine publishes it. Clients
// apply updates by (incident, number); the same number comes twice where the
// first was told before its commit.
type Update struct {
	Incident Incident // listed form
	// Seq is the journal's sequence once the update is durable; 0 before.
	Seq int64
}
