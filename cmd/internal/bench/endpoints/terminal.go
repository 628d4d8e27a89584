package endpoints

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// Login is who a terminal is.
type Login struct {
	Address  string // of the broker, host:port
	Username string
	Password string
	Topic    string
}

// Terminal is told over MQTT 3.1.1.
type Terminal struct {
	login Login
	heard Heard

	life *life
	conn net.Conn
	in   *packet.Reader

	mu   sync.Mutex // guards the fields below, and that packets are written whole
	last uint16
	sent map[uint16]receipt // by packet, until the hub has taken it
}

// receipt is one under way.
type receipt struct {
	press string
	at    time.Time
}

// NewTerminal returns one that is dead.
func NewTerminal(l Login, heard Heard) *Terminal { return &Terminal{login: l, heard: heard} }

// Become ends the present connection and, unless it is to be dead, makes another.
func (t *Terminal) Become(ctx context.Context, s State) error {
	t.Close()
	if s == Dead {
		return nil
	}
	t.life, t.sent = newLife(), map[uint16]receipt{}
	if err := t.connect(ctx, s); err != nil {
		return fmt.Errorf("terminal %s: %w", t.login.Username, err)
	}
	if s != Hanging {
		t.life.works.Go(func() { t.read(s) })
	}
	return nil
}

// Close ends the connection.
func (t *Terminal) Close() {
	if t.conn != nil {
		_ = t.conn.Close()
	}
	if t.life != nil {
		t.life.end()
	}
	t.conn, t.life = nil, nil
}

func (t *Terminal) connect(ctx context.Context, s State) (err error) {
	var d net.Dialer
	if t.conn, err = d.DialContext(ctx, "tcp", t.login.Address); err != nil {
		return err
	}
	if tcp, ok := t.conn.(*net.TCPConn); ok && s == Hanging {
		_ = tcp.SetReadBuffer(smallBuffer)
	}
	t.in = packet.NewReader(t.conn, smallBuffer)
	_ = t.conn.SetDeadline(time.Now().Add(greet))
	if _, err = t.conn.Write(packet.AppendConnect(nil, packet.Login{
		ClientID: t.login.Username, Username: t.login.Username, Password: t.login.Password, KeepAlive: 600,
	})); err != nil {
		return err
	}
	p, err := t.in.Next()
	if err == nil {
		err = p.Accepted()
	}
	if err == nil {
		_, err = t.conn.Write(packet.AppendSubscribe(nil, 1, t.login.Topic, 1))
	}
	if err == nil {
		err = t.subscribed(s)
	}
	return err
}

// subscribed waits for the SUBACK; a hub may say before it what is open.
func (t *Terminal) subscribed(s State) error {
	for {
		p, err := t.in.Next()
		if err != nil {
			return err
		}
		if p.Type == packet.Suback {
			return t.conn.SetDeadline(time.Time{})
		}
		if s != Hanging {
			t.take(s, p)
		}
	}
}

func (t *Terminal) read(s State) {
	for {
		p, err := t.in.Next()
		if err != nil {
			return
		}
		t.take(s, p)
	}
}

// take answers an alert, and hears that a receipt was taken.
func (t *Terminal) take(s State, p packet.Packet) {
	if id, err := p.Acknowledged(); err == nil {
		t.taken(id)
		return
	}
	m, err := p.Message()
	if err != nil {
		return
	}
	var alert struct{ Delivery, Press string }
	if json.Unmarshal(m.Payload, &alert) != nil {
		return
	}
	t.life.answer(s, func() { t.confirm(m.ID, alert.Delivery, alert.Press) })
}

// confirm is the PUBACK and the receipt, in one write.
func (t *Terminal) confirm(id uint16, delivery, press string) {
	at := time.Now()
	out := packet.AppendPuback(nil, id)
	t.mu.Lock()
	t.last = max(t.last+1, 2)
	t.sent[t.last] = receipt{press, at}
	out = packet.AppendPublish(out, packet.Message{
		Topic: "receipt/" + delivery, Payload: []byte(`{"status":"received"}`), QoS: 1, ID: t.last,
	})
	t.mu.Unlock()
	if t.write(out) == nil && press != "" {
		t.heard(press, Handed, at)
	}
}

// taken says that the hub has a receipt.
func (t *Terminal) taken(id uint16) {
	t.mu.Lock()
	r := t.sent[id]
	delete(t.sent, id)
	t.mu.Unlock()
	if r.press != "" {
		t.heard(r.press, Received, r.at)
	}
}

func (t *Terminal) write(b []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.conn.Write(b)
	return err
}
