package hazard

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/campushub/alerting"
)

// Grade is how grave whoever reports it holds a hazard to be.
type Grade string

// The grades, as inspection ledgers have them.
const (
	General Grade = "general" // 一般隐患
	Major   Grade = "major"   // 重大隐患
)

// Grades are all of them, the usual one first.
func Grades() []Grade { return []Grade{General, Major} }

// Title is the grade in words.
func (g Grade) Title() alerting.Text {
	if g == Major {
		return alerting.Text{ZH: "重大隐患", EN: "major hazard"}
	}
	return alerting.Text{ZH: "一般隐患", EN: "general hazard"}
}

// State is how far a hazard has been seen to.
type State string

// The states.
const (
	Open   State = "open"    // nobody sees to it yet
	InHand State = "in-hand" // somebody does
	Done   State = "done"
)

// States are all of them, in their usual order.
func States() []State { return []State{Open, InHand, Done} }

// Bounds of what people write, in characters, and of how often a state changes.
const (
	LongestText   = 1000
	LongestReason = 200
	MostSteps     = 100
)

// Where is the place of a hazard, or the post at which it is, under the name that
// it had then.
type Where struct {
	Place, Post string // ids; Post is "" where a place alone was named
	Name        alerting.Text
}

// Report is a hazard that somebody reported.
type Report struct {
	ID     string // a UUID that its reporter's browser draws: the same one is the same report
	School string
	At     time.Time
	By     string // the account
	Where  Where
	Grade  Grade
	Text   string
	State  State
	Steps  []Step // how it came to its state, the first one first; nothing is ever taken out
	Photo  Picture
}

// Step is a change of the state: who changed it to what, when and why.
type Step struct {
	At     time.Time
	By     string
	To     State
	Reason string
}

// Picture is what is known of a report's photo besides itself.
type Picture struct {
	Size int64  // in bytes, as it is kept; 0: there is none
	Sent []byte // SHA-256 of the file that it was made of: the same file again is no second one
}

// Checked is the report as it may be stored: what is written is trimmed, and
// bounded.
func (r Report) Checked() (Report, error) {
	r.Text = strings.TrimSpace(strings.ReplaceAll(r.Text, "\r\n", "\n"))
	switch {
	case r.Grade != General && r.Grade != Major:
		return r, fmt.Errorf("%w: grade: want one of %v", alerting.ErrInvalid, Grades())
	case !readable(r.Text, LongestText, "\n\t"):
		return r, fmt.Errorf("%w: text: want 1 to %d printable characters", alerting.ErrInvalid, LongestText)
	}
	r.State, r.Steps, r.Photo = Open, nil, Picture{}
	return r, nil
}

// Moved is the report after a step. known is how many steps whoever takes it has
// seen: a report that has others by now is not what they decided on.
func (r Report) Moved(s Step, known int) (Report, Step, error) {
	s.Reason = strings.TrimSpace(s.Reason)
	switch {
	case s.To != Open && s.To != InHand && s.To != Done:
		return r, s, fmt.Errorf("%w: state: want one of %v", alerting.ErrInvalid, States())
	case !readable(s.Reason, LongestReason, ""):
		return r, s, fmt.Errorf("%w: reason: want 1 to %d printable characters", alerting.ErrInvalid, LongestReason)
	case known != len(r.Steps):
		return r, s, fmt.Errorf("%w: somebody changed the hazard meanwhile: it has %d steps", alerting.ErrConflict, len(r.Steps))
	case s.To == r.State:
		return r, s, fmt.Errorf("%w: the hazard is %s already", alerting.ErrConflict, r.State)
	case len(r.Steps) >= MostSteps:
		return r, s, fmt.Errorf("%w: the hazard was changed %d times: report it anew", alerting.ErrConflict, MostSteps)
	}
	r.State, r.Steps = s.To, append(r.Steps[:len(r.Steps):len(r.Steps)], s)
	return r, s, nil
}

// readable reports whether people can read what was written: UTF-8 with no
// control character but some.
func readable(s string, longest int, but string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= longest &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(but, r) })
}
