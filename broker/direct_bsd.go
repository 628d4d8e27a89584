//go:build unix && !linux

package broker

import (
	"errors"
	"syscall"
)

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
