package telemetry

import "time"

// PostCoverage is how the posts of one kind stand at a school.
type PostCoverage struct {
	School, Class                                    string
	Required, Covered, Uncovered, Unrostered, Unseen int // posts
	Present, Late, Missed, Away, Roving, Doubted     int // people
}

// DutyDay is how the rounds of a school's day and its latest roll call stand.
type DutyDay struct {
	School                                   string
	RoundsRequired, RoundsDone, RoundsMissed int
	RollCalls, Called, Unanswered            int
}

// Coverage records how posts stand. Each series has one writer, and no two
// points of one time. It does not wait.
func (r *Recorder) Coverage(at time.Time, posts []PostCoverage, days []DutyDay) {
	for _, p := range posts {
		r.points.put(coverageLine(p, at))
	}
	for _, d := range days {
		r.points.put(dutyLine(d, at))
	}
}

func coverageLine(p PostCoverage, at time.Time) []byte {
	l := newLine(MeasurePostCoverage, [2]string{"school", p.School}, [2]string{"class", p.Class})
	l.integer("required", int64(p.Required))
	l.integer("covered", int64(p.Covered))
	l.integer("uncovered", int64(p.Uncovered))
	l.integer("unrostered", int64(p.Unrostered))
	l.integer("unseen", int64(p.Unseen))
	l.integer("present", int64(p.Present))
	l.integer("late", int64(p.Late))
	l.integer("missed", int64(p.Missed))
	l.integer("away", int64(p.Away))
	l.integer("roving", int64(p.Roving))
	l.integer("doubted", int64(p.Doubted))
	return l.at(at)
}

func dutyLine(d DutyDay, at time.Time) []byte {
	l := newLine(MeasureDuty, [2]string{"school", d.School})
	l.integer("rounds_required", int64(d.RoundsRequired))
	l.integer("rounds_done", int64(d.RoundsDone))
	l.integer("rounds_missed", int64(d.RoundsMissed))
	l.integer("roll_calls", int64(d.RollCalls))
	l.integer("called", int64(d.Called))
	l.integer("unanswered", int64(d.Unanswered))
	return l.at(at)
}
