//go:build unix

package broker

import (
	"errors"
	"syscall"
)

// writeOnce hands p to the kernel in one non-blocking attempt and returns
// how much of it the kernel took.
func writeOnce(raw syscall.RawConn, p []byte) (n int, err error) {
	outer := raw.Write(func(fd uintptr) bool {
		n, err = syscall.Write(int(fd), p)
		return true // one attempt: false would wait until the socket can be written
	})
	switch {
	case outer != nil:
		return 0, outer
	case err == nil:
		return n, nil
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return 0, nil
	}
	return 0, err
}
