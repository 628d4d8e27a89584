package calendar

import (
	"time"

	"example.org/campushub/alerting"
)

// Type is what kind of day it is for the pupils of a school.
type Type string

// The types of day.
const (
	Lesson         Type = "lesson"
	Half           Type = "half"
	Examination    Type = "examination" // of the school's own pupils
	Sports         Type = "sports"
	OpenDay        Type = "open-day"
	ParentsMeeting Type = "parents-meeting"
	OffSite        Type = "off-site" // some grades are away
	Registration   Type = "registration"
	Care           Type = "care"      // holiday care
	Residence      Type = "residence" // boarders stay, there are no lessons
	Closed         Type = "closed"
)

// Types lists them all.
func Types() []Type {
	return []Type{Lesson, Half, Examination, Sports, OpenDay, ParentsMeeting, OffSite, Registration, Care, Residence, Closed}
}

// Cause is what decided a day.
type Cause string

// The causes, in the order in which they are asked.
const (
	ByClosure     Cause = "closure" // the school's own: weather, an election
	BySite        Cause = "examination-site"
	ByOverride    Cause = "override"
	ByExamination Cause = "examination"
	ByTerm        Cause = "term"
	ByHoliday     Cause = "holiday"
	ByMakeUp      Cause = "make-up"
	ByWeekday     Cause = "weekday"
)

// Day is what a calendar says of a date.
type Day struct {
	Date  Date
	Type  Type
	Cause Cause
	// Follows is the weekday whose timetable holds.
	Follows time.Weekday
	// Unsaid is set where nobody said whose timetable a make-up working day
	// follows: every post of a weekday is to be occupied.
	Unsaid bool
	// Examination forbids drills. It is set for a site too, whose own pupils stay
	// away.
	Examination bool
	Site        bool
	// Times are the examination's, when candidates come and go; none: the
	// school's own hours.
	Times   []Hours
	Working bool          // people work, by the public calendar
	Summer  bool          // the summer timetable holds
	Holiday alerting.Text // the public holiday's name; empty where it is none
}

// School reports whether pupils come and go.
func (d Day) School() bool { return d.Type != Closed && d.Type != Residence }

// Manned reports whether the posts of a school day are occupied: pupils come,
// or others to an examination.
func (d Day) Manned() bool { return d.School() || d.Site }

// Strangers reports whether people are expected whom the gate does not know.
func (d Day) Strangers() bool {
	return d.Type == Sports || d.Type == OpenDay || d.Type == ParentsMeeting || d.Type == Registration || d.Site
}
