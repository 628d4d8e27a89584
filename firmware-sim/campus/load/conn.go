package load

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

const (
	keepAlive    = 60 * time.Second // within the hub's bounds; a ping goes out every half of it
	greetLimit   = 20 * time.Second // TCP, CONNECT and SUBSCRIBE together
	leaveLimit   = 3 * time.Second
	writeLimit   = 10 * time.Second // a socket that takes nothing for so long is dead
	readBuffer   = 512              // bytes: small, for there may be ten thousand
	inboxBuffer  = 32 << 10         // bytes, for a terminal, which hears everybody
	subscribeID  = 1
	firstPressID = 2
)

// conn is one MQTT connection. Its reader belongs to one goroutine.
type conn struct {
	net net.Conn
	in  *packet.Reader

	mu  sync.Mutex // guards out, and that packets are written whole and in order
	out []byte
}

func dial(ctx context.Context, address string, login packet.Login, buffer int) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, greetLimit)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", login.ClientID, err)
	}
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetNoDelay(true) // Go's default; said because the figures rest on it
	}
	link := &conn{net: c, in: packet.NewReader(c, buffer)}
	login.KeepAlive = uint16(keepAlive / time.Second)
	if err := link.greet(ctx, login); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("connect %s: %w", login.ClientID, err)
	}
	return link, nil
}

func (c *conn) greet(ctx context.Context, login packet.Login) error {
	until, _ := ctx.Deadline()
	_ = c.net.SetReadDeadline(until)
	if err := c.write(packet.AppendConnect(nil, login)); err != nil {
		return err
	}
	p, err := c.in.Next()
	if err != nil {
		return err
	}
	_ = c.net.SetReadDeadline(time.Time{})
	return p.Accepted()
}

// subscribe waits for the SUBACK and hands whatever comes before it to early:
// a hub may tell a terminal what is open before it answers.
func (c *conn) subscribe(filter string, early func(packet.Packet)) error {
	_ = c.net.SetReadDeadline(time.Now().Add(greetLimit))
	if err := c.write(packet.AppendSubscribe(nil, subscribeID, filter, 1)); err != nil {
		return fmt.Errorf("subscribe %s: %w", filter, err)
	}
	for {
		p, err := c.in.Next()
		if err == nil && p.Type != packet.Suback {
			early(p)
			continue
		}
		if err == nil {
			_, err = p.Acknowledged()
		}
		if err != nil {
			return fmt.Errorf("subscribe %s: %w", filter, err)
		}
		return c.net.SetReadDeadline(time.Time{})
	}
}

func (c *conn) write(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flush(b)
}

// publish encodes into the connection's own buffer. The moment is taken last
// before the write.
func (c *conn) publish(m packet.Message, written func()) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = packet.AppendPublish(c.out[:0], m)
	if written != nil {
		written()
	}
	return c.flush(c.out)
}

// acknowledge writes a PUBACK.
func (c *conn) acknowledge(id uint16) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = packet.AppendPuback(c.out[:0], id)
	return c.flush(c.out)
}

// flush is called with mu held.
func (c *conn) flush(b []byte) error {
	_ = c.net.SetWriteDeadline(time.Now().Add(writeLimit))
	_, err := c.net.Write(b)
	return err
}

func (c *conn) ping() error { return c.write(packet.AppendEmpty(nil, packet.Pingreq)) }

// leave says goodbye, after which the broker ends the connection and with it
// the reader; one that does not is given up after a moment. To close at once
// would reset the connection under what the broker has not read yet.
func (c *conn) leave() {
	_ = c.net.SetWriteDeadline(time.Now().Add(leaveLimit))
	_, _ = c.net.Write(packet.AppendEmpty(nil, packet.Disconnect))
	if t, ok := c.net.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
	_ = c.net.SetReadDeadline(time.Now().Add(leaveLimit))
}
