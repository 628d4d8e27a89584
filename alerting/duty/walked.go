package duty

import (
	"slices"
	"time"

	"example.org/campushub/alerting/duty/calendar"
)

// Walk is a round of the past, and the scan by which each of its points was
// reached, in their order.
type Walk struct {
	RoundState
	Scans []Scan
	// Running says that points are open and may still be reached, or what was
	// stamped may still arrive: nothing is left out yet.
	Running bool
}

// Walked lists the rounds of some days whose time has come by now, by start, with
// the scans shared out, as the rounds are set up now. What was missed is not
// judged: long ago the hub may have been down, or the rounds others. A round over
// which the hub never watched, and that nobody walked, is none.
func (w Watch) Walked(days calendar.Span, now time.Time) []Walk {
	if len(w.Setup.Points) == 0 {
		return nil
	}
	m := w.at(now)
	all := m.walks(calendar.Span{From: days.From.Add(-1), To: days.To.Add(1)}) // what was stamped for a neighbour counts there
	for _, s := range m.scans() {
		from, _ := slices.BinarySearchFunc(all, s.At, func(o Walk, at time.Time) int { return o.Until.Compare(at) })
		for i := from; i < len(all) && !s.At.Before(all[i].From); i++ {
			if all[i].take(s) {
				break
			}
		}
	}
	for i, o := range all {
		all[i].Running = len(o.Open) > 0 && now.Before(m.patrolMissed(o.RoundState))
	}
	return slices.DeleteFunc(all, func(o Walk) bool { return !days.Has(o.Date) || !m.watchedWalk(o) })
}

// walks are the rounds of some days, by start, with every point open.
func (m moment) walks(days calendar.Span) []Walk {
	var out []Walk
	for date := days.From; date.Compare(days.To) <= 0; date = date.Add(1) {
		day := m.Calendar.Day(date)
		for _, r := range m.Setup.Rounds {
			if !m.Setup.holds(m.Calendar, day, r.On, r.If) {
				continue
			}
			if o := m.round(r, day); !m.now.Before(o.From) {
				out = append(out, Walk{RoundState: o.RoundState})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Walk) int { return a.Start.Compare(b.Start) })
	return out
}

// take gives a scan to the round, if it waits for its point.
func (o *Walk) take(s Scan) bool {
	one := []round{{o.RoundState}}
	open := len(o.Open)
	share(one, s)
	o.RoundState = one[0].RoundState
	if len(o.Open) == open {
		return false
	}
	o.Scans = append(o.Scans, s)
	return true
}

// watchedWalk reports whether somebody walked a round, or the hub watched one of
// its points before it was over.
func (m moment) watchedWalk(o Walk) bool {
	return len(o.Scans) > 0 || slices.ContainsFunc(o.Open, func(p string) bool {
		since, known := m.Since[pointMark(p)]
		return known && since.Before(o.Until)
	})
}
