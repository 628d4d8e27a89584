package rules

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/internal/strict"
)

// GateType is what a gate is for.
type GateType string

// The types of gate. Counters is no gate: the counters of a whole school.
const (
	Pedestrian GateType = "pedestrian"
	Vehicle    GateType = "vehicle"
	Evacuation GateType = "evacuation"
	Dormitory  GateType = "dormitory"
	Roof       GateType = "roof"
	Counters   GateType = "counters"
)

// GateTypes lists the types that a gate can be given.
func GateTypes() []GateType { return []GateType{Pedestrian, Vehicle, Evacuation, Dormitory, Roof} }

// Gate is what a school says of one gate.
type Gate struct {
	Device string
	Type   GateType
	Width  float64 // free width, in metres; 0 where nobody said
	Area   int     // people whom the waiting area holds; 0 where nobody said
	Apart  bool    // vehicles have lanes of their own
	Post   string  // the post that guards it
	// Windows are when it is open; nil: the school's.
	Windows []Window
}

// Level is the kind of school.
type Level string

// The levels.
const (
	Kindergarten Level = "kindergarten"
	Primary      Level = "primary"
	Junior       Level = "junior-secondary"
	Senior       Level = "senior-secondary"
)

// Levels lists them all.
func Levels() []Level { return []Level{Kindergarten, Primary, Junior, Senior} }

// Window is a time of day at which a gate is open, in minutes after midnight by
// the school's clock.
type Window struct {
	From, To int
	On       Days
}

// Days are the days of a window.
type Days string

// The days.
const (
	OnManned Days = "manned" // pupils, or candidates, come
	OnFull   Days = "full"   // whole school days
	OnHalf   Days = "half"   // half days
)

// Rule is one rule. Its expressions are compiled.
type Rule struct {
	ID    string
	Title alerting.Text
	Of    []GateType // the gates that it looks at

	When  string
	Clear string // "" is the opposite of When

	For      time.Duration
	ClearFor time.Duration
	// ByPerson says that only a person ends it: what it raised is closed, not
	// cleared.
	ByPerson bool

	Kind  alerting.Kind
	Facts []string // of alerting.FoundFacts
	// UrgentAfter is after how long it becomes urgent; 0 is never.
	UrgentAfter time.Duration
	// Pauses stops the other rules of this sensor while it stands; "" is none.
	Pauses string
	// Always marks a rule that no school may turn off.
	Always bool
	Off    bool
	// Limit is how far a school may change it; nil is as far as it likes.
	Limit *Limit

	when, clear *program
	sensors     []string // whose inputs it reads, such as contact
	at          strict.Place
}

// Set is the rules and gates of one school.
type Set struct {
	Level Level // "" is that of the school's duty
	Roll  int   // pupils; 0 where nobody said
	// Windows are when gates are open; nil: by the school's duty, or its level.
	Windows []Window

	gates []Gate
	rules []*Rule
}

// Rules lists the rules that are on, in their order.
func (s *Set) Rules() []*Rule {
	return slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool { return r.Off })
}

// Gates lists the gates of which the school says something.
func (s *Set) Gates() []Gate { return slices.Clone(s.gates) }

// Gate is a gate of the school: a pedestrian one where nobody said more.
func (s *Set) Gate(device string) Gate {
	if i := slices.IndexFunc(s.gates, func(g Gate) bool { return g.Device == device }); i >= 0 {
		return s.gates[i]
	}
	return Gate{Device: device, Type: Pedestrian}
}
