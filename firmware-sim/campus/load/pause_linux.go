package load

import (
	"syscall"
	"time"
)

// pause sleeps in the kernel, to some 0.06 ms; the runtime's own timers are
// good for a millisecond. A signal may end it early: the caller looks again.
func pause(d time.Duration) {
	left := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&left, nil)
}
