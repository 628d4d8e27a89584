package load

import (
	"strconv"
	"sync"
	"time"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// button is one connection that presses.
type button struct {
	*conn
	fleet   *Fleet
	topic   string
	payload []byte // the presser's own: a button is pressed by one goroutine at a time

	pending sync.Mutex // guards last and waits
	last    uint16
	waits   map[uint16]int // packet identifier → press
}

// press publishes press number n, which was due at the moment.
func (b *button) press(n int, due time.Duration, wrote func()) error {
	late := max(b.fleet.now()-due, 0)
	b.payload = append(b.payload[:0], `{"id":"`...)
	b.payload = b.fleet.ids.append(b.payload, n)
	b.payload = append(b.payload, `","kind":"emergency","mode":"live","silent":false,"age_ms":`...)
	b.payload = strconv.AppendInt(b.payload, late.Milliseconds(), 10)
	b.payload = append(b.payload, '}')
	m := packet.Message{Topic: b.topic, Payload: b.payload, QoS: 1, ID: b.expect(n)}
	return b.publish(m, wrote)
}

func (b *button) expect(press int) uint16 {
	b.pending.Lock()
	defer b.pending.Unlock()
	b.last = max(b.last+1, firstPressID)
	b.waits[b.last] = press
	return b.last
}

func (b *button) answered(id uint16) (press int, ok bool) {
	b.pending.Lock()
	defer b.pending.Unlock()
	press, ok = b.waits[id]
	delete(b.waits, id)
	return press, ok
}

// read runs until the connection ends.
func (b *button) read() error {
	for {
		p, err := b.in.Next()
		if err != nil {
			return err
		}
		if err := b.take(p); err != nil {
			return err
		}
	}
}

func (b *button) take(p packet.Packet) error {
	at := b.fleet.now()
	switch p.Type {
	case packet.Puback:
		id, err := p.Acknowledged()
		if err != nil {
			return err
		}
		if press, ok := b.answered(id); ok {
			b.fleet.tally.Load().acknowledged(press, at)
		}
	case packet.Publish:
		return b.command(p, at)
	}
	return nil
}

// command takes what the hub tells the button: only the light is of interest.
func (b *button) command(p packet.Packet, at time.Duration) error {
	m, err := p.Message()
	if err != nil {
		return err
	}
	if m.QoS > 0 {
		if err := b.acknowledge(m.ID); err != nil {
			return err
		}
	}
	if string(field(m.Payload, "indicator")) != "stored" {
		return nil
	}
	if press, ok := b.fleet.ids.press(field(m.Payload, "receipt")); ok {
		b.fleet.tally.Load().stored(press, at)
	}
	return nil
}
