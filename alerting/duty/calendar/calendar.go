package calendar

import (
	"slices"
	"time"
)

// Calendar is the calendar of one school.
type Calendar struct {
	years  []Year
	school School
}

// Day is what kind of day a date is. It never fails: for a year that nobody
// described, weekdays alone decide, and Notices says so.
func (c *Calendar) Day(d Date) Day {
	out := Day{Date: d, Follows: d.Weekday(), Working: c.Working(d)}
	h, holiday := c.holiday(d)
	out.Holiday = h.Name
	t, termed := c.term(d)
	out.Summer = termed && t.Summer.Has(d)
	e, examined := c.examination(d)
	out.Examination, out.Site, out.Times = examined, e.Site, e.Times
	out.Type, out.Cause = Closed, ByWeekday
	o, overridden := c.override(d)
	switch {
	case c.shut(d): // nobody sits an examination in a storm; a drill is refused all the same
		out.Cause, out.Site = ByClosure, false
	case e.Site:
		out.Cause = BySite
	case overridden:
		out.Type, out.Cause = o.Type, ByOverride
		c.follow(&out, o.Follows)
	case examined:
		out.Type, out.Cause = Examination, ByExamination
		c.follow(&out, time.Sunday)
	case len(c.school.Terms) > 0 && !termed:
		out.Cause = ByTerm
	case holiday:
		out.Cause = ByHoliday
	case c.MakeUp(d):
		out.Type, out.Cause = Lesson, ByMakeUp
		c.follow(&out, time.Sunday)
	case weekend(d):
		c.residence(&out, termed)
	default:
		out.Type = Lesson
	}
	if out.Type == Lesson && termed && d.Compare(t.First) < 0 {
		out.Type, out.Cause = Registration, ByTerm
	}
	return out
}

// follow settles whose timetable a day follows: said is time.Sunday where the
// day's own line does not say.
func (c *Calendar) follow(out *Day, said time.Weekday) {
	if said == time.Sunday {
		for _, m := range c.school.MakeUp {
			if m.Date == out.Date {
				said = m.Follows
			}
		}
	}
	switch {
	case said != time.Sunday:
		out.Follows = said
	case weekend(out.Date):
		out.Follows, out.Unsaid = time.Monday, true
	}
}

func (c *Calendar) residence(out *Day, termed bool) {
	if c.school.Weekends && (termed || len(c.school.Terms) == 0) {
		out.Type = Residence
	}
}

// Working reports whether people work on a date, by the public calendar.
func (c *Calendar) Working(d Date) bool {
	_, off := c.holiday(d)
	return !off && (!weekend(d) || c.MakeUp(d))
}

// WorkingDays counts the working days, today's not among them, at whose time of
// day now a later instant is still to come: from Friday 10:00 to Monday 11:00 it
// is one, to Monday 09:00 none. Both are in the school's zone; more than most
// are not counted.
func (c *Calendar) WorkingDays(now, later time.Time, most int) int {
	clock := wall(now)
	n := 0
	for i := 1; n < most; i++ {
		then := clock.AddDate(0, 0, i)
		if !then.Before(wall(later)) {
			break
		}
		if c.Working(On(then, time.UTC)) {
			n++
		}
	}
	return n
}

// Leaving reports whether boarders go home on the date: it is a school day and
// the next one is none.
func (c *Calendar) Leaving(d Date) bool { return c.Day(d).School() && c.Day(d.Add(1)).Type == Closed }

// Returning reports whether boarders come back on the date: it has no lessons
// and the next one has.
func (c *Calendar) Returning(d Date) bool {
	return c.Day(d).Type == Closed && c.Day(d.Add(1)).School()
}

// Slept reports whether boarders sleep in the dormitory in the night that
// begins on the date.
func (c *Calendar) Slept(d Date) bool {
	next := c.Day(d.Add(1))
	return next.School() || next.Type == Residence
}

// MakeUp reports whether people work on the date in place of another day.
func (c *Calendar) MakeUp(d Date) bool {
	for _, y := range c.years {
		if slices.Contains(y.MakeUp, d) {
			return true
		}
	}
	return false
}

func (c *Calendar) holiday(d Date) (Holiday, bool) {
	for _, y := range c.years {
		for _, h := range y.Holidays {
			if h.Has(d) {
				return h, true
			}
		}
	}
	return Holiday{}, false
}

func (c *Calendar) term(d Date) (Term, bool) {
	return find(c.school.Terms, func(t Term) bool { return t.Has(d) })
}

// examination finds the examination of a date. Where one sits here and another
// makes the school a site, it is a site.
func (c *Calendar) examination(d Date) (Exam, bool) {
	if e, ok := find(c.school.Examinations, func(e Exam) bool { return e.Site && e.Has(d) }); ok {
		return e, true
	}
	return find(c.school.Examinations, func(e Exam) bool { return e.Has(d) })
}

func (c *Calendar) override(d Date) (Override, bool) {
	return find(c.school.Days, func(o Override) bool { return o.Has(d) })
}

func (c *Calendar) shut(d Date) bool {
	_, ok := find(c.school.Closed, func(s Closure) bool { return s.Has(d) })
	return ok
}

func find[T any](all []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }
