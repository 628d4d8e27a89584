package broker

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

const (
	acceptPauseFirst = 5 * time.Millisecond
	acceptPauseMost  = time.Second
)

// listener accepts connections for the MQTT library, whose own listeners end
// at the first error of accept and let a panic end the process.
type listener struct {
	id       string
	socket   net.Listener
	tls      *tls.Config
	b        *Broker
	closing  chan struct{}
	accepted sync.WaitGroup // every connection's goroutine

	mu     sync.Mutex // guards what is below
	closed bool
	conns  map[*framed]struct{}
}

var _ listeners.Listener = (*listener)(nil)

func newListener(id string, socket net.Listener, config *tls.Config, b *Broker) *listener {
	return &listener{
		id: id, socket: socket, tls: config, b: b,
		closing: make(chan struct{}), conns: make(map[*framed]struct{}),
	}
}

func (l *listener) Init(*slog.Logger) error { return nil }
func (l *listener) ID() string              { return l.id }
func (l *listener) Address() string         { return l.socket.Addr().String() }

func (l *listener) Protocol() string {
	if l.tls != nil {
		return "tls"
	}
	return "tcp"
}

// Serve accepts until Close. An error of accept, such as too many open
// files, is waited out: 5 ms, doubling to a second.
func (l *listener) Serve(establish listeners.EstablishFn) {
	pause := acceptPauseFirst
	for {
		c, err := l.socket.Accept()
		switch {
		case err == nil:
			pause = acceptPauseFirst
			l.start(c, establish)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			l.b.m.acceptErrors.Inc()
			l.b.log.Warn("accept did not succeed", "listener", l.Address(), "error", err, "pause", pause)
			l.b.room.yield()
			if !l.pause(pause) {
				return
			}
			pause = min(2*pause, acceptPauseMost)
		}
	}
}

// pause waits, and reports whether the listener is still open.
func (l *listener) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-l.closing:
		return false
	}
}

// start gives a connection its goroutine.
func (l *listener) start(c net.Conn, establish listeners.EstablishFn) {
	f := l.wrap(c)
	if !l.track(f) {
		_ = f.Close()
		return
	}
	place := l.b.room.enter(remote(c), func() { _ = f.Close() })
	f.onAdmit = func() {
		l.b.room.leave(place)
		l.b.m.connections.Inc()
	}
	go func() {
		defer l.accepted.Done()
		defer l.untrack(f)
		defer l.b.room.leave(place)
		l.b.serve(f, func() error { return establish(l.id, f) })
	}()
}

// wrap builds the connection's layers on the socket.
func (l *listener) wrap(c net.Conn) *framed {
	out := newBuffered(c, l.b.limits, l.b.m)
	_ = out.SetReadDeadline(time.Now().Add(l.b.limits.ConnectWithin))
	var inner net.Conn = out
	if l.tls != nil {
		inner = tls.Server(out, l.tls)
	}
	return newFramed(inner, out, l.b.limits, l.b.m)
}

func (l *listener) track(f *framed) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.accepted.Add(1)
	l.conns[f] = struct{}{}
	return true
}

func (l *listener) untrack(f *framed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, f)
}

// Close stops accepting, ends every connection, and returns when their
// goroutines have ended: a press that is being stored is waited for. It does
// not use the library's way to end its clients, which takes one read lock
// twice and hangs for ever where a client goes at the same moment.
func (l *listener) Close(listeners.CloseFn) {
	if !l.shut() {
		return
	}
	_ = l.socket.Close()
	for _, f := range l.open() {
		f.dismiss(packets.ErrServerShuttingDown)
	}
	l.accepted.Wait()
}

// shut lets no further connection in. It reports whether this call did.
func (l *listener) shut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.closed = true
	close(l.closing)
	return true
}

func (l *listener) open() []*framed {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*framed, 0, len(l.conns))
	for f := range l.conns {
		all = append(all, f)
	}
	return all
}
