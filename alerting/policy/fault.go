package policy

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with a school's policy.
type Fault struct {
	Path    string // the value's way from the root of the configuration
	Line    int    // from 1; 0 where nothing is written of it
	Column  int
	Message string
	// Do is what somebody can do about a warning.
	Do string
	// Code says which warning it is, and About what of, by name: for whoever says it
	// in another language. Both are empty of a fault.
	Code  Code
	About map[string]string
	// Found is a word that is none of Words, for whoever wants to guess what
	// was meant; Words is nil where a fault is no such word.
	Found string
	Words []string
}

// Code is one sort of warning.
type Code string

// What the policy warns of.
const (
	WarnUnasked          Code = "unasked"            // critical, and the police are not told
	WarnOneWay           Code = "one-way"            // critical, and the police are told over one way
	WarnIdleRepeat       Code = "idle-repeat"        // a repeat of no level
	WarnIdleLevel        Code = "idle-level"         // a level that adds nobody
	WarnIdleChannel      Code = "idle-channel"       // channels that nobody has
	WarnAtOnce           Code = "at-once"            // told by a channel that nobody has
	WarnOnce             Code = "once"               // critical, and the police are not told again
	WarnOffShift         Code = "off-shift"          // hours at which nobody is on shift
	WarnOffShiftHolidays Code = "off-shift-holidays" // the same in the holidays
	WarnLeave            Code = "leave"              // days on which leave has nobody there
	WarnUnnamed          Code = "unnamed"            // confidential, and nobody is named: others answer
	WarnUnanswered       Code = "unanswered"         // confidential, and of some nobody can answer
	WarnVacant           Code = "vacant"             // levels that nobody answers for
	WarnPassedOn         Code = "passed-on"          // told, and nobody is set up
	WarnReleaseNone      Code = "release-none"       // nobody holds the release right
	WarnReleaseFew       Code = "release-few"        // one does where two are asked
)

// about are the facts that a warning names, as pairs.
type about = map[string]string

// String says the fault on one line.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.Path + ": " + f.Message
	}
	return fmt.Sprintf("%d:%d: %s: %s", f.Line, f.Column, f.Path, f.Message)
}

// position is where a value stands in its file.
type position struct{ line, column int }

// at gives a fault its place: the value's own, or that of what it lies in.
func (r *Rules) at(path, format string, args ...any) Fault {
	f := Fault{Path: path, Message: fmt.Sprintf(format, args...)}
	for p := path; ; {
		if pos, ok := r.written[p]; ok {
			f.Line, f.Column = pos.line, pos.column
			return f
		}
		cut := strings.LastIndexAny(p, ".[")
		if cut < 0 {
			return f
		}
		p = p[:cut]
	}
}

// list writes words as "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func strs[S ~string](words []S) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
