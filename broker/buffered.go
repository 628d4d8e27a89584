package broker

import (
	"errors"
	"net"
	"sync"
	"time"
)

var errOverflow = errors.New("out-buffer full")

const (
	// flushChunk is what a slow client must take within Limits.WriteWithin.
	flushChunk = 32 << 10
	// drainWithin is how long what was written before Close may still take.
	drainWithin = time.Second
)

// buffered is the socket, with a Write that never blocks: it tries the
// kernel once, and what the kernel does not take waits in a bounded buffer
// that a goroutine of its own flushes. It lies under TLS, so that a TLS
// record is never waited for either.
//
// Overflow decision: a write that does not fit closes the connection and
// drops what waits. The hub sends it again to whoever comes back.
type buffered struct {
	net.Conn
	direct    *direct // nil where it is no socket: every write then goes through the flusher
	limit     int
	within    time.Duration
	m         *metrics
	flushed   sync.WaitGroup // the flusher, while there is one
	onFailure func(Reason)   // told once, when a slow reader costs the connection

	mu      sync.Mutex // guards what is below
	waiting []byte     // not yet handed to the flusher
	flying  int        // bytes that the flusher holds
	active  bool       // a flusher runs
	closed  bool
	failed  bool
}

func newBuffered(c net.Conn, limits Limits, m *metrics) *buffered {
	return &buffered{
		Conn: c, direct: newDirect(c), limit: limits.OutBuffer, within: limits.WriteWithin, m: m, onFailure: m.refused,
	}
}

// Write takes all of p or closes the connection.
func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, net.ErrClosed
	}
	done := 0
	if !b.active && b.direct != nil {
		n, err := b.direct.write(p)
		if err != nil {
			b.abandon()
			return 0, err
		}
		done = n
	}
	if done == len(p) {
		return len(p), nil
	}
	if len(b.waiting)+b.flying+len(p)-done > b.limit {
		b.m.droppedBytes.Add(float64(len(p) - done))
		b.fail(ReasonOverflow)
		return 0, errOverflow
	}
	b.waiting = append(b.waiting, p[done:]...)
	if !b.active {
		b.active = true
		b.flushed.Go(b.flush)
	}
	return len(p), nil
}

// flush writes what waits until nothing does.
func (b *buffered) flush() {
	for chunk := b.next(); chunk != nil; chunk = b.next() {
		if _, err := b.Conn.Write(chunk); err != nil {
			b.flushFailed(err)
			return
		}
	}
}

// next takes the next bytes to flush. With none left it ends the flusher and,
// after Close, the connection.
func (b *buffered) next() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flying = 0
	if len(b.waiting) == 0 || b.failed {
		b.active, b.waiting = false, nil
		if b.closed {
			_ = b.Conn.Close()
		} else {
			_ = b.Conn.SetWriteDeadline(time.Time{}) // a passed one would fail the next direct write
		}
		return nil
	}
	chunk := b.waiting[:min(len(b.waiting), flushChunk)]
	b.waiting = b.waiting[len(chunk):]
	b.flying = len(chunk)
	if !b.closed { // Close has set its own, for all that is left
		_ = b.Conn.SetWriteDeadline(time.Now().Add(b.within))
	}
	return chunk
}

func (b *buffered) flushFailed(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.m.droppedBytes.Add(float64(b.flying + len(b.waiting)))
	b.flying, b.active = 0, false
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() && !b.closed {
		b.fail(ReasonWriteTimeout)
		return
	}
	b.abandon()
}

// fail closes the connection because of a slow reader. b.mu is held.
func (b *buffered) fail(r Reason) {
	if !b.failed {
		b.onFailure(r)
	}
	b.abandon()
}

// abandon closes the connection and drops what waits. b.mu is held.
func (b *buffered) abandon() {
	b.m.droppedBytes.Add(float64(len(b.waiting)))
	b.failed, b.closed, b.waiting = true, true, nil
	_ = b.Conn.Close()
}

// Read returns net.ErrClosed as soon as the connection is closed, although
// its last bytes may still be on their way out.
func (b *buffered) Read(p []byte) (int, error) {
	n, err := b.take(p)
	if err != nil && b.isClosed() {
		return 0, net.ErrClosed
	}
	return n, err
}

func (b *buffered) take(p []byte) (int, error) {
	if b.direct == nil {
		return b.Conn.Read(p)
	}
	return b.direct.read(p)
}

func (b *buffered) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// Close returns at once. What waits is still sent, for up to a second.
func (b *buffered) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	if !b.active {
		return b.Conn.Close()
	}
	now := time.Now()
	_ = b.Conn.SetReadDeadline(now)
	return b.Conn.SetWriteDeadline(now.Add(drainWithin))
}

// SetReadDeadline has no effect once the connection is closed: it would
// revive a reader that Close has ended.
func (b *buffered) SetReadDeadline(t time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return net.ErrClosed
	}
	return b.Conn.SetReadDeadline(t)
}

// SetWriteDeadline and SetDeadline leave writing alone: a Write never waits.
func (b *buffered) SetWriteDeadline(time.Time) error { return nil }
func (b *buffered) SetDeadline(t time.Time) error    { return b.SetReadDeadline(t) }

// wait returns when the flusher has ended.
func (b *buffered) wait() { b.flushed.Wait() }
