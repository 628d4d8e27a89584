package journal

import (
	"fmt"
	"os"
	"syscall"
)

// acquire makes this process the only writer of the journal. Two hubs on one
// journal would number their events alike. The kernel releases the lock when
// the process ends, however it ends.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock journal: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock journal %s: in use by another hub: %w", path, err)
	}
	return f, nil
}
