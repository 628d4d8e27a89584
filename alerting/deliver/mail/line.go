package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"sync"
	"time"

	"example.org/campushub/alerting/deliver/post"
)

// maxSaid is how much a server may say in one session, in bytes.
const maxSaid = 64 << 10

var errTooMuch = errors.New("answer too long")

// line is one connection to a mail server. It ends with its context, reads
// no endless answer, and remembers what broke it.
type line struct {
	server server
	roots  *x509.CertPool
	by     post.Dial

	mu     sync.Mutex // guards the fields below
	conn   net.Conn
	closed bool
	err    error
	said   int
}

// dial connects, and encrypts where the server expects it from the first
// byte.
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.by(ctx, network, address)
	if err != nil {
		return nil, l.note(err)
	}
	if !l.open(conn) {
		return nil, l.note(net.ErrClosed)
	}
	if l.server.mode != encrypted {
		return wire{conn, l}, nil
	}
	safe := tls.Client(wire{conn, l}, l.tls())
	if err := safe.HandshakeContext(ctx); err != nil {
		return nil, l.note(err)
	}
	return safe, nil
}

func (l *line) tls() *tls.Config {
	return &tls.Config{ServerName: l.server.host, RootCAs: l.roots, MinVersion: tls.VersionTLS12}
}

// open takes the connection, unless the line has been closed by now.
func (l *line) open(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = conn.Close()
		return false
	}
	l.conn = conn
	return true
}

// Close drops the connection, in the middle of anything; there will be no
// other.
func (l *line) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

func (l *line) note(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
	return err
}

func (l *line) broken() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// wire is the connection as the library sees it.
type wire struct {
	net.Conn
	line *line
}

func (w wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err != nil {
		return n, w.line.note(err)
	}
	if w.line.heard(n) > maxSaid {
		return 0, w.line.note(errTooMuch)
	}
	return n, nil
}

func (l *line) heard(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said += n
	return l.said
}

func (w wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if err != nil {
		return n, w.line.note(err)
	}
	return n, nil
}

// SetDeadline does nothing: the library would move the end of the session on
// with each step. The context ends it.
func (w wire) SetDeadline(time.Time) error { return nil }
