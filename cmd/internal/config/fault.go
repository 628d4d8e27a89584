package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a configuration.
type Fault struct {
	Path    string // the value's way from the root, such as schools[0].devices[3].id; "" is the file itself
	File    string
	Line    int // from 1; 0 where the file as a whole is at fault
	Column  int // from 1; 0 where the file as a whole is at fault
	Message string
	// Do is what somebody can do about a warning; "" of a fault, which says so
	// itself.
	Do string
	// Code says which warning it is, of which school, and About what of, by name: for
	// whoever says it in another language. They are empty of a fault; a warning of no
	// school in particular has none.
	Code   Code
	School string
	About  map[string]string
}

// Code is one sort of warning; those of policies are policy.Code.
type Code string

// What a configuration is warned of besides its policies.
const (
	WarnFarPoint    Code = "far-point"    // a point far from every other
	WarnGuards      Code = "guards"       // fewer guards than there should be
	WarnWindows     Code = "windows"      // the gates' hours are other than the duty's
	WarnFirstWindow Code = "first-window" // too short for the rule that looks whether somebody comes
	WarnLevel       Code = "level"        // the gates' level is other than the duty's
	WarnRetention   Code = "retention"    // a retention policy that nobody makes
	WarnShortened   Code = "shortened"    // a text that goes over a gateway in fewer words alone
	WarnProvider    Code = "provider"     // an identity provider, and no account that it vouches for
	WarnRounds      Code = "rounds"       // posts, and no points of rounds
)

type holes = map[string]string

// String says the fault on one line, the place first as compilers do.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	if f.Path != "" {
		b.WriteString(": " + f.Path)
	}
	return b.String() + ": " + f.Message
}

// Faults is every fault of a configuration, by file and line. It is the error
// that Load returns.
type Faults []Fault

// Error lists every fault, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

func (f Faults) sort() {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Message, b.Message),
		)
	})
}
