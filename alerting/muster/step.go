package muster

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// Bounds of a count. Beyond them a command is refused.
const (
	MaxClasses = 300
	MaxPupils  = 500 // of one class
	MaxReports = 50  // of one class
)

// Verb is what a person does to a head count.
type Verb string

// The verbs.
const (
	VerbStart  Verb = "start"
	VerbReport Verb = "report" // also corrects
	VerbAsked  Verb = "asked"  // the hub's own: staff were asked
)

// Person is who does something, and the classes that they answer for.
type Person struct {
	alerting.Actor
	Classes []string
}

// Command is a person's wish. The caller has checked that they belong to the
// school.
type Command struct {
	ID     string // makes it idempotent; optional
	Verb   Verb
	By     Person
	Muster string // start: the incident or drill
	School string // start

	Classes []Class // start: every class that is in the building today
	Class   string  // report
	Figures Figures // report
	Asked   Asked   // asked
}

func refuse(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
}

// Step decides what a command does: the events that follow, or why it is
// refused. It changes nothing.
func Step(s State, c Command, now time.Time) ([]Event, error) {
	e := Event{
		Muster: c.Muster, School: c.School, At: now.UTC().Round(0), Actor: c.By.Actor, Command: c.ID,
	}
	var changed bool
	var err error
	switch c.Verb {
	case VerbStart:
		changed, err = start(s, c, &e)
	case VerbReport:
		changed, err = report(s, c, &e)
	case VerbAsked:
		changed, err = asked(s, c, &e)
	default:
		err = refuse(alerting.ErrNotFound, "verb: no such thing is done to a head count")
	}
	if err != nil || !changed {
		return nil, err
	}
	return []Event{e}, nil
}

// start begins a count, by an officer or by the hub with an evacuation.
func start(s State, c Command, e *Event) (bool, error) {
	if c.By.Role != alerting.RoleOfficer && !c.By.hub() {
		return false, refuse(alerting.ErrForbidden, "an officer starts a head count")
	}
	if c.seen(s) {
		return false, nil
	}
	if s.started() {
		return false, refuse(alerting.ErrConflict, "the head count has begun")
	}
	if err := checkClasses(c.Classes); err != nil {
		return false, err
	}
	e.Type, e.Classes = EventStarted, slices.Clone(c.Classes)
	return true, nil
}

func (s State) started() bool { return !s.StartedAt.IsZero() }

func (c Command) seen(s State) bool { return c.ID != "" && slices.Contains(s.Commands, c.ID) }

func checkClasses(classes []Class) error {
	if len(classes) == 0 || len(classes) > MaxClasses {
		return refuse(alerting.ErrInvalid, "classes: 1 to %d", MaxClasses)
	}
	for i, c := range classes {
		switch {
		case !devices.ValidName(c.ID):
			return refuse(alerting.ErrInvalid, "classes[%d]: an id is of a-z, 0-9 and -", i)
		case c.Roll < 0 || c.Roll > MaxPupils:
			return refuse(alerting.ErrInvalid, "classes[%d]: roll: 0 to %d", i, MaxPupils)
		case slices.ContainsFunc(classes[:i], func(o Class) bool { return o.ID == c.ID }):
			return refuse(alerting.ErrInvalid, "classes[%d]: named twice", i)
		}
	}
	return nil
}

// report takes a class's figures from its own staff, or from an officer for
// any class. The same figures again change nothing; others are a correction.
func report(s State, c Command, e *Event) (bool, error) {
	if !c.By.answersFor(c.Class) {
		return false, refuse(alerting.ErrForbidden, "staff report for their own class")
	}
	if c.seen(s) {
		return false, nil
	}
	at := slices.IndexFunc(s.Classes, func(r Row) bool { return r.ID == c.Class })
	if at < 0 {
		return false, refuse(alerting.ErrNotFound, "class: not in this head count")
	}
	if err := c.Figures.check(); err != nil {
		return false, err
	}
	row := s.Classes[at]
	figures, err := c.Figures.against(row.Class)
	if err != nil {
		return false, err
	}
	if last, ok := row.Latest(); ok && last.Figures == figures {
		return false, nil
	}
	if len(row.Reports) >= MaxReports {
		return false, refuse(alerting.ErrConflict, "class: reported more than %d times", MaxReports)
	}
	e.Type, e.Muster, e.School = EventReported, s.ID, s.School
	e.Class, e.Figures = c.Class, &figures
	return true, nil
}

func (p Person) answersFor(class string) bool {
	return p.Role == alerting.RoleOfficer || (p.Role == alerting.RoleStaff && slices.Contains(p.Classes, class))
}

// check holds the three numbers against each other: a missing child must not
// get lost between them.
func (f Figures) check() error {
	for _, n := range []int{f.Expected, f.Present, f.Missing} {
		if n < 0 || n > MaxPupils {
			return refuse(alerting.ErrInvalid, "figures: each 0 to %d", MaxPupils)
		}
	}
	if f.Present+f.Missing != f.Expected {
		return refuse(alerting.ErrInvalid, "figures: %d present and %d missing are not %d expected", f.Present, f.Missing, f.Expected)
	}
	return nil
}
