package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Rules is a whole policy as it is written: a line for every kind, the
// escalation profiles, the clocks and the budgets. The built-in rules are
// complete; a school's own are read on top of them. Once read they never
// change.
type Rules struct {
	lines        map[alerting.Kind]rule
	profiles     map[string]profile
	clock        clockRule
	budgets      map[alerting.Audience]budget
	channels     map[alerting.Channel]budget // of the channels that do not follow their audience
	drills       map[alerting.Audience]Drills
	tests        ButtonTests
	drillTargets DrillTargets
	lost         Lost
	digest       Digest
	reports      Reports
	// linkWithin is how soon after one another presses are shown together; 0 is
	// never by themselves.
	linkWithin time.Duration
	falsely    alerting.FalseAlarmRule
	freshFor   time.Duration // how old news may be that is told like live ones
	night      window
	quiet      window
	// written holds where each value of a school's own policy stands, by its
	// path below the policy.
	written map[string]position
	// doubted are the paths at which reading found faults: what stands there was
	// not taken over, and nothing that rests on it can be judged.
	doubted []string
}

// doubts reports whether something at the path, or below it, could not be read.
func (r *Rules) doubts(path string) bool {
	return slices.ContainsFunc(r.doubted, func(p string) bool {
		rest, below := strings.CutPrefix(p, path)
		return below && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
}

// judged reports whether a kind's line, and every profile that it names, could
// be read.
func (r *Rules) judged(path string, k alerting.Kind) bool {
	for mask := range uint(1) << len(r.lines[k].variants) {
		if !r.escalates(path, r.lines[k].under(mask)) {
			return false
		}
	}
	return !r.doubts(path + ".kinds." + string(k))
}

// escalates reports whether every profile of a line could be read.
func (r *Rules) escalates(path string, l rule) bool {
	return !slices.ContainsFunc(l.escalation, func(name string) bool { return r.doubts(path + ".escalation." + name) })
}

// rule is one line of the policy: what a kind means for everybody.
type rule struct {
	severity     alerting.Severity
	lead         alerting.Lead
	class        Class
	release      Release
	cells        [audiences]Cell
	to           [audiences][]people.Duty // instead of the duties of level 0
	masked       [audiences]bool          // told of a confidential incident without its kind
	there        [audiences]bool          // told are those alone who stand at the place, where somebody does
	call         []string
	escalation   []string // profiles; a later one's audiences stand for the earlier one's
	wakes        bool     // is not held back by the quiet hours
	note         alerting.Text
	guardsAction alerting.Text
	staffAction  alerting.Text
	aloud        bool // what to do is said over loudspeakers
	variants     []variant
	chosen       []string // the names of those that are laid over it
}

// variant is what a line becomes under conditions.
type variant struct {
	name  string
	title alerting.Text
	when  [][]Fact // any of these, each whole
	apply func(*rule)
}

// Cell says when an audience is told: after so long, or one of the marks
// below.
type Cell time.Duration

// The marks of a cell that is no time.
const (
	Never  Cell = -1 - iota // is not told
	Show                    // sees it on its pages, silently, without escalation
	Decide                  // is told when a person decides so
)

// Told reports whether the audience is told by the plan.
func (c Cell) Told() bool { return c >= 0 }

// Class is how confidential a kind is.
type Class string

// The classes.
const (
	C0 Class = "C0" // every audience that is told sees kind and place
	C1 Class = "C1" // guards and staff see the place and what to do
	C2 Class = "C2" // named recipients only
)

// Release is who may release a text to parents; "" where there is none to
// release.
type Release string

// The release rules.
const (
	R0 Release = "R0" // never as a broadcast; guardians are called by a person
	R1 Release = "R1" // one holder of the release right
	R2 Release = "R2" // one holder for a holding text; facts need the lead authority's agreement
	R3 Release = "R3" // two holders
)

// Drills says when an audience is told of a drill.
type Drills string

// When a drill reaches an audience.
const (
	DrillsNever  Drills = "never"
	DrillsFiled  Drills = "filed" // only where the station accepted the drill's filing
	DrillsAlways Drills = "always"
)

// Fact is something known about an incident beyond its kind. It chooses among
// the variants of a line.
type Fact string

// The facts. Those beside the night are facts of an incident: a person says
// them, or the hub finds them.
const (
	FactNight        Fact = "night" // by the school's own clock; never given
	FactClosedDay    Fact = alerting.FactClosedDay
	FactSensor       Fact = alerting.FactSensor
	FactSecondSensor Fact = alerting.FactSecondSensor
	FactViolence     Fact = alerting.FactViolence
	FactLifeInDanger Fact = alerting.FactLifeInDanger
	FactUnder10      Fact = alerting.FactUnder10
	FactAbduction    Fact = alerting.FactAbduction
	FactPupilsMoving Fact = alerting.FactPupilsMoving
	FactSecondWindow Fact = alerting.FactSecondWindow
	FactLasting      Fact = alerting.FactLasting
	FactAlarmDevice  Fact = alerting.FactAlarmDevice
	FactSecondRound  Fact = alerting.FactSecondRound
	FactUnreached    Fact = alerting.FactUnreached
	FactPoliceSlot   Fact = alerting.FactPoliceSlot
	FactExamination  Fact = alerting.FactExamination
	FactStillOpen    Fact = alerting.FactStillOpen
	FactNobodyEnters Fact = alerting.FactNobodyEnters
	FactUrgent       Fact = alerting.FactUrgent
	// What is wrong with the hub.
	FactJournal         Fact = alerting.FactJournal
	FactPathCheck       Fact = alerting.FactPathCheck
	FactEscalation      Fact = alerting.FactEscalation
	FactStuckButton     Fact = alerting.FactStuckButton
	FactUnexpectedDrill Fact = alerting.FactUnexpectedDrill
)

// AllFacts lists every fact.
func AllFacts() []Fact {
	return []Fact{
		FactNight, FactClosedDay, FactSensor, FactSecondSensor, FactViolence, FactLifeInDanger,
		FactUnder10, FactAbduction, FactPupilsMoving, FactSecondWindow, FactLasting, FactAlarmDevice, FactSecondRound, FactUnreached, FactPoliceSlot, FactExamination,
		FactStillOpen, FactNobodyEnters, FactUrgent,
		FactJournal, FactPathCheck, FactEscalation, FactStuckButton, FactUnexpectedDrill,
	}
}

// profile is what happens while nobody takes an incident on.
type profile struct {
	title  alerting.Text
	rows   [audiences]row
	quiet  bool          // waits for the end of the quiet hours
	digest time.Duration // then it stands in the daily digest; 0 is never
}

// row is the escalation of one audience.
type row struct {
	levels    []level
	repeat    time.Duration // 0 is never
	inAnyCase bool          // also where the line leaves it to a person
}

// level is one step of an escalation: who is added, and when.
type level struct {
	after    time.Duration
	duties   []people.Duty
	all      bool               // everybody of the levels before, once more
	channels []alerting.Channel // tried before the others
	// atOnce are the channels that begin together for whoever has the duty, whatever
	// the severity; the others follow.
	atOnce map[people.Duty][]alerting.Channel
}

// together lists the channels by which a contact is told at once, for whatever
// the level asks of them.
func (l level) together(c people.Contact) []alerting.Channel {
	var out []alerting.Channel
	for _, d := range l.duties {
		if slices.Contains(c.Duties, d) {
			out = append(out, l.atOnce[d]...)
		}
	}
	return out
}

// joined is a level that comes in the place of the one before it, and asks for
// those of both.
func (l level) joined(before level) level {
	l.after, l.duties = before.after, slices.Concat(before.duties, l.duties)
	own := l.atOnce
	if len(before.atOnce) > 0 {
		l.atOnce = maps.Clone(before.atOnce)
		maps.Copy(l.atOnce, own)
	}
	return l
}

// budget is the time to an endpoint's receipt, the hard limit behind it, and
// the part of it after which the contact's next path begins. handed is the time
// until the far side has accepted the message; 0 is target.
type budget struct{ handed, target, share, limit time.Duration }

// window is a span of the day, in minutes since midnight; it may run over
// midnight.
type window struct{ from, to int }

func (w window) holds(at time.Time) bool {
	now := at.Hour()*60 + at.Minute()
	if w.from <= w.to {
		return now >= w.from && now < w.to
	}
	return now >= w.from || now < w.to
}

// left is how long the window goes on; 0 outside it. Over a change of the
// clocks it ends at the hour that people read.
func (w window) left(at time.Time) time.Duration {
	if !w.holds(at) {
		return 0
	}
	day := at.Day()
	if now := at.Hour()*60 + at.Minute(); w.from > w.to && now >= w.from {
		day++
	}
	end := time.Date(at.Year(), at.Month(), day, w.to/60, w.to%60, 0, 0, at.Location())
	return max(end.Sub(at), 0)
}

// audiences is how many audiences a policy speaks of: all but the parents, who
// are told what a person released.
const audiences = 5

// responders are those audiences, in the order in which they are told.
var responders = [audiences]alerting.Audience{
	alerting.Police, alerting.School, alerting.Guards, alerting.Staff, alerting.District,
}

// lineOf is a kind's line; an unknown kind is handled as an emergency.
func (r *Rules) lineOf(k alerting.Kind) rule {
	if l, ok := r.lines[k]; ok {
		return l
	}
	return r.lines[fallback]
}

// fallback is the kind of what has no line of its own.
const fallback alerting.Kind = "emergency"

// budgetOf is what a leg may take.
func (r *Rules) budgetOf(a alerting.Audience, c alerting.Channel) budget {
	if b, ok := r.channels[c]; ok {
		return b
	}
	return r.budgets[a]
}

// row is the escalation of an audience under a line's profiles.
func (r *Rules) row(l rule, a int) row {
	for _, name := range slices.Backward(l.escalation) {
		if row := r.profiles[name].rows[a]; len(row.levels) > 0 {
			return row
		}
	}
	return row{}
}

// holds reports whether the variant applies.
func (v variant) holds(facts []Fact) bool {
	return slices.ContainsFunc(v.when, func(all []Fact) bool {
		return !slices.ContainsFunc(all, func(f Fact) bool { return !slices.Contains(facts, f) })
	})
}

// under is the line with the chosen variants laid over it, in their order.
func (l rule) under(mask uint) rule {
	out := l
	for i, v := range l.variants {
		if mask&(1<<i) != 0 {
			v.apply(&out)
			out.chosen = append(out.chosen, v.name)
		}
	}
	return out
}

// possible reports whether the chosen variants can hold together: a fault has
// one cause.
func (l rule) possible(mask uint) bool {
	return slices.ContainsFunc(append(alerting.FaultFacts(), ""), func(cause string) bool {
		for i, v := range l.variants {
			if mask&(1<<i) != 0 && !v.mayHold(cause) {
				return false
			}
		}
		return true
	})
}

// mayHold reports whether a condition of the variant names no other cause.
func (v variant) mayHold(cause string) bool {
	return slices.ContainsFunc(v.when, func(all []Fact) bool {
		return !slices.ContainsFunc(all, func(f Fact) bool {
			return string(f) != cause && slices.Contains(alerting.FaultFacts(), string(f))
		})
	})
}
