package broker

import (
	"encoding/binary"
	"time"

	"example.org/campushub/devices/wire"
)

// The first bytes of the two publishes that are taken past the library,
// without their DUP and RETAIN bits: a repeated press, and one that asks to be
// retained, are presses.
const (
	qos0Publish = typePublish << 4
	qos1Publish = typePublish<<4 | 1<<1
	dupRetain   = 1<<3 | 1
)

// shortcut takes an alarm at QoS 1, and a reading at QoS 0, straight from the
// connection: the MQTT library would decode, look up and copy on the way of
// every press, and adds nothing to it; and a storm of readings would take the
// processor from the presses. Everything else, and what is not of the plainest
// form, goes through the library. It reports whether the packet was taken.
func (f *framed) shortcut(frame []byte, header int) bool {
	s := f.client.Load()
	if s == nil || s.principal.Terminal != "" {
		return false
	}
	switch body := frame[header:]; frame[0] &^ dupRetain {
	case qos1Publish:
		id, payload, ok := s.plain(s.alarmTopic, body, true)
		if ok {
			f.takeAlarm(s, id, payload)
		}
		return ok
	case qos0Publish:
		_, payload, ok := s.plain(s.readingTopic, body, false)
		if ok {
			f.takeReading(s, payload)
		}
		return ok
	}
	return false
}

// plain reads a PUBLISH's body that is addressed to exactly this topic and
// carries no MQTT 5 property. numbered says that it has a packet id.
func (s *session) plain(topic string, body []byte, numbered bool) (id uint16, payload []byte, ok bool) {
	if len(body) < 2+len(topic) || int(binary.BigEndian.Uint16(body)) != len(topic) || string(body[2:2+len(topic)]) != topic {
		return 0, nil, false
	}
	rest := body[2+len(topic):]
	if numbered {
		if len(rest) < 2 {
			return 0, nil, false
		}
		id, rest = binary.BigEndian.Uint16(rest), rest[2:]
	}
	if s.version == 5 {
		if len(rest) == 0 || rest[0] != 0 {
			return 0, nil, false
		}
		rest = rest[1:]
	}
	return id, rest, !numbered || id != 0
}

// takeAlarm hands the press over, and acknowledges it once it is durable.
func (f *framed) takeAlarm(s *session, id uint16, payload []byte) {
	f.pace.alarm(f.readAt)
	s.hub.seen(s)
	s.hub.m.received[string(wire.UpAlarm)].Inc()
	up := wire.Up{Kind: wire.UpAlarm, From: s.principal.Device}
	if !s.hub.press(s, up, payload, f.readAt) {
		return
	}
	_, _ = f.Write([]byte{typePuback << 4, 2, byte(id >> 8), byte(id)}) // a Write that fails has closed the connection
	f.keepAlive(s, time.Now())
}

// takeReading hands a reading over, or counts why not; QoS 0 has no answer.
func (f *framed) takeReading(s *session, payload []byte) {
	s.hub.seen(s)
	s.hub.m.received[string(wire.UpReading)].Inc()
	f.keepAlive(s, f.readAt)
	f.pace.reading(f.readAt)
	if len(payload) > wire.MaxPayload {
		s.hub.m.refused(ReasonPayloadSize)
		return
	}
	up := wire.Up{Kind: wire.UpReading, From: s.principal.Device}
	malformed, err := s.hub.take(s.principal, up, payload, f.readAt, false)
	switch {
	case malformed:
		s.hub.m.malformed(up.Kind, err)
		s.hub.m.refused(malformedReason(up.Kind))
	case err != nil:
		s.hub.m.refused(ReasonHub)
	}
}

// keepAlive renews the time in which the client must say something: one and a
// half times its own keep-alive (MQTT 5, 3.1.2.10). The library does so for
// what it sees. A client that says a lot has it renewed every eighth of it.
func (f *framed) keepAlive(s *session, now time.Time) {
	if now.Sub(f.renewed) < s.keepAlive/8 {
		return
	}
	f.renewed = now
	_ = f.SetDeadline(now.Add(s.keepAlive + s.keepAlive/2))
}
