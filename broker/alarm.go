package broker

import (
	"encoding/binary"
	"time"

	"example.org/campushub/devices/wire"
)

// qos1Publish is the first byte of a PUBLISH at QoS 1, without its DUP and
// RETAIN bits: a repeated press and one that asks to be retained are presses.
const (
	qos1Publish = typePublish<<4 | 1<<1
	dupRetain   = 1<<3 | 1
)

// shortcut takes an alarm at QoS 1 straight from the connection: the MQTT
// library would decode, look up and copy on the way of every press, and adds
// nothing to it. Everything else, and an alarm that is not of the plainest
// form, goes through the library. It reports whether the packet was taken.
func (f *framed) shortcut(frame []byte, header int) bool {
	s := f.client.Load()
	if s == nil || frame[0]&^byte(dupRetain) != qos1Publish {
		return false
	}
	id, payload, ok := s.ownAlarm(frame[header:])
	if !ok {
		return false
	}
	f.takeAlarm(s, id, payload)
	return true
}

// ownAlarm reads a PUBLISH's body that is addressed to the device's own alarm
// topic and carries no MQTT 5 property.
func (s *session) ownAlarm(body []byte) (id uint16, payload []byte, ok bool) {
	if s.alarmTopic == "" || len(body) < 2 {
		return 0, nil, false
	}
	n, rest := int(binary.BigEndian.Uint16(body)), body[2:]
	if n != len(s.alarmTopic) || len(rest) < n+2 || string(rest[:n]) != s.alarmTopic {
		return 0, nil, false
	}
	id, rest = binary.BigEndian.Uint16(rest[n:]), rest[n+2:]
	if s.version == 5 {
		if len(rest) == 0 || rest[0] != 0 {
			return 0, nil, false
		}
		rest = rest[1:]
	}
	return id, rest, id != 0
}

// takeAlarm hands the press over, and acknowledges it once it is durable.
func (f *framed) takeAlarm(s *session, id uint16, payload []byte) {
	s.hub.seen(s)
	s.hub.m.received[string(wire.UpAlarm)].Inc()
	up := wire.Up{Kind: wire.UpAlarm, From: s.principal.Device}
	if !s.hub.press(s, up, payload, f.readAt) {
		return
	}
	_, _ = f.Write([]byte{typePuback << 4, 2, byte(id >> 8), byte(id)}) // a Write that fails has closed the connection
	// The library has not seen the packet and cannot renew the keep-alive
	// (MQTT 5, 3.1.2.10): one and a half times.
	_ = f.SetDeadline(time.Now().Add(s.keepAlive + s.keepAlive/2))
}
