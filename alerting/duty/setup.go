package duty

import (
	"time"

	"example.org/campushub/alerting"
)

// Setup is what a school says of its duty, laid over the defaults.
type Setup struct {
	School  string
	Level   string   // the kind of school that the pattern is for, such as primary; "" where nobody said
	Pattern []Window // when posts at the gates are occupied on a day of lessons
	With    []Condition
	// Timetables are tried in order before the pattern.
	Timetables []Timetable
	Posts      []Post
	Points     []string // of a patrol round; none: no rounds are watched
	// PointNames are what people call the points, where it is known.
	PointNames map[string]alerting.Text
	Rounds     []Round
	Times      Times
	Guards     int // that the school is to employ, by local rule; 0 is by its pupils, and at a boarding school unknown
	// Codes is how often the codes of all posts and points were renewed; 0 never.
	Codes int
	// Seed makes the daily shift of the rounds unforeseeable.
	Seed []byte
}

// PointName is what people call a point of the rounds: its id where nobody has
// said.
func (s Setup) PointName(id string) alerting.Text {
	if name, known := s.PointNames[id]; known {
		return name
	}
	return alerting.Text{ZH: id, EN: id}
}

// Times are the spans that everything is measured by.
type Times struct {
	Open   time.Duration // a check-in counts from so long before the shift
	Grace  time.Duration // and is no miss until so long after its start
	Settle time.Duration // what is on its way may arrive
	// Ahead is how many school days before one without a roster that is said.
	Ahead int
	// CallFirst and CallSecond are the windows of a roll call.
	CallFirst, CallSecond time.Duration
	Lone                  Lone
	Patrol                Patrol
	Leave                 Leave
}

// Lone is the timer of whoever is alone at a post by night.
type Lone struct {
	From, To      int // minutes after midnight
	Every         time.Duration
	First, Second time.Duration // windows to answer in
}

// Patrol bounds a round.
type Patrol struct {
	Before, After time.Duration // of the round's start
	Once          time.Duration // a point counts once in so long
	Shift         time.Duration // a start is moved by up to so much either way
}

// Condition is something that a school has or does; windows and rounds may
// hold only with it.
type Condition string

// The conditions.
const (
	Home     Condition = "home"     // pupils go home at midday
	Service  Condition = "service"  // after-school service
	Evening  Condition = "evening"  // evening study
	Boarding Condition = "boarding" // pupils sleep at school
	DayOnly  Condition = "day-only" // they do not
)

// Days are the days on which a window holds.
type Days string

// The sorts of days.
const (
	Every     Days = "every"
	Manned    Days = "manned" // the gates' posts are occupied
	Full      Days = "full"   // manned, and not a half day
	HalfDay   Days = "half"
	Off       Days = "off"   // no pupils come
	Slept     Days = "slept" // boarders sleep there in the night that begins
	Returning Days = "returning"
	Examining Days = "examination"
)

// Window is a time of the day in minutes after midnight; To lies on the next
// day where it is not later than From.
type Window struct {
	ID       string
	From, To int
	// Gate is when the gate opens: a post below its minimum is uncovered from
	// then on. -1 where there is none: from the end of the grace.
	Gate int
	On   Days
	If   Condition
	Need Need // nil: the post's own
	// OnCall needs no check-in.
	OnCall bool
}

// until is To in minutes after the midnight of From.
func (w Window) until() int {
	if w.To <= w.From {
		return w.To + minutesADay
	}
	return w.To
}

const minutesADay = 24 * 60

// Season is the part of the year that a timetable is for.
type Season string

// The seasons.
const (
	Summer Season = "summer"
	Winter Season = "winter"
)

// Timetable replaces the pattern on some days.
type Timetable struct {
	Season   Season         // "" is both
	Weekdays []time.Weekday // none is all; a make-up day counts as the day it follows
	Windows  []Window
}

// Kind is what sort of post it is.
type Kind string

// Post is a place to guard.
type Post struct {
	ID         string
	Name       alerting.Text
	Place      string // of the school, where it is told of
	Kind       Kind
	Need       Need
	Minimum    []Floor
	Company    int // nobody stands alone: so many people of any role
	Roving     []Role
	Windows    []Window // its own; none: the day's pattern
	On         Days     // narrows the pattern's days
	Watched    bool     // whoever is alone here by night is asked whether all is well
	Neighbours []string
	Codes      int // how often its own codes were renewed, beside Setup.Codes
}

// Round is one patrol of a day.
type Round struct {
	ID   string
	At   int // minutes after midnight
	Next bool
	On   Days
	If   Condition
	What alerting.Text // where to look
}
