package broker

import (
	"math"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"example.org/campushub/devices/wire"
)

// refusal is the answer to a CONNECT that is not accepted.
type refusal struct {
	reason Reason
	v5     packets.Code
	v3     byte // MQTT 3.1.1 return code
}

// OnConnect decides whether a client is let in, and answers one that is not.
func (h *hook) OnConnect(cl *mqtt.Client, pk packets.Packet) error {
	f := connOf(cl)
	s, no := h.b.admit(f, cl.ID, pk)
	if no != nil {
		h.b.m.refused(no.reason)
		code := no.v5
		if cl.Properties.ProtocolVersion < 5 {
			code = packets.Code{Code: no.v3}
		}
		_ = h.b.server.SendConnack(cl, code, false, nil) // the connection ends either way
		return errRefused
	}
	// The library's own flow control towards the client leaks and can
	// deadlock; messages to clients go past it, with a window of their own.
	cl.Properties.Props.ReceiveMaximum = 0
	cl.State.Inflight.ResetSendQuota(0)
	f.admit(s)
	return nil
}

// admit checks what a CONNECT asks for, in the order in which a stranger may
// learn about it: who it is comes first.
func (b *Broker) admit(f *framed, clientID string, pk packets.Packet) (*session, *refusal) {
	const v3ClientID, v3NotAuthorized = 2, 5
	if pk.Properties.AuthenticationMethod != "" {
		return nil, &refusal{ReasonAuthMethod, packets.ErrBadAuthenticationMethod, v3NotAuthorized}
	}
	revocations := b.revocations.Load()
	principal, ok := b.dir.Authenticate(string(pk.Connect.Username), pk.Connect.Password)
	switch {
	case !ok:
		return nil, &refusal{ReasonCredentials, packets.ErrBadUsernameOrPassword, v3NotAuthorized}
	case !principal.mayCall(clientID):
		return nil, &refusal{ReasonClientID, packets.ErrClientIdentifierNotValid, v3ClientID}
	case pk.Connect.Keepalive == 0 || pk.Connect.Keepalive > b.limits.KeepAlive:
		return nil, &refusal{ReasonKeepAlive, packets.ErrImplementationSpecificError, v3NotAuthorized}
	case f.hasWill && !principal.mayWill(f.will):
		return nil, &refusal{ReasonWill, packets.ErrNotAuthorized, v3NotAuthorized}
	}
	s := b.newSession(principal, clientID, f, pk)
	surplus, ok := b.registry.claim(s)
	if !ok {
		return nil, &refusal{ReasonClientID, packets.ErrClientIdentifierNotValid, v3ClientID}
	}
	if b.revocations.Load() != revocations && !b.stillKnown(pk) {
		b.registry.release(s, f.readAt)
		return nil, &refusal{ReasonCredentials, packets.ErrBadUsernameOrPassword, v3NotAuthorized}
	}
	if surplus != nil {
		b.m.refused(ReasonConnections)
		surplus.conn.dismiss(packets.ErrQuotaExceeded)
	}
	return s, nil
}

// stillKnown asks again: somebody was revoked since the first time.
func (b *Broker) stillKnown(pk packets.Packet) bool {
	_, ok := b.dir.Authenticate(string(pk.Connect.Username), pk.Connect.Password)
	return ok
}

func (b *Broker) newSession(p Principal, clientID string, f *framed, pk packets.Packet) *session {
	window := int(pk.Properties.ReceiveMaximum)
	if window == 0 {
		window = math.MaxUint16 // MQTT 5, 3.1.2.11.3
	}
	s := &session{
		hub: b, principal: p, clientID: clientID, conn: f, limits: f.limits, m: f.m,
		keepAlive: time.Duration(pk.Connect.Keepalive) * time.Second,
		version:   pk.ProtocolVersion, window: window, maxPacket: int(pk.Properties.MaximumPacketSize),
		unacked: make(map[uint16]Acked),
	}
	if p.Terminal == "" {
		s.alarmTopic, s.readingTopic = wire.AlarmTopic(p.Device), wire.ReadingTopic(p.Device)
	}
	return s
}
