package main

import (
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// turn is how long a thread of the hub asks to run before others do. A hub works
// in bursts far shorter than the kernel's usual turn of some milliseconds; who
// asks for short ones is woken sooner beside a neighbour that computes.
const turn = 100 * time.Microsecond

// shortTurns asks for them. Linux 6.12 and later listen (sched_setattr(2):
// sched_runtime of SCHED_OTHER), older kernels change nothing, and neither is an
// error. Threads that begin later have it from those that began them.
func shortTurns() {
	for pass := 0; pass < 8 && shortenTurns(); pass++ {
	}
}

// shortenTurns reports whether a thread asks now that did not before: it may
// have begun another one meanwhile.
func shortenTurns() (changed bool) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return false
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil && shortenTurn(id) {
			changed = true
		}
	}
	return changed
}

func shortenTurn(thread int) (changed bool) {
	a, err := unix.SchedGetAttr(thread, 0)
	if err != nil || a.Policy != unix.SCHED_NORMAL || a.Runtime == uint64(turn) {
		return false
	}
	a.Runtime = uint64(turn)
	if err := unix.SchedSetAttr(thread, a, 0); err != nil {
		return false
	}
	a, err = unix.SchedGetAttr(thread, 0)
	return err == nil && a.Runtime == uint64(turn)
}
