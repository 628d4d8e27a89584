package drill

import (
	"strings"
	"time"

	"example.org/campushub/alerting"
)

// Verdict is what became of one target.
type Verdict string

// The verdicts.
const (
	Met     Verdict = "met"
	Missed  Verdict = "missed"
	NotPart Verdict = "not-part" // took no part, and counts for nothing
	Open    Verdict = "open"     // not done when the drill ended, and not due yet
)

// Grade is the drill as a whole at one school.
type Grade string

// The grades. A drill is:
//
//   - excellent if every target that took part was met;
//   - good if exactly one was missed, of at least three, by at most half its
//     time, and that was not the response unit's;
//   - passed if every part was done in the end and at least half were in time;
//   - failed otherwise;
//   - not graded if it became real, if a part was not yet due when it ended, or
//     if nothing was measured.
const (
	Excellent Grade = "excellent"
	Good      Grade = "good"
	Passed    Grade = "passed"
	Failed    Grade = "failed"
	NotGraded Grade = "not-graded"
)

// Result is one part against its target. Times in nanoseconds, from the
// drill's clock.
type Result struct {
	Part    Part          `json:"part"`
	Target  time.Duration `json:"target"`
	Actual  time.Duration `json:"actual"`
	Done    bool          `json:"done"` // false: never, and Actual says nothing
	Verdict Verdict       `json:"verdict"`
}

// End says what ended a drill. Before its time a person ends it, and so does the
// hub for what is not for everybody to know: it reads the same, names nobody, and
// is graded alike, or readers would know that something was hushed.
type End string

// The ends.
const (
	EndStopped End = "stopped" // before its time
	EndTime    End = "time"    // it had run its length
	EndReal    End = "real"    // by a live press, or by a person who said so
)

// Report is the graded report of a drill at one school.
type Report struct {
	Drill   string        `json:"drill"`
	School  string        `json:"school"`
	Kind    alerting.Kind `json:"kind"`
	Planned time.Time     `json:"planned"`
	Started time.Time     `json:"started"`
	Ended   time.Time     `json:"ended"`
	End     End           `json:"end"`
	// Clock is where the times count from: the first drill press at the school,
	// or the start where nobody pressed.
	Clock time.Time `json:"clock"`

	Filed     int  `json:"filed"`    // stations asked
	Accepted  int  `json:"accepted"` // stations that accepted
	FiledLate bool `json:"filed_late"`

	Buttons    int `json:"buttons"` // that the plan named at this school
	Pressed    int `json:"pressed"` // of them, in their window
	Unexpected int `json:"unexpected"`

	Results []Result       `json:"results"`
	Grade   Grade          `json:"grade"`
	Planner alerting.Actor `json:"planner"`
	Starter alerting.Actor `json:"starter"`
	Second  alerting.Actor `json:"second,omitzero"` // who confirmed, where it needed two
	Ender   alerting.Actor `json:"ender,omitzero"`  // nobody, where it ended before its time
	// Lessons are for people to write.
	Lessons []string `json:"lessons"`
}

// Report grades a drill that has ended, for one of its schools; false before,
// and for a school that is none of them.
func (s State) Report(school string) (Report, bool) {
	site, ok := s.Plan.site(school)
	if !ok || s.EndedAt.IsZero() {
		return Report{}, false
	}
	r := Report{
		Drill: s.Plan.ID, School: school, Kind: s.Plan.Kind, Planned: s.Plan.At, Started: s.StartedAt, Ended: s.EndedAt,
		End: s.endedBy(), Clock: s.clock(school), Filed: len(s.Plan.Filed), Accepted: len(s.Accepted), FiledLate: s.FiledLate,
		Planner: s.PlannedBy, Starter: s.StartedBy, Second: s.ConfirmedBy, Ender: s.Ender(), Lessons: []string{},
	}
	r.Buttons, r.Pressed = s.buttons(school)
	r.Unexpected = s.unexpectedAt(school)
	for _, p := range Parts() {
		r.Results = append(r.Results, s.result(site, p, r.Clock))
	}
	r.Grade = grade(r)
	return r, true
}

func (s State) endedBy() End {
	switch {
	case s.Phase == Preempted:
		return EndReal
	case s.EndedBy == hub && !s.EndedAt.Before(s.ends()):
		return EndTime
	}
	return EndStopped
}

// Ender is who ended a drill, as people read it: nobody, where that was before its
// time. The drill's events keep who it was.
func (s State) Ender() alerting.Actor {
	if s.endedBy() == EndStopped {
		return alerting.Actor{}
	}
	return s.EndedBy
}

// clock is the first drill press at the school, or the start.
func (s State) clock(school string) time.Time {
	first := time.Time{}
	for _, w := range s.Windows {
		if w.School == school && w.Press != "" && (first.IsZero() || w.PressedAt.Before(first)) {
			first = w.PressedAt
		}
	}
	if first.IsZero() {
		return s.StartedAt
	}
	return first
}

func (s State) buttons(school string) (named, pressed int) {
	for _, w := range s.Plan.Windows {
		if w.School != school {
			continue
		}
		named++
		if i := s.window(school, w.Device); i >= 0 && s.Windows[i].Press != "" {
			pressed++
		}
	}
	return named, pressed
}

func (s State) unexpectedAt(school string) int {
	n := 0
	for _, key := range s.Unexpected {
		if strings.HasPrefix(key, school+"/") {
			n++
		}
	}
	return n
}

// result holds a part against its target. Whoever was there before the clock
// began was there at once.
func (s State) result(site Site, p Part, clock time.Time) Result {
	r := Result{Part: p, Target: site.Target(p), Verdict: NotPart}
	if !s.Plan.takesPart(p) {
		return r
	}
	r.Verdict = Missed
	at, ok := s.marked(site.ID, p)
	if !ok {
		if s.EndedAt.Before(clock.Add(r.Target)) {
			r.Verdict = Open
		}
		return r
	}
	r.Done, r.Actual = true, max(at.Sub(clock), 0)
	if r.Actual <= r.Target {
		r.Verdict = Met
	}
	return r
}

// grade follows the rule that is written with the grades.
func grade(r Report) Grade {
	var met, missed, undone, open int
	var worst Result
	for _, v := range r.Results {
		switch v.Verdict {
		case Met:
			met++
		case Open:
			open++
		case Missed:
			missed++
			worst = v
			if !v.Done {
				undone++
			}
		}
	}
	all := met + missed
	switch {
	case r.End == EndReal || open > 0 || all == 0:
		return NotGraded
	case missed == 0:
		return Excellent
	case missed == 1 && all >= 3 && worst.narrow():
		return Good
	case undone == 0 && met*2 >= all:
		return Passed
	}
	return Failed
}

// narrow reports whether a missed target is one that a good drill may miss.
func (r Result) narrow() bool {
	return r.Done && r.Part != Unit && r.Actual <= r.Target+r.Target/2
}
