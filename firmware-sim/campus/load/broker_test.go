package load

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// fate is what a faulty broker does with one alarm.
type fate struct {
	copies int  // how often each terminal is told
	silent bool // no PUBACK
	hangUp bool // the connection is closed instead
}

// faulty is a broker that loses and repeats on purpose. Every subscriber is
// told everything that is published to an alarm topic.
type faulty struct {
	listener net.Listener
	fate     func(n int, topic string) fate
	alert    func(press []byte) []byte // what terminals are told
	greeting []byte                    // told to a terminal before its SUBACK

	mu       sync.Mutex // guards what follows
	conns    []net.Conn
	tellers  []net.Conn
	lights   map[string]net.Conn // by topic
	alarms   int
	readings int
	receipts []string
	acks     int
	wg       sync.WaitGroup
}

func startFaulty(t *testing.T, b *faulty) *faulty {
	t.Helper()
	var err error
	b.listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	b.lights = map[string]net.Conn{}
	if b.fate == nil {
		b.fate = func(int, string) fate { return fate{copies: 1} }
	}
	b.wg.Go(b.accept)
	t.Cleanup(func() {
		_ = b.listener.Close()
		b.mu.Lock()
		for _, c := range b.conns {
			_ = c.Close()
		}
		b.mu.Unlock()
		b.wg.Wait()
	})
	return b
}

func (b *faulty) accept() {
	for {
		c, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		b.conns = append(b.conns, c)
		b.mu.Unlock()
		b.wg.Go(func() { b.serve(c) })
	}
}

func (b *faulty) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := packet.NewReader(c, 4096)
	for {
		p, err := r.Next()
		if err != nil || !b.take(c, p) {
			return
		}
	}
}

func (b *faulty) take(c net.Conn, p packet.Packet) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []byte
	switch p.Type {
	case packet.Connect:
		out = packet.AppendConnack(nil, 0)
	case packet.Subscribe:
		id, filter, _ := p.Subscription()
		if strings.HasSuffix(filter, "/command") {
			b.lights[filter] = c
		} else {
			b.tellers = append(b.tellers, c)
			out = append(out, b.greeting...)
		}
		out = packet.AppendSuback(out, id, 1)
	case packet.Puback:
		b.acks++
	case packet.Publish:
		m, err := p.Message()
		if err != nil {
			return false
		}
		return b.publish(c, m)
	}
	_, err := c.Write(out)
	return err == nil
}

func (b *faulty) publish(c net.Conn, m packet.Message) bool {
	switch {
	case strings.HasPrefix(m.Topic, "receipt/"):
		b.receipts = append(b.receipts, m.Topic)
	case strings.HasSuffix(m.Topic, "/reading"):
		b.readings++
	case strings.HasSuffix(m.Topic, "/alarm"):
		return b.alarm(c, m)
	}
	if m.QoS > 0 {
		_, err := c.Write(packet.AppendPuback(nil, m.ID))
		return err == nil
	}
	return true
}

func (b *faulty) alarm(c net.Conn, m packet.Message) bool {
	f := b.fate(b.alarms, m.Topic)
	b.alarms++
	told := m
	if b.alert != nil {
		told.Payload = b.alert(m.Payload)
	}
	for range f.copies {
		for _, t := range b.tellers {
			_, _ = t.Write(packet.AppendPublish(nil, told))
		}
	}
	if f.hangUp {
		return false
	}
	if light := b.lights[strings.TrimSuffix(m.Topic, "alarm")+"command"]; light != nil {
		lit := []byte(`{"receipt":"` + string(field(m.Payload, "id")) + `","indicator":"stored"}`)
		_, _ = light.Write(packet.AppendPublish(nil, packet.Message{Topic: "campus/s/d/command", Payload: lit, QoS: 1, ID: 9}))
	}
	if !f.silent {
		_, _ = c.Write(packet.AppendPuback(nil, m.ID))
	}
	return true
}

// target is the faulty broker with buttons and terminals.
func (b *faulty) target(t *testing.T, buttons, terminals int) Target {
	t.Helper()
	target, err := Bare("tcp://"+b.listener.Addr().String(), "s", buttons, terminals, "campus/+/+/alarm")
	require.NoError(t, err)
	return target
}

// asHub makes of a press what a hub tells its terminals.
func asHub(press []byte) []byte {
	return bytes.Join([][]byte{
		[]byte(`{"delivery":"d1","incident":"i1","number":1,"press":"`), field(press, "id"),
		[]byte(`","device":"id","text":{"zh":"一","en":"press"}}`),
	}, nil)
}
