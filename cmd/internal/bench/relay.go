package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// relayCommand is the floor for a Go process between two sockets: it reads a
// PUBLISH, writes it to every subscriber and acknowledges it. It looks at no
// topic, knows no identity and repeats nothing.
type relayCommand struct{}

// Run serves until ctx ends: one goroutine a connection.
func (relayCommand) Run(ctx context.Context, stdout io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, err := fmt.Fprintln(stdout, l.Addr()); err != nil {
		return err
	}
	r := &relay{conns: map[net.Conn]bool{}}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			r.end()
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		r.mu.Lock()
		r.conns[c] = true
		r.mu.Unlock()
		r.serving.Go(func() { r.serve(c) })
	}
}

type relay struct {
	serving sync.WaitGroup

	mu    sync.RWMutex // guards what follows
	conns map[net.Conn]bool
	told  []*listener
}

// listener is one subscriber.
type listener struct {
	net.Conn
	mu   sync.Mutex // guards id and out, and that packets are written whole
	id   uint16
	out  []byte
	gone bool
}

func (l *listener) tell(m packet.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		return
	}
	l.id = max(l.id+1, 1)
	m.ID = l.id
	l.out = packet.AppendPublish(l.out[:0], m)
	_, err := l.Write(l.out)
	l.gone = err != nil
}

func (r *relay) serve(c net.Conn) {
	in := packet.NewReader(c, 4096)
	var out []byte
	for {
		p, err := in.Next()
		if err != nil {
			break
		}
		if out, err = r.answer(c, p, out[:0]); err != nil {
			break
		}
		if _, err := c.Write(out); err != nil {
			break
		}
	}
	r.mu.Lock()
	delete(r.conns, c)
	r.mu.Unlock()
	_ = c.Close()
}

func (r *relay) answer(c net.Conn, p packet.Packet, out []byte) ([]byte, error) {
	switch p.Type {
	case packet.Connect:
		return packet.AppendConnack(out, 0), nil
	case packet.Subscribe:
		id, _, err := p.Subscription()
		r.mu.Lock()
		r.told = append(r.told, &listener{Conn: c})
		r.mu.Unlock()
		return packet.AppendSuback(out, id, 1), err
	case packet.Pingreq:
		return packet.AppendEmpty(out, packet.Pingresp), nil
	case packet.Publish:
		m, err := p.Message()
		if err != nil {
			return nil, err
		}
		r.publish(m)
		if m.QoS > 0 {
			out = packet.AppendPuback(out, m.ID)
		}
	case packet.Disconnect:
		return nil, io.EOF
	}
	return out, nil
}

func (r *relay) publish(m packet.Message) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, l := range r.told {
		l.tell(m)
	}
}

func (r *relay) end() {
	r.mu.Lock()
	for c := range r.conns {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.serving.Wait()
}
