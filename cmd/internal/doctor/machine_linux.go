package doctor

import (
	"fmt"
	"syscall"
)

// freeBytes is the room that the hub's user has on the disk of a folder.
func freeBytes(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("ask for room: %w", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// unsynchronised is the kernel's own word for a clock that nothing sets
// (adjtimex(2), STA_UNSYNC).
const unsynchronised = 0x0040

// clockIsSet reports whether something keeps the clock right.
func clockIsSet() (set, known bool) {
	var t syscall.Timex
	if _, err := syscall.Adjtimex(&t); err != nil {
		return false, false
	}
	return t.Status&unsynchronised == 0, true
}
