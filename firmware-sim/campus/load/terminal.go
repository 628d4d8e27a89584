package load

import (
	"time"

	"example.org/campushub/firmware-sim/campus/load/packet"
)

// terminal is one connection that is told.
type terminal struct {
	*conn
	fleet *Fleet
	index int
	last  uint16
}

// read runs until the connection ends.
func (t *terminal) read() error {
	for {
		p, err := t.in.Next()
		if err != nil {
			return err
		}
		if err := t.take(p); err != nil {
			return err
		}
	}
}

// take stamps an alert, acknowledges it at once, as that is part of the hop,
// and only then looks what it is about.
func (t *terminal) take(p packet.Packet) error {
	if p.Type != packet.Publish {
		return nil
	}
	at := t.fleet.now()
	m, err := p.Message()
	if err != nil {
		return err
	}
	if m.QoS > 0 {
		if err := t.acknowledge(m.ID); err != nil {
			return err
		}
	}
	t.count(m.Payload, at)
	if t.fleet.config.Receipts {
		return t.receipt(field(m.Payload, "delivery"))
	}
	return nil
}

// count finds the press: an alert of the hub names it in "press", a relayed
// payload is the press itself.
func (t *terminal) count(payload []byte, at time.Duration) {
	id := field(payload, "press")
	if id == nil {
		id = field(payload, "id")
	}
	press, ours := t.fleet.ids.press(id)
	switch {
	case !ours:
		t.fleet.other.Add(1)
	case !t.fleet.tally.Load().arrived(t.index, press, at):
		t.fleet.late.Add(1)
	}
}

func (t *terminal) receipt(delivery []byte) error {
	if len(delivery) == 0 {
		return nil
	}
	t.last = max(t.last+1, firstPressID)
	return t.publish(packet.Message{
		Topic: "receipt/" + string(delivery), Payload: []byte(`{"status":"received"}`), QoS: 1, ID: t.last,
	}, nil)
}
