// Package pathcheck proves, once a minute and for every school, that the way
// from a button to the police is whole, and warns beforehand where too few
// people could be reached.
//
// Checker owns when each school was last proven. Its Run starts one goroutine
// that owns the state, one that writes the results down, one for each press
// that is under way (one a school), and, where an outside address is
// configured, one for each look at it. What it learns comes from the engine as
// steps and is folded by pure functions; readers get snapshots.
//
// It has others raise what follows, never tells parents, and never waits
// for its records: nothing here can hold up an alarm.
package pathcheck
