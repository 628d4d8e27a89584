package turns

import (
	"os"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// short is how long a thread asks to run before others do. A hub works in bursts
// far shorter than the kernel's usual turn of some milliseconds; who asks for
// short ones is woken sooner beside a neighbour that computes.
const short = 100 * time.Microsecond

// Short asks for short turns for every thread. Linux 6.12 and later listen
// (sched_setattr(2): sched_runtime of SCHED_OTHER), older kernels change nothing,
// and neither is an error. Threads and processes that begin later have it from
// those that began them.
func Short() {
	for pass := 0; pass < 8 && everyThread(); pass++ {
	}
}

// Usual runs do on a thread with the kernel's usual turns, so that a process that
// it begins has them too.
func Usual(do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if ask(unix.Gettid(), 0) {
		defer ask(unix.Gettid(), short)
	}
	return do()
}

// everyThread reports whether a thread asks now that did not before: it may have
// begun another one meanwhile.
func everyThread() (changed bool) {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return false
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil && ask(id, short) {
			changed = true
		}
	}
	return changed
}

// ask asks for turns of a length for one thread, the usual one for 0, and reports
// whether it has other turns now than before.
func ask(thread int, turn time.Duration) (changed bool) {
	a, err := unix.SchedGetAttr(thread, 0)
	if err != nil || a.Policy != unix.SCHED_NORMAL || a.Runtime == uint64(turn) {
		return false
	}
	before := a.Runtime
	a.Runtime = uint64(turn)
	if err := unix.SchedSetAttr(thread, a, 0); err != nil {
		return false
	}
	a, err = unix.SchedGetAttr(thread, 0)
	return err == nil && a.Runtime != before
}
