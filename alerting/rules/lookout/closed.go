package lookout

import (
	"time"

	"example.org/campushub/alerting/rules"
)

// countsEvery is how often it is counted which campuses are closed: as often as
// anybody asks for figures.
const countsEvery = 5 * time.Second

// count says of each school whether its campus is closed: whether no pedestrian
// gate stands open at a time at which it is to be shut. Of a school whose gates
// have said nothing it says nothing.
func (l *Lookout) count(now time.Time) {
	if now.Sub(l.counted) < countsEvery {
		return
	}
	before := l.closed
	l.counted = now
	closed := map[string]float64{}
	for at, g := range l.gates {
		if at.Device == "" || g.school.Set.Gate(at.Device).Type != rules.Pedestrian {
			continue
		}
		known, open := g.point.Stands(g.school.Clock, now)
		switch _, seen := closed[at.School]; {
		case open:
			closed[at.School] = 0
		case known && !seen:
			closed[at.School] = 1
		}
	}
	for school, is := range closed {
		l.metrics.closed.WithLabelValues(school).Set(is)
		delete(before, school)
	}
	for school := range before {
		l.metrics.closed.DeleteLabelValues(school)
	}
	l.closed = closed
}
