package backup

import (
	"runtime"
	"syscall"
)

// lowest is the nice value of work that may wait for everything else.
const lowest = 19

// background has the calling goroutine run only where nobody else wants the
// processor, on a thread of its own that ends with it.
func background() {
	runtime.LockOSThread()
	// A thread's priority, not the process's; refused, it is merely not lowered.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), lowest)
}

// room is how many bytes are free for others than root where path lies, and
// whether anybody can say.
func room(path string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * s.Bsize, true
}

// disk tells disks apart.
func disk(path string) (id uint64, known bool) {
	var s syscall.Stat_t
	if syscall.Stat(path, &s) != nil {
		return 0, false
	}
	return s.Dev, true
}
