package hub

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// slice is what the hub asks the kernel for: to run often and briefly. A
// thread with a short slice that has just woken up may take the processor from
// one with a longer one (Linux 6.12 and later; older ones ignore it). On two
// shared processors, under 20,000 readings a second, the p99 at the police
// terminal was lower with it in six of eight pairs of runs, its median by a
// fifth.
const slice = 100 * time.Microsecond

// shortSlices asks for it, for every thread there is; those to come inherit it
// from the one that starts them.
func shortSlices() error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("list threads: %w", err)
	}
	for _, t := range tasks {
		tid, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		if err := shortSlice(tid); err != nil {
			return fmt.Errorf("ask for short slices of thread %d: %w", tid, err)
		}
	}
	return nil
}

func shortSlice(tid int) error {
	attr, err := unix.SchedGetAttr(tid, 0)
	if err != nil {
		return err
	}
	attr.Runtime = uint64(slice)
	return unix.SchedSetAttr(tid, attr, 0)
}
