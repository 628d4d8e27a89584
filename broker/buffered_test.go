package broker

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipe is a buffered connection whose other end reads only when asked to. It
// has no file descriptor, so that every byte goes through the flusher.
func pipe(t *testing.T, limits Limits) (*buffered, net.Conn, *metrics) {
	t.Helper()
	m, err := newMetrics(prometheus.NewRegistry())
	require.NoError(t, err)
	near, far := net.Pipe()
	return newBuffered(near, limits.WithDefaults(), m), far, m
}

func TestCloseReturnsAtOnceAndWhatWasWrittenStillArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{})
		for _, s := range []string{"one ", "two ", "three"} {
			n, err := b.Write([]byte(s))
			require.NoError(t, err)
			require.Equal(t, len(s), n)
		}
		before := time.Now()
		require.NoError(t, b.Close())
		assert.Equal(t, before, time.Now(), "in virtual time: it did not wait")
		_, err := b.Write([]byte("late"))
		require.ErrorIs(t, err, net.ErrClosed)
		_, err = b.Read(make([]byte, 1))
		require.ErrorIs(t, err, net.ErrClosed)
		all, err := io.ReadAll(far)
		require.NoError(t, err)
		assert.Equal(t, "one two three", string(all))
		b.wait()
	})
}

// deadlined notes the write deadline that is in force.
type deadlined struct {
	net.Conn
	until atomic.Pointer[time.Time]
}

func (d *deadlined) SetWriteDeadline(t time.Time) error {
	d.until.Store(&t)
	return d.Conn.SetWriteDeadline(t)
}

func TestFlushingLeavesNoDeadlineBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{})
		d := &deadlined{Conn: b.Conn}
		b.Conn = d
		_, err := b.Write([]byte("slow"))
		require.NoError(t, err)
		synctest.Wait()
		assert.Equal(t, time.Now().Add(5*time.Second), *d.until.Load())
		_, err = io.ReadFull(far, make([]byte, 4))
		require.NoError(t, err)
		synctest.Wait()
		assert.True(t, d.until.Load().IsZero(), "a direct write later would fail")
		require.NoError(t, b.Close())
	})
}

func TestCloseGivesUpOnAReaderThatNeverReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{})
		defer far.Close()
		_, err := b.Write([]byte("unread"))
		require.NoError(t, err)
		before := time.Now()
		require.NoError(t, b.Close())
		b.wait()
		assert.Equal(t, drainWithin, time.Since(before))
	})
}

func TestWriteDeadlineIsOfEachChunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{WriteWithin: 5 * time.Second})
		_, err := b.Write(make([]byte, 3*flushChunk))
		require.NoError(t, err)
		chunk := make([]byte, flushChunk)
		for range 3 { // 12 s in all, 4 s each
			time.Sleep(4 * time.Second)
			_, err := io.ReadFull(far, chunk)
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.False(t, b.isActive())
		time.Sleep(time.Minute) // idle: no deadline is left behind
		_, err = b.Write([]byte("x"))
		require.NoError(t, err)
		_, err = io.ReadFull(far, chunk[:1])
		require.NoError(t, err)
		synctest.Wait()

		_, err = b.Write([]byte("never read"))
		require.NoError(t, err)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		assert.True(t, b.isClosed())
		b.wait()
	})
}

func TestWriteNeverBlocksAndOverflowCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{OutBuffer: 10})
		defer far.Close()
		_, err := b.Write(make([]byte, 6))
		require.NoError(t, err)
		synctest.Wait() // the flusher holds them
		_, err = b.Write(make([]byte, 4))
		require.NoError(t, err)
		_, err = b.Write(make([]byte, 1))
		require.ErrorIs(t, err, errOverflow)
		_, err = b.Write(make([]byte, 1))
		require.ErrorIs(t, err, net.ErrClosed)
		_, err = far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		b.wait()
	})
}

func TestReadDeadlineDoesNotReviveAClosedConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, far, _ := pipe(t, Limits{})
		defer far.Close()
		_, err := b.Write([]byte("unread"))
		require.NoError(t, err)
		require.NoError(t, b.Close())
		require.ErrorIs(t, b.SetReadDeadline(time.Time{}), net.ErrClosed)
		_, err = b.Read(make([]byte, 1))
		require.ErrorIs(t, err, net.ErrClosed)
		b.wait()
	})
}
