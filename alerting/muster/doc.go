// Package muster is the head count: for each class how many are expected,
// present and missing, as its teacher reports them, and whether the count is
// complete.
//
// Step decides what a person's command does to a count; Apply folds the
// events. The package is pure: it starts no goroutine, reads no clock and does
// no I/O.
//
// It never holds a name: a class is an id and a report is three numbers. No
// report is ever overwritten: a correction is one more report, and the latest
// counts.
package muster
