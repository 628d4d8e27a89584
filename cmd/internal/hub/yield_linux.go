package hub

import "syscall"

// yield offers the processor to whoever waits for it. The kernel wakes a
// reader on the processor of the writer, which it takes to be about to sleep;
// the hub is not: it goes on to the school, the guards and the journal. On two
// shared processors that made the slowest hundredth of police terminals wait
// twice as long. Where nobody waits it costs less than a microsecond.
func yield() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) // it never fails
}
