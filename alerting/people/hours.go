package people

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty/calendar"
)

// Hours are when a contact is on shift, by the school's own clock; none is
// always.
type Hours []Span

// Span is one stretch of Hours, said by what people read on a clock: in the
// night in which clocks change it is longer or shorter, as the shift is.
type Span struct {
	// Days are those on which it begins.
	Days Days
	// From and To are minutes since midnight, To at most 1,440. Where To is not
	// later it ends on the day after.
	From, To int
}

// Days are days of the week, or of the school's own calendar; none is every
// day. A day is one of them where any of the three says so.
type Days struct {
	Weekdays [7]bool // by time.Weekday
	School   bool    // on which the school is manned, a make-up day too
	Closed   bool    // all others
}

// Day is what hours depend on of a date.
type Day struct {
	Weekday time.Weekday
	School  bool
}

// OnShift reports whether the contact is on shift at a school.
func (c Contact) OnShift(s School, at time.Time) bool {
	if len(c.Hours) == 0 {
		return true
	}
	local := at.In(s.Location())
	today := calendar.On(local, local.Location())
	return c.Hours.Hold(s.day(today.Add(-1)), s.day(today), local.Hour()*60+local.Minute())
}

// OnLeave reports whether the contact is on leave on a day of a school.
func (c Contact) OnLeave(s School, at time.Time) bool {
	if len(c.Leave) == 0 {
		return false
	}
	today := calendar.On(at, s.Location())
	return slices.ContainsFunc(c.Leave, func(l calendar.Span) bool { return l.Has(today) })
}

// day is what the school's calendar says of a date; where it has none, Monday to
// Friday are school days.
func (s School) day(d calendar.Date) Day {
	w := d.Weekday()
	if s.Calendar == nil {
		return Day{w, w != time.Saturday && w != time.Sunday}
	}
	return Day{w, s.Calendar.Day(d).Manned()}
}

// Hold reports whether the hours hold at a minute of today.
func (h Hours) Hold(yesterday, today Day, minute int) bool {
	return len(h) == 0 || slices.ContainsFunc(h, func(s Span) bool {
		if s.From < s.To {
			return s.Days.Has(today) && minute >= s.From && minute < s.To
		}
		return (s.Days.Has(today) && minute >= s.From) || (s.Days.Has(yesterday) && minute < s.To)
	})
}

// Has reports whether a day is one of them.
func (d Days) Has(day Day) bool {
	return d == Days{} || d.Weekdays[day.Weekday] || (d.School && day.School) || (d.Closed && !day.School)
}

// weekdays are the days of the week as they are written, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

var weekdaysZH = []string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// WeekdayText says a day of the week, short.
func WeekdayText(w time.Weekday) alerting.Text {
	return alerting.Text{ZH: weekdaysZH[w], EN: weekdays[w]}
}

// ParseSpan reads a span such as "mon-fri 07:00-19:00", "school 06:30-18:30",
// "sat,sun 19:00-07:00" or "22:00-06:00".
func ParseSpan(s string) (Span, error) {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 2 {
		return Span{}, fmt.Errorf("want hours such as \"mon-fri 07:00-19:00\", found %q", s)
	}
	var out Span
	for _, item := range strings.Split(words[0], ",") {
		if len(words) == 1 {
			break
		}
		if err := out.Days.add(item); err != nil {
			return Span{}, err
		}
	}
	from, to, _ := strings.Cut(words[len(words)-1], "-")
	var okFrom, okTo bool
	out.From, okFrom = minuteOf(from)
	out.To, okTo = minuteOf(to)
	switch {
	case !okFrom || !okTo || out.From == minutesADay:
		return Span{}, fmt.Errorf("want times such as 07:00-19:00, found %q", words[len(words)-1])
	case out.From == out.To:
		return Span{}, fmt.Errorf("%s begins when it ends: a whole day is 00:00-24:00", words[len(words)-1])
	}
	return out, nil
}

// add takes a day in, or a run of them such as fri-mon.
func (d *Days) add(item string) error {
	switch item {
	case "school":
		d.School = true
		return nil
	case "closed":
		d.Closed = true
		return nil
	}
	first, last, run := strings.Cut(item, "-")
	if !run {
		last = first
	}
	from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
	if from < 0 || to < 0 {
		return fmt.Errorf("want days of mon, tue, wed, thu, fri, sat, sun, school and closed, found %q", item)
	}
	for ; from != to; from = (from + 1) % len(weekdays) {
		d.Weekdays[from] = true
	}
	d.Weekdays[to] = true
	return nil
}

const minutesADay = 24 * 60

// minuteOf reads 00:00 to 24:00.
func minuteOf(s string) (int, bool) {
	if s == "24:00" {
		return minutesADay, true
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == len("15:04")
}
