// Package texts owns the words that people are told: every message by its
// code, in Chinese and English, with named holes.
//
// The texts are data. defaults.yaml has all of them; a configuration replaces
// single ones, for all schools and for one. Read lays the one over the other,
// strictly: whatever a text may leave out, hold or say wrongly is found then,
// and every text is compiled into segments. An alarm only fills them.
//
// It never decides which text somebody is told, or what a hole holds: packages
// policy, exercise and release do. Everything is a value or a function of its
// arguments: the package starts no goroutine and does no I/O.
package texts
