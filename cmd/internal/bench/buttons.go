package main

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/firmware-sim/campus/load"
	"example.org/campushub/firmware-sim/campus/load/packet"
)

const buttonKeepAlive = 600 // seconds: longer than a turn, so that nobody has to ping

// buttons are MQTT 3.1.1 clients that publish at QoS 1. One that has lost its
// connection comes back and sends what was not acknowledged again, marked as
// a duplicate, as section 4.4 of the standard has it.
type buttons struct {
	all   []*button
	dials chan struct{} // a token each for whoever connects
	stop  context.CancelFunc
	ended sync.WaitGroup
}

// openButtons connects the first n devices of a target and returns when all are.
func openButtons(ctx context.Context, t load.Target, n int, turn func() *tally) (*buttons, error) {
	if n > len(t.Devices) {
		return nil, fmt.Errorf("connect %d buttons: there are %d", n, len(t.Devices))
	}
	ctx, stop := context.WithCancel(ctx)
	s := &buttons{dials: make(chan struct{}, dialsAtOnce), stop: stop}
	var g errgroup.Group
	for _, d := range t.Devices[:n] {
		b := &button{address: t.Address, device: d, turn: turn, dials: s.dials}
		s.all = append(s.all, b)
		g.Go(func() error { return b.connect(ctx) })
	}
	if err := g.Wait(); err != nil {
		s.close()
		return nil, err
	}
	for _, b := range s.all {
		s.ended.Go(func() { b.run(ctx) })
	}
	return s, nil
}

func (s *buttons) send(_ context.Context, i int, id string) { s.all[i%len(s.all)].send(id) }

func (s *buttons) close() {
	s.stop()
	for _, b := range s.all {
		b.hangUp()
	}
	s.ended.Wait()
}

// button is one client. Its reader belongs to run.
type button struct {
	address string
	device  load.Device
	turn    func() *tally
	dials   chan struct{}
	in      *packet.Reader

	mu      sync.Mutex // guards the fields below, and that packets are written whole
	conn    net.Conn   // nil while it is away
	last    uint16
	waiting []*publish // not acknowledged, the oldest first
	out     []byte
}

// publish is one signal until its PUBACK.
type publish struct {
	id      string
	message packet.Message
}

func (b *button) send(id string) {
	payload := fmt.Appendf(nil, `{"id":%q,"kind":"emergency","mode":"live","silent":false,"age_ms":0}`, id)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = max(b.last+1, 1)
	p := &publish{id: id, message: packet.Message{
		Topic: "campus/" + b.device.School + "/" + b.device.ID + "/alarm", Payload: payload, QoS: 1, ID: b.last,
	}}
	b.waiting = append(b.waiting, p)
	b.turn().began(id)
	b.write(p)
}

// write is called with mu held. A connection that takes nothing is gone.
func (b *button) write(p *publish) {
	if b.conn == nil {
		return
	}
	b.out = packet.AppendPublish(b.out[:0], p.message)
	p.message.Duplicate = true // should it be sent again
	_ = b.conn.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := b.conn.Write(b.out); err != nil {
		_ = b.conn.Close()
		b.conn = nil
	}
}

// run reads PUBACKs, and comes back when the connection ends, until ctx does.
func (b *button) run(ctx context.Context) {
	for ctx.Err() == nil {
		b.read()
		b.hangUp()
		if wait(ctx, againAfter) == nil {
			_ = b.connect(ctx) // refused: once more after the pause
		}
	}
	b.hangUp()
}

func (b *button) read() {
	b.mu.Lock()
	away := b.conn == nil
	b.mu.Unlock()
	for !away {
		p, err := b.in.Next()
		if err != nil {
			return
		}
		if id, err := p.Acknowledged(); err == nil && p.Type == packet.Puback {
			b.acknowledged(id)
		}
	}
}

func (b *button) acknowledged(id uint16) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, p := range b.waiting {
		if p.message.ID == id {
			b.waiting = append(b.waiting[:i], b.waiting[i+1:]...)
			b.turn().acknowledged(p.id)
			return
		}
	}
}

// connect signs in and sends what waits.
func (b *button) connect(ctx context.Context) error {
	select {
	case b.dials <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-b.dials }()
	conn, in, err := mqttDial(ctx, b.address, packet.Login{
		ClientID: b.device.Username, Username: b.device.Username, Password: b.device.Password, KeepAlive: buttonKeepAlive,
	})
	if err != nil {
		return err
	}
	b.in = in
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conn = conn
	for _, p := range b.waiting {
		b.write(p)
	}
	return nil
}

func (b *button) hangUp() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn != nil {
		_ = b.conn.Close()
		b.conn = nil
	}
}

// mqttDial makes a connection that has been accepted.
func mqttDial(ctx context.Context, address string, login packet.Login) (net.Conn, *packet.Reader, error) {
	d := net.Dialer{Timeout: callLimit}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("connect %s: %w", login.ClientID, err)
	}
	in := packet.NewReader(conn, 512)
	_ = conn.SetDeadline(time.Now().Add(callLimit))
	var p packet.Packet
	if _, err = conn.Write(packet.AppendConnect(nil, login)); err == nil {
		p, err = in.Next()
	}
	if err == nil {
		err = p.Accepted()
	}
	if err != nil {
		_ = conn.Close()
		return nil, nil, fmt.Errorf("connect %s: %w", login.ClientID, err)
	}
	return conn, in, conn.SetDeadline(time.Time{})
}
