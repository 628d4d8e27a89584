package board

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// ErrNoCarrier is what a radio without its network says.
var ErrNoCarrier = errors.New("radio: no carrier")

// Radio is a board's way to the network. It can be cut, which the other side
// sees at once, or go silent, which nobody sees: what is sent is lost, and
// nothing is heard.
type Radio struct {
	mu    sync.Mutex // guards what follows
	cut   bool
	quiet bool
	conns map[*radioConn]struct{}
}

// NewRadio returns a radio with its network.
func NewRadio() *Radio { return &Radio{conns: map[*radioConn]struct{}{}} }

// Cut ends every connection and lets none begin.
func (r *Radio) Cut() {
	r.mu.Lock()
	r.cut = true
	r.mu.Unlock()
	r.closeAll()
}

// Silence lets nothing through and ends nothing.
func (r *Radio) Silence() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.quiet = true
	for c := range r.conns {
		c.silence()
	}
}

// Restore brings the network back. Connections that were silent are over:
// what they lost is missing.
func (r *Radio) Restore() {
	r.mu.Lock()
	wasQuiet := r.quiet
	r.cut, r.quiet = false, false
	r.mu.Unlock()
	if wasQuiet {
		r.closeAll()
	}
}

// Dial opens a connection over the radio.
func (r *Radio) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if r.down() {
		return nil, ErrNoCarrier
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &radioConn{Conn: conn, radio: r, silent: make(chan struct{}), closed: make(chan struct{})}
	r.mu.Lock()
	r.conns[c] = struct{}{}
	r.mu.Unlock()
	if r.down() { // cut while it was dialled
		_ = c.Close()
		return nil, ErrNoCarrier
	}
	return c, nil
}

func (r *Radio) down() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cut || r.quiet
}

func (r *Radio) closeAll() {
	r.mu.Lock()
	var all []*radioConn
	for c := range r.conns {
		all = append(all, c)
	}
	r.mu.Unlock()
	for _, c := range all {
		c.breakOff()
	}
}

// radioConn is one connection over the radio.
type radioConn struct {
	net.Conn
	radio       *Radio
	broken      atomic.Bool   // by the network
	silent      chan struct{} // closed when nothing passes any more
	closed      chan struct{}
	silenceOnce sync.Once
	closeOnce   sync.Once
}

func (c *radioConn) silence() { c.silenceOnce.Do(func() { close(c.silent) }) }

func (c *radioConn) isSilent() bool {
	select {
	case <-c.silent:
		return true
	default:
		return false
	}
}

// Read hears nothing more once the radio is silent.
func (c *radioConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.isSilent() {
		<-c.closed
		n, err = 0, net.ErrClosed
	}
	return n, c.explain(err)
}

// Write is lost once the radio is silent.
func (c *radioConn) Write(b []byte) (int, error) {
	if c.isSilent() {
		return len(b), nil
	}
	n, err := c.Conn.Write(b)
	return n, c.explain(err)
}

// breakOff ends the connection as its network does, not as its user.
func (c *radioConn) breakOff() {
	c.broken.Store(true)
	_ = c.Close()
}

// explain tells a broken connection from one that its user closed.
func (c *radioConn) explain(err error) error {
	if err != nil && c.broken.Load() {
		return ErrNoCarrier
	}
	return err
}

// Close implements net.Conn.
func (c *radioConn) Close() error {
	err := net.ErrClosed
	c.closeOnce.Do(func() {
		close(c.closed)
		err = c.Conn.Close()
		c.radio.mu.Lock()
		delete(c.radio.conns, c)
		c.radio.mu.Unlock()
	})
	return err
}
