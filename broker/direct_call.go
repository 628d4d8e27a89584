//go:build unix && (!linux || race)

package broker

import (
	"errors"
	"syscall"
)

// The race detector orders what two sides of a socket do by the calls that the
// runtime makes; it does not see the others.

func readNow(fd uintptr, p []byte) (int, error) { return callNow(syscall.Read, fd, p) }

func writeNow(fd uintptr, p []byte) (int, error) { return callNow(syscall.Write, fd, p) }

// callNow begins again where a signal came between.
func callNow(call func(int, []byte) (int, error), fd uintptr, p []byte) (int, error) {
	for {
		if n, err := call(int(fd), p); !errors.Is(err, syscall.EINTR) {
			return max(n, 0), err
		}
	}
}
