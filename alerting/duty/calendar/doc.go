// Package calendar is the school calendar: it says what kind of day a date is
// for a school, which weekday's timetable it follows, and whether there is an
// examination.
//
// A day is decided in this order: closed by the school, examination site,
// single-day override, own examination, term, public holiday, make-up working
// day (调休), weekday. A make-up working day has lessons only inside a term: the
// State Council's list says who works, not who has lessons.
//
// Public holidays are data, one file a year; a hub's configuration replaces a
// year or adds one. There are no default terms, as provinces differ by weeks.
//
// A Calendar is immutable. The package starts no goroutine, does no I/O and
// reads no clock; a date belongs to no zone until At or On is given one.
package calendar
