package journal

import (
	"runtime"
	"syscall"
)

// lowest is the nice value of work that may wait for everything else.
const lowest = 19

// background gives the calling goroutine a thread of its own for the rest of
// its life, which runs only where nobody else wants the processor.
func background() {
	runtime.LockOSThread()
	// A thread's priority, not the process's; refused, it is merely not lowered.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), lowest)
}
