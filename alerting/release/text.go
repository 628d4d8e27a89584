package release

import "example.org/campushub/alerting/texts"

// TextID names one of the texts that parents may be sent.
type TextID string

// The texts.
const (
	Holding        = TextID(texts.ParentsHolding)
	HoldingArrival = TextID(texts.ParentsHoldingArrival) // while pupils come to school
	Waiting        = TextID(texts.ParentsWaiting)
	DismissalLater = TextID(texts.ParentsDismissalLater)
	PickUp         = TextID(texts.ParentsPickUp)
	AllClear       = TextID(texts.ParentsAllClear)
	AllSafe        = TextID(texts.ParentsAllSafe) // the one text that says that all pupils are safe
	Correction     = TextID(texts.ParentsCorrection)
	DrillAhead     = TextID(texts.ParentsDrillAhead)
	DrillOver      = TextID(texts.ParentsDrillOver)
	GateChanged    = TextID(texts.ParentsGateChanged)
	ClosedWeather  = TextID(texts.ParentsClosedWeather)
	Registered     = TextID(texts.ParentsRegistered) // to one person who registered, never a broadcast
	OneTime        = TextID(texts.ParentsOneTime)    // to one person who proves a number, never a broadcast
)

// place says where in an incident's row of notices a text may stand.
type place int

const (
	anywhere   place = iota
	first            // its number is 1, and the text says so
	later            // it replaces one that is out
	unnumbered       // belongs to no row of notices
)

// template is what the gate knows of one text beside its words.
type template struct {
	place place
	// reason says that the text can't do without a reason line; one whose
	// {reason_line} may stay empty says nothing of what happened then.
	reason bool
	// collect says that {time} is when children can be collected, not when the
	// notice was written.
	collect bool
	// holds says that the text states no fact: only that there is something,
	// to wait, and until when. With a reason line it does state one.
	holds bool
}

// templates are the texts; their words are the school's own, or the built-in
// ones, and have the same holes.
var templates = map[TextID]template{
	Holding:        {place: first, holds: true},
	HoldingArrival: {place: first, holds: true},
	Waiting:        {place: later, holds: true},
	DismissalLater: {},
	PickUp:         {collect: true},
	AllClear:       {place: later},
	AllSafe:        {place: later},
	Correction:     {place: later, reason: true},
	DrillAhead:     {place: unnumbered},
	DrillOver:      {place: unnumbered},
	GateChanged:    {reason: true},
	ClosedWeather:  {reason: true},
	Registered:     {place: unnumbered},
	OneTime:        {place: unnumbered},
}

// Texts lists every text that a notice can be, in the order of their ids.
func Texts() []TextID {
	return []TextID{
		Holding, HoldingArrival, Waiting, DismissalLater, PickUp, AllClear, AllSafe,
		Correction, DrillAhead, DrillOver, GateChanged, ClosedWeather,
	}
}

// asks reports whether the text has the hole, in whichever words.
func (id TextID) asks(h texts.Hole) bool { return texts.BuiltIn().Asks(texts.Code(id), h) }

// onlyDrill reports whether a text belongs to drills alone.
func onlyDrill(id TextID) bool { return id == DrillAhead || id == DrillOver }

// personal reports whether a text goes to one person who asked for it, and never
// out as a notice.
func (id TextID) personal() bool { return id == Registered || id == OneTime }
