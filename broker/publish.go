package broker

import (
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"example.org/campushub/devices/wire"
)

// OnPublish hands a signal to the hub. The library writes the PUBACK (at QoS
// 2 the PUBREC) when it returns, so what is acknowledged has been taken.
// Nothing is fanned out or retained.
func (h *hook) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	s := sessionOf(cl)
	up, ok := s.principal.mayPublish(pk.TopicName)
	if !ok {
		return pk, h.b.forbid(s, pk)
	}
	h.b.m.received[string(up.Kind)].Inc()
	at := s.conn.readAt
	if up.Kind == wire.UpAlarm {
		if h.b.press(s, up, pk.Payload, at) {
			return pk, packets.CodeSuccessIgnore
		}
		return pk, packets.ErrRejectPacket
	}
	if len(pk.Payload) > wire.MaxPayload {
		return pk, h.b.decline(s, pk, ReasonPayloadSize, packets.ErrPayloadFormatInvalid)
	}
	malformed, err := h.b.take(s.principal, up, pk.Payload, at, pk.FixedHeader.Qos > 0)
	switch {
	case malformed:
		h.b.m.malformed(up.Kind, err)
		return pk, h.b.decline(s, pk, malformedReason(up.Kind), packets.ErrPayloadFormatInvalid)
	case err != nil:
		return pk, h.b.decline(s, pk, ReasonHub, packets.ErrImplementationSpecificError)
	}
	return pk, packets.CodeSuccessIgnore
}

// press hands an alarm over and returns when it is durable. One that is not
// stays unacknowledged, and the connection is closed so that the device
// comes back and repeats it.
func (b *Broker) press(s *session, up wire.Up, payload []byte, at time.Time) (durable bool) {
	p := wire.DecodeAlarm(up.From, payload, at)
	if p.Malformed {
		b.m.refused(ReasonMalformedAlarm)
	}
	b.m.mistyped(wire.UpAlarm, p.Mistyped)
	if err := b.hub.Press(p); err != nil {
		b.m.refused(ReasonNotStored)
		b.log.Warn("closed a connection over a press that was not stored", "device", up.From.String(), "error", err)
		_ = s.conn.Close()
		return false
	}
	b.m.presses.Inc()
	return true
}

// take decodes anything but an alarm and hands it over. Promised says that the
// client waits for an acknowledgement. The error is the codec's where malformed is set, and else the hub's.
func (b *Broker) take(p Principal, up wire.Up, payload []byte, at time.Time, promised bool) (malformed bool, err error) {
	switch up.Kind {
	case wire.UpCheckIn:
		c, err := wire.DecodeCheckIn(up.From, payload, at)
		if err != nil {
			return true, err
		}
		b.m.mistyped(wire.UpCheckIn, c.Mistyped)
		return false, b.hub.CheckIn(c)
	case wire.UpReading:
		r, err := wire.DecodeReading(up.From, payload, at)
		if err != nil {
			return true, err
		}
		b.m.mistyped(wire.UpReading, r.Mistyped)
		r.Promised = promised
		return false, b.hub.Reading(r)
	case wire.UpState:
		s, err := wire.DecodeState(up.From, payload, at)
		if err != nil {
			return true, err
		}
		b.m.mistyped(wire.UpState, s.Mistyped)
		return false, b.hub.State(s)
	default: // a receipt: the topic has been parsed
		status, err := wire.DecodeReceipt(payload)
		if err != nil {
			return true, err
		}
		b.hub.Confirm(p.User, up.Delivery, status, at)
		return false, nil
	}
}

func malformedReason(kind wire.UpKind) Reason {
	switch kind {
	case wire.UpCheckIn:
		return ReasonMalformedCheckIn
	case wire.UpReading:
		return ReasonMalformedReading
	case wire.UpState:
		return ReasonMalformedState
	default:
		return ReasonMalformedReceipt
	}
}

// forbid answers a publish to a topic that is not the client's: MQTT 5 is
// told, 3.1.1 has no way to be told and is disconnected.
func (b *Broker) forbid(s *session, pk packets.Packet) error {
	if s.version < 5 {
		b.m.refused(ReasonTopic)
		_ = s.conn.Close()
		return packets.ErrRejectPacket
	}
	return b.decline(s, pk, ReasonTopic, packets.ErrNotAuthorized)
}

// decline counts a refused message and answers it: MQTT 5 gets the code,
// 3.1.1 a plain acknowledgement, because repeating would not help.
func (b *Broker) decline(s *session, pk packets.Packet, r Reason, code packets.Code) error {
	b.m.refused(r)
	if s.version < 5 {
		return packets.CodeSuccessIgnore
	}
	answer := byte(typePuback << 4)
	switch pk.FixedHeader.Qos {
	case 0:
		return packets.ErrRejectPacket // there is no answer to QoS 0
	case 2:
		answer = typePubrec << 4
	}
	_, _ = s.conn.Write([]byte{answer, 3, byte(pk.PacketID >> 8), byte(pk.PacketID), code.Code})
	return packets.ErrRejectPacket
}
