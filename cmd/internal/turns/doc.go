// Package turns asks the kernel how long the process's threads run at a stretch,
// and how exactly their timers end. It starts no goroutine and raises nobody's
// rank.
package turns
