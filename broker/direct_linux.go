//go:build !race

package broker

import (
	"syscall"
	"unsafe"
)

// A socket that is not waited for answers within microseconds. The runtime's
// leave for each call would cost more than the call where the hub was idle: it
// wakes the runtime's monitor thread, which then looks every 20 µs for calls
// that hang, on the processor that the alarm needs. (runtime/proc.go of Go
// 1.26: entersyscall, sysmon.)

func readNow(fd uintptr, p []byte) (int, error) { return callNow(syscall.SYS_READ, fd, p) }

func writeNow(fd uintptr, p []byte) (int, error) { return callNow(syscall.SYS_WRITE, fd, p) }

// callNow begins again where a signal came between.
func callNow(call, fd uintptr, p []byte) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), nil
		case syscall.EINTR:
			continue
		}
		return 0, errno
	}
}
