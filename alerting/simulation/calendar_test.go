package simulation

import (
	"fmt"
	"time"

	"example.org/campushub/alerting/drill"
)

// The calendar of a school: on one day of four it is closed, on another one
// its pupils sit an examination. A reload may bring another calendar.

func (w *world) shut(school string, at time.Time) bool { return w.dayOf(school, at)%4 == 0 }

func (w *world) sits(school string, at time.Time) bool { return w.dayOf(school, at)%4 == 1 }

func (w *world) dayOf(school string, at time.Time) uint64 {
	return w.draw("calendar", fmt.Sprint(w.term.Load()), school, at.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly))
}

// planned is what the calendar says of the day of a drill.
func (w *world) planned(school string, at, _ time.Time) drill.Day {
	return drill.Day{Examination: w.sits(school, at), WorkingDays: 1}
}

// undisturbed: no drill is planned for a day on which somebody sits an
// examination at one of its schools, and none begins on one. w.mu is held.
func (w *world) undisturbed(p *practice, at time.Time) {
	for _, s := range p.plan.Schools {
		if w.sits(s.ID, at) {
			w.fail(lawExamined, "drill %s is at %s on %s, an examination day", p.plan.ID, s.ID, at)
		}
	}
}

// bySecond: another person of the same role has confirmed a drill of several
// schools, in time. w.mu is held.
func (w *world) bySecond(p *practice, e drill.Event) {
	if len(p.plan.Schools) < 2 {
		return
	}
	if took := e.At.Sub(p.asked.At); p.asked.Actor.Name == "" || p.asked.Actor.Name == e.Actor.Name || p.asked.Actor.Role != e.Actor.Role || took > drill.ConfirmWithin {
		w.fail(lawTwo, "drill %s began by %+v, %s after %+v asked for a second word", p.plan.ID, e.Actor, took, p.asked.Actor)
	}
	w.dirs.happens("drill of two schools")
}

// calendarOf is the calendar that comes with a version of the district.
func calendarOf(version int) int64 { return int64(version & 3) }
