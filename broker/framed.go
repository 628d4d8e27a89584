package broker

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
)

const (
	// readStart is the first read buffer: a press with its header fits.
	readStart = 512
	// readKeep is the largest buffer that an idle connection keeps.
	readKeep = 4 << 10
)

// framed is the connection that the MQTT library sees. It reads whole
// packets, checks them, and gives the library one at a time.
//
// Read is called by one goroutine; the other methods by any.
type framed struct {
	net.Conn // TLS or the buffered socket
	out      *buffered
	m        *metrics
	limits   Limits
	admitted atomic.Bool // authenticated
	version  atomic.Uint32
	client   atomic.Pointer[session]
	onAdmit  func() // gives up the unauthenticated slot

	// Below: the reading goroutine's own.
	buf     []byte
	from    int // buf[from:to] is read and not yet given on
	to      int
	whole   int       // bytes from there that are one checked packet
	begun   bool      // CONNECT has been read
	readAt  time.Time // when the present packet was complete, with the monotonic reading
	failure error     // what Read has ended with
	will    string    // the will's topic, until its permission is checked
	hasWill bool
	renewed time.Time // when the shortcut last renewed the keep-alive
	granted bool      // a SUBSCRIBE was granted and its SUBACK is not yet written
	pace    pace
}

func newFramed(inner net.Conn, out *buffered, limits Limits, m *metrics) *framed {
	return &framed{Conn: inner, out: out, limits: limits, m: m, onAdmit: func() {}}
}

// Read gives the rest of the present packet, or reads the next one.
func (f *framed) Read(p []byte) (int, error) {
	if f.failure != nil {
		return 0, f.failure
	}
	for f.whole == 0 { // an alarm that has been taken leaves nothing to give on
		if err := f.nextFrame(); err != nil {
			return 0, f.ended(err)
		}
	}
	n := copy(p, f.buf[f.from:f.from+f.whole])
	f.whole -= n
	f.from += n
	return n, nil
}

// nextFrame reads until it has one whole packet, and checks it.
func (f *framed) nextFrame() error {
	f.reset()
	for {
		have := f.buf[f.from:f.to]
		header, total, err := frameSize(have)
		if err != nil {
			return err
		}
		if err := f.checkHead(have, total); err != nil {
			return err
		}
		if total > 0 && len(have) >= total {
			return f.accept(have[:total], header)
		}
		if len(have) == 0 {
			f.pace.wait()
		}
		if err := f.fill(total); err != nil {
			return err
		}
	}
}

// checkHead refuses a packet by its first bytes, before anything is
// allocated for it.
func (f *framed) checkHead(have []byte, total int) error {
	limit := f.limits.FrameBefore
	if f.admitted.Load() {
		limit = f.limits.FrameAfter
	}
	if total > limit {
		return fmt.Errorf("%w: %d bytes, at most %d", errFrameSize, total, limit)
	}
	if !f.begun && len(have) > 0 && have[0]>>4 != typeConnect {
		return errNotConnect
	}
	return nil
}

func (f *framed) accept(frame []byte, header int) error {
	f.readAt = time.Now()
	if !f.begun {
		f.begun = true
		f.version.Store(uint32(connectVersion(frame[header:])))
	}
	if err := checkFrame(frame, header, byte(f.version.Load())); err != nil {
		return err
	}
	if f.shortcut(frame, header) {
		f.from += len(frame)
		return nil
	}
	if frame[0]>>4 == typePublish { // it may be an alarm of another form
		f.pace.alarm(f.readAt)
	}
	f.whole = len(frame)
	return nil
}

// reset goes back to the beginning of an empty buffer, and drops one that a
// large packet has left behind.
func (f *framed) reset() {
	if f.from < f.to {
		return
	}
	f.from, f.to = 0, 0
	if len(f.buf) > readKeep {
		f.buf = nil
	}
}

// fill reads once more, after making room for a packet of total bytes, which
// checkHead has bounded; total is 0 while it is not known.
func (f *framed) fill(total int) error {
	if want := f.want(total); len(f.buf)-f.from < want {
		next := f.buf
		if len(next) < want {
			next = make([]byte, max(want, readStart))
		}
		f.to = copy(next, f.buf[f.from:f.to])
		f.buf, f.from = next, 0
	}
	n, err := f.Conn.Read(f.buf[f.to:])
	f.to += n
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// want is the room that the next read needs: for the rest of a packet, or for
// what a flood has brought since the last slice.
func (f *framed) want(total int) int {
	if f.pace.flooding && f.from == f.to {
		return readKeep
	}
	return max(total, f.to-f.from+1)
}

// ended counts why reading ended, where the client is to blame, and closes.
func (f *framed) ended(err error) error {
	switch {
	case errors.Is(err, errFrameSize):
		f.m.refused(ReasonFrameSize)
	case errors.Is(err, errNotConnect):
		f.m.refused(ReasonNotConnect)
	case errors.Is(err, errFrame):
		f.m.refused(ReasonFrame)
	case errors.Is(err, os.ErrDeadlineExceeded) && !f.admitted.Load():
		f.m.refused(ReasonConnectTimeout)
	case errors.Is(err, os.ErrDeadlineExceeded): // a half-open connection: the client is gone and no FIN came
		f.m.refused(ReasonSilent)
	}
	f.failure = err
	_ = f.Close()
	return err
}

// admit lifts the bounds of an unauthenticated socket.
func (f *framed) admit(s *session) {
	f.client.Store(s)
	f.admitted.Store(true)
	f.onAdmit()
}

// Write drops the DISCONNECT that the library sends to MQTT 3.1.1 clients
// too: there it is a client's packet alone. Every Write is one whole packet.
func (f *framed) Write(p []byte) (int, error) {
	if len(p) > 0 && p[0]>>4 == typeDisconnect && f.version.Load() < 5 {
		return len(p), nil
	}
	return f.Conn.Write(p)
}

// dismiss ends the connection from the broker's side. An MQTT 5 client is
// told why; Write spares the others.
func (f *framed) dismiss(why packets.Code) {
	if f.admitted.Load() {
		_, _ = f.Write([]byte{typeDisconnect << 4, 2, why.Code, 0})
	}
	_ = f.Close()
}

// SetDeadline is how the library sets the keep-alive, once the client has
// authenticated: for reading alone, because a Write never waits.
func (f *framed) SetDeadline(t time.Time) error { return f.out.SetReadDeadline(t) }
