//go:build unix

package broker

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sockets are the two ends of a TCP connection.
func sockets(t *testing.T) (here, there net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	there, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	here, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _ = here.Close(); _ = there.Close() })
	return here, there
}

func TestADirectReadEndsAsAConnectionsDoes(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(here, there net.Conn) error
		want error
	}{
		"the other end closes": {func(_, there net.Conn) error { return there.Close() }, io.EOF},
		"this end closes":      {func(here, _ net.Conn) error { return here.Close() }, net.ErrClosed},
		"the deadline passes":  {func(here, _ net.Conn) error { return here.SetReadDeadline(time.Now()) }, os.ErrDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			here, there := sockets(t)
			d := newDirect(here)
			_, err := there.Write([]byte("ab"))
			require.NoError(t, err)
			p := make([]byte, 1)
			for _, want := range "ab" { // what came before is read first
				n, err := d.read(p)
				require.NoError(t, err)
				assert.Equal(t, string(want), string(p[:n]))
			}
			done := make(chan error, 1)
			go func() { // it waits in the runtime, not in the kernel
				_, err := d.read(p)
				done <- err
			}()
			require.NoError(t, c.end(here, there))
			assert.ErrorIs(t, <-done, c.want)
		})
	}
}

func TestADirectReadOfNothingAsksNobody(t *testing.T) {
	here, _ := sockets(t)
	n, err := newDirect(here).read(nil)
	assert.NoError(t, err)
	assert.Zero(t, n)
}

func TestADirectWriteNeverWaits(t *testing.T) {
	here, there := sockets(t)
	d := newDirect(here)
	sent := 0
	for { // nobody reads
		n, err := d.write(make([]byte, 64<<10))
		require.NoError(t, err)
		if n == 0 {
			break
		}
		sent += n
	}
	require.NoError(t, here.(*net.TCPConn).CloseWrite())
	got, err := io.Copy(io.Discard, there)
	require.NoError(t, err)
	assert.EqualValues(t, sent, got, "what the kernel took has gone out")

	require.NoError(t, there.Close())
	require.NoError(t, here.Close())
	_, err = d.write([]byte("x"))
	assert.ErrorIs(t, err, net.ErrClosed)
}
