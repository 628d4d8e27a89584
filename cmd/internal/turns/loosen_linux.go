package turns

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// late is how much later than asked a timer may end. The kernel's usual 50 µs
// let the runtime's monitor thread wake every 70 µs for a millisecond after
// each alarm, on a processor that the alarm's reader waits for: 0.2 ms of
// processor time per press, a seventh of all that the hub used.
const late = 200 * time.Microsecond

// Loosen lets the timers of all threads end up to 0.2 ms late, unless somebody
// has set it otherwise for the process (systemd: TimerSlackNSec=). A thread has
// its slack from the one that began it, and the runtime's own began before main:
// so the process begins once more, as the same program with the same arguments
// and process id, and Loosen comes back only the second time, or with an error.
// It is to be called before anything is opened.
func Loosen() error {
	usual, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		return fmt.Errorf("ask for the timers' slack: %w", err)
	}
	if usual != kernelSlack {
		return nil
	}
	runtime.LockOSThread() // the thread that asks is the one that begins anew
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(late), 0, 0, 0); err != nil {
		return fmt.Errorf("set the timers' slack: %w", err)
	}
	return fmt.Errorf("begin again with loose timers: %w", syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
}

// kernelSlack is what a process has of which nobody has said anything, in
// nanoseconds (prctl(2), PR_SET_TIMERSLACK).
const kernelSlack = 50_000
