//go:build unix

package broker

import (
	"io"
	"net"
	"os"
	"syscall"
)

// direct is a socket whose reads and writes ask the kernel once and never
// wait there. The fields below raw are the reading goroutine's own.
type direct struct {
	raw  syscall.RawConn
	into []byte
	n    int
	err  error
	take func(fd uintptr) bool
}

// newDirect returns nil where the connection is no socket.
func newDirect(c net.Conn) *direct {
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	d := &direct{raw: raw}
	d.take = d.takeOnce
	return d
}

// read waits until the socket has something and takes it. It returns what
// net.Conn's Read would: io.EOF at the end, and an error that is
// os.ErrDeadlineExceeded or net.ErrClosed.
func (d *direct) read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	d.into = p
	err := d.raw.Read(d.take)
	d.into = nil
	switch {
	case err != nil:
		return 0, err
	case d.err != nil:
		return 0, os.NewSyscallError("read", d.err)
	case d.n == 0:
		return 0, io.EOF
	}
	return d.n, nil
}

// takeOnce is false where there is nothing yet: the runtime then waits for it.
func (d *direct) takeOnce(fd uintptr) bool {
	d.n, d.err = readNow(fd, d.into)
	return !isBusy(d.err)
}

// write hands p to the kernel in one attempt and returns how much of it the
// kernel took.
func (d *direct) write(p []byte) (n int, err error) {
	outer := d.raw.Write(func(fd uintptr) bool {
		n, err = writeNow(fd, p)
		return true // one attempt: false would wait until the socket can be written
	})
	switch {
	case outer != nil:
		return 0, outer
	case err == nil:
		return n, nil
	case isBusy(err):
		return 0, nil
	}
	return 0, os.NewSyscallError("write", err)
}

// isBusy reports whether the socket would have had to be waited for.
func isBusy(err error) bool { return err == syscall.EAGAIN } //nolint:errorlint // the kernel's own number, wrapped by nobody
