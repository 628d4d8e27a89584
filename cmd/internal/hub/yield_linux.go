package hub

import "syscall"

// yield offers the processor to whoever waits for it. The kernel wakes a
// reader on the processor of the writer, which it takes to be about to sleep;
// the hub is not: it goes on to the school, the guards and the journal. On two
// shared processors, at 200 presses a second, giving way took a third or more
// off the p99 at the police terminal in each of three pairs of runs.
func yield() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) // it never fails
}
