// Package release is the parents' gate: the state of one incident's notices to
// parents, who has to agree before one goes out, and the closed list of texts
// that one can be.
//
// Step decides what a person's command, or the passing of time, does to the
// notices; Apply folds the events. The package also cuts the fan-out of a
// released notice into batches. It is pure: it starts no goroutine, reads no
// clock and does no I/O.
//
// It never lets a free text through: a notice is one of the templates here,
// filled from closed lists, the school's own name and pick-up places, numbers
// and times. Nothing of an incident but what Situation names can reach it, and
// nothing of that is ever written into a text but the number and the mark of
// drill or test.
package release
