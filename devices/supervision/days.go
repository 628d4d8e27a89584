package supervision

import (
	"slices"
	"time"
)

// KeepDays is how many days availability is computed over, today's included.
const KeepDays = 30

// Date is a day of a school, such as "2026-03-02"; it sorts as days do.
type Date string

// DateOf is the day of a moment in the moment's own zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Back is the day so many days before.
func (d Date) Back(days int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return DateOf(t.AddDate(0, 0, -days))
}

// Day is how a device was there on one day: how long it was watched, and how
// long of that it was lost.
type Day struct {
	Date           Date
	Observed, Down time.Duration
}

// Days are the latest KeepDays days, oldest first: bounded, whatever happens.
type Days []Day

// Add counts a span of one day. A loss is known only when its silence has
// lasted; down may therefore be longer than observed, and is held to what the
// day has.
func (d Days) Add(on Date, observed, down time.Duration) Days {
	if n := len(d); n == 0 || d[n-1].Date < on {
		d = append(d.From(on.Back(KeepDays-1)), Day{Date: on})
	}
	last := &d[len(d)-1]
	last.Observed += observed
	last.Down = min(last.Down+down, last.Observed)
	return d
}

// From leaves out the days before one.
func (d Days) From(first Date) Days {
	at := slices.IndexFunc(d, func(x Day) bool { return x.Date >= first })
	if at < 0 {
		return nil
	}
	return d[at:]
}

// Sum is how long a device was watched, and how long of that it was lost, in
// the KeepDays days that end with today.
func (d Days) Sum(today Date) (observed, down time.Duration) {
	for _, x := range d.From(today.Back(KeepDays - 1)) {
		observed += x.Observed
		down += x.Down
	}
	return observed, down
}

// Availability is the part of the time watched in which a device was there,
// from 0 to 1; ok is false where it was not watched at all.
func Availability(observed, down time.Duration) (part float64, ok bool) {
	if observed <= 0 {
		return 0, false
	}
	return 1 - float64(down)/float64(observed), true
}
