// Package hazard owns the reports of hazards (隐患上报): who found what, where and
// when, whether somebody sees to it, and the picture that came with it. The desk
// writes through to its store, and keeps nothing that a restart would lose.
//
// It starts no goroutine, raises no incident, and stands in no alarm's way: a
// report is told to nobody, it waits on the officer's pages until they look.
// Pictures are decoded one at a time.
package hazard
