package delivertest

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"example.org/campushub/alerting/deliver/post"
)

// pipes is a network in memory for a synctest bubble: a listener, and the
// dialling that reaches it. Nothing is buffered: a write waits for its reader.
type pipes struct {
	at      string
	waiting chan net.Conn // the far ends of connections that nobody took yet
	closed  chan struct{}
	close   func()
}

func newPipes(t *testing.T) *pipes {
	t.Helper()
	return newPipesAt(t, "127.0.0.1:1")
}

func newPipesAt(t *testing.T, host string) *pipes {
	t.Helper()
	p := &pipes{at: host, waiting: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	t.Cleanup(p.close)
	return p
}

// over is how a channel reaches the listener, whatever the address.
func (p *pipes) over() post.Option { return post.Through(p.dial) }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.waiting <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// apart are two networks, each with one host.
func apart(one, another *pipes) post.Option {
	return post.Through(func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == one.host() {
			return one.dial(ctx, network, address)
		}
		return another.dial(ctx, network, address)
	})
}

// way is a way to a far side that can be mended.
type way struct{ dial atomic.Pointer[post.Dial] }

func (w *way) leadTo(p *pipes) {
	dial := post.Dial(p.dial)
	w.dial.Store(&dial)
}

func (w *way) over() post.Option {
	return post.Through(func(ctx context.Context, network, address string) (net.Conn, error) {
		return (*w.dial.Load())(ctx, network, address)
	})
}

// host is where it seems to listen.
func (p *pipes) host() string { return p.at }

// Accept takes a connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (p *pipes) Close() error {
	p.close()
	return nil
}

// Addr is the host.
func (p *pipes) Addr() net.Addr { return place(p.host()) }

// swallow takes connections and never reads from them.
func (p *pipes) swallow() {
	for {
		c, err := p.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }() // with the listener
	}
}

// place is an address as a URL has it.
type place string

// Network is TCP's, as far as anybody can tell.
func (a place) Network() string { return "tcp" }

func (a place) String() string { return string(a) }
