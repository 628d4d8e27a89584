// Package office keeps what people and their work at a school leave behind,
// in a SQLite file of its own: who is signed in, the browsers that people want
// to be told through, the path checks of the last days, what gates did and which
// of their rules are muted.
//
// It stands apart from the journal, so that nothing here can hold up an
// alarm. Run is its only goroutine and belongs to the caller; the package
// never reads or writes an incident.
package office
