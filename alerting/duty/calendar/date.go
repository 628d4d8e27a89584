package calendar

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Date is a day of the Gregorian calendar, in no zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On is the date that a clock in zone shows at t.
func On(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads a date such as 2026-09-01, of the years 2000 to 2099.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2099 {
		return Date{}, fmt.Errorf("%q is no date such as 2026-09-01", s)
	}
	return On(t, time.UTC), nil
}

// String writes the date as ParseDate reads it.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// noon is an instant that no change of clocks moves to another day.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.noon().Weekday() }

// Add is n days later.
func (d Date) Add(n int) Date { return On(d.noon().AddDate(0, 0, n), time.UTC) }

// Compare is negative where d comes before other, and positive where after.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// DaysTo is how many days later other is.
func (d Date) DaysTo(other Date) int { return int(other.noon().Sub(d.noon()) / (24 * time.Hour)) }

// At is the instant at which a clock in zone shows minute (after midnight) on
// the date. A minute that the clock leaves out is the instant at which it goes
// on; one that it shows twice is the first of the two.
func (d Date) At(minute int, zone *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, zone)
	want := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC)
	from, until := t.ZoneBounds()
	switch shown := wall(t); {
	case shown.After(want): // left out, and t lies behind the gap
		return from
	case shown.Before(want):
		return until
	}
	if from.IsZero() {
		return t
	}
	_, now := t.Zone()
	_, before := from.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(now-before) * time.Second); first.Before(from) && first.Before(t) {
		return first
	}
	return t
}

// wall is what the clock shows, as an instant of UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// Span is a run of days, both ends included.
type Span struct{ From, To Date }

// ParseSpan reads "2026-10-01", or "2026-10-01..2026-10-08" with the last day in
// it.
func ParseSpan(s string) (Span, error) {
	first, last, more := strings.Cut(s, "..")
	if !more {
		last = first
	}
	from, err := ParseDate(first)
	if err != nil {
		return Span{}, err
	}
	to, err := ParseDate(last)
	if err != nil {
		return Span{}, err
	}
	if to.Compare(from) < 0 {
		return Span{}, fmt.Errorf("%s ends before it begins", s)
	}
	return Span{from, to}, nil
}

// Has reports whether the date is one of the span's.
func (s Span) Has(d Date) bool { return d.Compare(s.From) >= 0 && d.Compare(s.To) <= 0 }

func (s Span) meets(o Span) bool { return s.From.Compare(o.To) <= 0 && o.From.Compare(s.To) <= 0 }
