package alerting

import (
	"errors"
	"fmt"
	"time"
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
	VerbVerify      Verb = "verify"   // says what it is; not the same as taking it on
	VerbClassify    Verb = "classify" // chooses the kind
	VerbDispatch    Verb = "dispatch"
	VerbArrive      Verb = "arrive"
	VerbCall        Verb = "call" // stamps a telephone call that a person made
	VerbLink        Verb = "link"
	VerbUnlink      Verb = "unlink"
	VerbReal        Verb = "real"   // not a drill
	VerbRefer       Verb = "refer"  // has an audience told that the policy leaves to a person
	VerbReveal      Verb = "reveal" // undoes a concealment
	VerbReport      Verb = "report" // stamps a report to the education bureau
)

// Verbs lists every verb.
func Verbs() []Verb {
	return []Verb{
		VerbAcknowledge, VerbNote, VerbCancel, VerbReset, VerbResolve,
		VerbVerify, VerbClassify, VerbDispatch, VerbArrive, VerbCall, VerbLink, VerbUnlink, VerbReal, VerbRefer,
		VerbReveal, VerbReport,
	}
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

	Verify    Verification // verify: "" leaves it as it is
	Facts     []string     // verify, classify, reveal: what is so; of the closed list
	Withdrawn []string     // verify: what is so no more

	Kind     Kind     // classify; reveal: "" is what it was
	Severity Severity // classify: "" follows the kind and never falls

	Stage DispatchStage // dispatch

	Party Party // arrive
	// When is the moment of an arrival, of a call or of a report; zero is now.
	When    time.Time
	OnPost  bool // arrive: was there already when it began
	Correct bool // arrive: puts an earlier stamp of the party right, with a reason

	To      Callee // call
	Reached bool   // call

	Other string // link, unlink: the other incident

	Audience Audience // refer: who is told

	Report ReportStage // report; its reference or remark is Text
	Way    ReportWay   // report
}

// The ways in which a command is refused. Each is wrapped with the object and
// the reason.
var (
	ErrNotFound    = errors.New("not found")
	ErrForbidden   = errors.New("not allowed")
	ErrConflict    = errors.New("conflict")
	ErrInvalid     = errors.New("invalid")
	ErrUnavailable = errors.New("unavailable") // the journal is down
	ErrChanged     = errors.New("changed meanwhile")
)

// Refusal is a refusal of one cause that whoever asked can tell from all
// others, by a code that does not change with the sentence.
type Refusal struct {
	Kind error // one of the ways above
	Code string
	Text Text
}

func (r *Refusal) Error() string { return r.Kind.Error() + ": " + r.Text.ZH + " / " + r.Text.EN }

func (r *Refusal) Unwrap() error { return r.Kind }

// NoDrillToday refuses a drill that is planned for an examination day or would
// begin on one.
func NoDrillToday() *Refusal {
	return &Refusal{ErrConflict, "examination-drill", Text{ZH: "考试日不安排、不开始演练", EN: "no drill on an examination day"}}
}

// NoTestToday refuses a test that somebody starts from a phone, or by the API,
// on an examination day. A button's is never refused: it is told without a sound.
func NoTestToday() *Refusal {
	return &Refusal{ErrConflict, "examination-test", Text{ZH: "考试日不测试,请改日进行", EN: "no test on an examination day: test on another day"}}
}

// NoTestNow refuses the test of a way while a live alarm is open: whoever is told
// of one now is told of that.
func NoTestNow() *Refusal {
	return &Refusal{ErrConflict, "alarm-test", Text{ZH: "有未办结的事件,此时不测试通道", EN: "no test of a way while an alarm is open"}}
}

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
