package calendar

import (
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/internal/strict"
)

// Fault is one thing that is wrong with a calendar.
type Fault = strict.Fault

// Year is what the State Council says of one year.
type Year struct {
	Year     int
	Holidays []Holiday
	MakeUp   []Date // make-up working days

	at strict.Place
}

// Holiday is a public holiday.
type Holiday struct {
	Span
	Name alerting.Text
}

// School is what a school says of its own days.
type School struct {
	Terms        []Term
	MakeUp       []MakeUp
	Days         []Override
	Closed       []Closure
	Examinations []Exam
	// Weekends is set where boarders stay over the weekends of a term; of a school
	// without terms, over every one.
	Weekends bool
}

// Term is a term: lessons begin on First, and until then pupils register.
type Term struct {
	Span
	First  Date
	Summer Span // the summer timetable; zero where there is none

	at strict.Place
}

// MakeUp says which weekday's timetable a make-up working day follows.
type MakeUp struct {
	Date    Date
	Follows time.Weekday

	at strict.Place
}

// Override makes days what they would not be by themselves.
type Override struct {
	Span
	Type    Type
	Follows time.Weekday // time.Sunday where it is not said

	at strict.Place
}

// Reason is why a school closes by itself.
type Reason string

// The reasons.
const (
	Weather  Reason = "weather"
	Epidemic Reason = "epidemic"
	Election Reason = "election"
	OwnDay   Reason = "own" // an anniversary, a day off that was worked for
)

// Closure is a run of days on which the school is closed.
type Closure struct {
	Span
	Reason Reason

	at strict.Place
}

// Exam is a run of examination days.
type Exam struct {
	Span
	// Site is set where others sit the examination here and the school's own
	// pupils stay away.
	Site bool
	// Times are the hours in which candidates come and go; none: the school's
	// own.
	Times []Hours
}
