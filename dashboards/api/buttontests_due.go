package api

import "time"

// mostPutOff bounds how many examination days in a row put a test off: nobody
// sits one for a year, and a calendar that says so may not stop the tests.
const mostPutOff = 62

// agenda says when the tests of a school's buttons are due: on no day on which
// there is an examination.
type agenda struct {
	now      time.Time // by the school's own clock
	examined func(at time.Time) bool
}

func (s *Service) agenda(school string, now time.Time) agenda {
	a := agenda{now: now, examined: func(at time.Time) bool { return s.examinedAt(school, at) }}
	if of, ok := s.people().School(school); ok {
		a.now = now.In(of.Location())
	}
	return a
}

func (s *Service) examinedAt(school string, at time.Time) bool {
	return s.examined != nil && s.examined(school, at)
}

// after is due so many days after the last one; without one it is due now. On
// an examination day nothing is due and nothing is overdue: both wait for the
// next day that is none.
func (a agenda) after(last time.Time, days int) TestDue {
	out := TestDue{Last: stampOrNil(last)}
	due := a.now
	if !last.IsZero() {
		due, out.PutOff = a.free(last.In(a.now.Location()).AddDate(0, 0, days))
	}
	if !due.After(a.now) {
		if first, today := a.free(midnight(a.now)); today {
			due, out.PutOff = first, true
		}
	}
	out.Overdue = due.Before(a.now) || last.IsZero() && !out.PutOff
	if !last.IsZero() || out.PutOff {
		out.Due = stampOrNil(due)
	}
	return out
}

// free is an instant, or the same time on the next day without an examination.
func (a agenda) free(at time.Time) (_ time.Time, putOff bool) {
	for n := range mostPutOff {
		if !a.examined(at.AddDate(0, 0, n)) {
			return at.AddDate(0, 0, n), n > 0
		}
	}
	return at, false
}

func midnight(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location())
}
