package drill

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Verb is what a person does to a drill.
type Verb string

// The verbs.
const (
	VerbPlan    Verb = "plan"
	VerbAccept  Verb = "accept" // a station takes note of the filing
	VerbCancel  Verb = "cancel"
	VerbStart   Verb = "start"
	VerbConfirm Verb = "confirm" // the second person, where several schools take part
	VerbMark    Verb = "mark"
	VerbStop    Verb = "stop"
	VerbReal    Verb = "real" // 非演练,真实险情
	VerbReturn  Verb = "return"
)

// Person is who does something, and the schools that they serve.
type Person struct {
	alerting.Actor
	Schools []string
}

func (p Person) serves(schools ...string) bool {
	return !slices.ContainsFunc(schools, func(s string) bool { return !slices.Contains(p.Schools, s) })
}

// Command is a person's wish.
type Command struct {
	ID      string // makes it idempotent; optional
	Verb    Verb
	By      Person
	Plan    Plan      // plan
	Station string    // accept
	School  string    // mark, real, return
	Part    Part      // mark
	At      time.Time // mark: when it was so; zero is now
	Reason  string    // cancel, stop
	// Count is what was counted, with the mark of it; nil says when alone.
	Count *Count
}

// Day is what the school's calendar says of the day of a drill.
type Day struct {
	Examination bool
	// WorkingDays is how many working days lie between now and the drill;
	// filing with the police wants one.
	WorkingDays int
}

// Count is a school's head count in figures.
type Count struct {
	Complete bool `json:"complete"` // every expected class has reported
	Expected int  `json:"expected"`
	Missing  int  `json:"missing"`
}

func (c Count) allPresent() bool { return c.Complete && c.Missing == 0 && c.Expected > 0 }

// Input is one thing that may change a drill: a command, or a press, or
// neither, the passing of time.
type Input struct {
	Command *Command
	Press   *devices.Press
	// Days is asked for plan, start and confirm, by school: a school that is
	// not in it has no examination.
	Days map[string]Day
	// LiveOpen says that a live incident of one of the schools is unresolved.
	LiveOpen bool
	// Hushed says of a live press that nobody may learn of it but those whom its
	// own plan tells: it was silent, or is confidential.
	Hushed bool
}
