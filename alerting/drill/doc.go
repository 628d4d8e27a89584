// Package drill is one drill from its plan to its graded report: who has to
// confirm it, which button's next press is part of it, what ends it, and how
// long each part took.
//
// Step decides what a person's command, a press or the passing of time does;
// Apply folds the events. The package is pure: it starts no goroutine, reads
// no clock and does no I/O.
//
// It never turns one mode into another: a press stays what its device says,
// and Step tells whether the plan expected it. A live press ends the drill
// everywhere, and no end of a drill sends anybody back inside: only a person
// does, after the head count.
package drill
