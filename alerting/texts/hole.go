package texts

import (
	"strings"

	"example.org/campushub/alerting"
)

// Hole is a named blank of a text.
type Hole uint8

// The holes. Which text has which of them is in defaults.yaml.
const (
	School   Hole = iota
	Place         // name of the place, or of the device there
	Kind          // what it is about
	Severity      //
	Number        // of this update, report or notice
	Before        // the number of the notice that this one replaces
	Time          // a clock of the school
	Since         // the same, of a beginning
	Next          // the same, before which the next notice comes
	Date          // a day
	Age           // a span: since the press, or how long it was under way
	Callback      // a telephone number
	Who           // a role, never a person
	Level         // of an escalation
	Reason        // a person's own words
	Verify        // what somebody who looked says
	Facts         // what is known beyond the kind
	Outcome       // what an incident was closed with
	Missing       // what has not followed
	Count         // of presses, or of people
	Action        // what to do
	Again         // that it is a further press
	Warning       // that nobody must call back
	State         // what a drill or a test asks for
	Pickup        // where children are collected
	Line          // a sentence of the closed list for parents
	Drill         // what a drill is called to parents
	OnPost        // who stood at the place when it began: roles and numbers
	Digits        // of a code that proves a telephone number
	holes         // how many there are
)

var holeNames = [holes]string{
	School: "school", Place: "place", Kind: "kind", Severity: "severity", Number: "n", Before: "n-1",
	Time: "time", Since: "since", Next: "next_time", Date: "date", Age: "age", Callback: "callback",
	Who: "who", Level: "level", Reason: "reason", Verify: "verify", Facts: "facts", Outcome: "outcome",
	Missing: "missing", Count: "count", Action: "action", Again: "again", Warning: "warning", State: "state",
	Pickup: "pickup", Line: "reason_line", Drill: "drill", OnPost: "on_post", Digits: "digits",
}

// String is the hole as a text has it, braces and all.
func (h Hole) String() string { return "{" + holeNames[h] + "}" }

// phrase reports whether the hole holds words of the product, which begin a
// sentence with a capital. A name begins as its owner writes it.
func (h Hole) phrase() bool {
	switch h {
	case School, Place, Reason, Callback, Pickup:
		return false
	}
	return true
}

// set is a set of holes, and keeps their order.
type set uint32

func (s set) has(h Hole) bool { return s&(1<<h) != 0 }

// list names the holes, in their order.
func (s set) list() []string {
	var out []string
	for h := range holes {
		if s.has(h) {
			out = append(out, h.String())
		}
	}
	return out
}

// String names the holes, such as "{school} {place}".
func (s set) String() string { return strings.Join(s.list(), " ") }

// values is what each hole of one text holds.
type values [holes]alerting.Text
