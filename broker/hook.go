package broker

import (
	"errors"
	"strings"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// hook is the only hook of the MQTT library, so that nothing is allowed that
// it does not allow. Its methods run on the client's own goroutine.
type hook struct {
	mqtt.HookBase
	b *Broker
}

func (h *hook) ID() string { return "campushub" }

func (h *hook) Provides(b byte) bool {
	switch b {
	case mqtt.OnPacketRead, mqtt.OnConnect, mqtt.OnConnectAuthenticate, mqtt.OnSessionEstablish,
		mqtt.OnSessionEstablished, mqtt.OnACLCheck, mqtt.OnPublish, mqtt.OnPacketEncode,
		mqtt.OnSubscribed, mqtt.OnUnsubscribed, mqtt.OnPacketProcessed:
		return true
	}
	return false
}

// connOf is the connection under a client of the library.
func connOf(cl *mqtt.Client) *framed {
	f, _ := cl.Net.Conn.(*framed)
	return f
}

// sessionOf is the client's session; nil before it has authenticated.
func sessionOf(cl *mqtt.Client) *session {
	if f := connOf(cl); f != nil {
		return f.client.Load()
	}
	return nil
}

// OnPacketRead sees every packet before the library acts on it, and takes
// out what the library would get wrong.
func (h *hook) OnPacketRead(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Type == packets.Connect {
		return readConnect(connOf(cl), pk), nil
	}
	s := sessionOf(cl)
	if s == nil {
		return pk, packets.ErrRejectPacket
	}
	h.b.seen(s)
	switch pk.FixedHeader.Type {
	case packets.Puback:
		s.acknowledge(pk.PacketID, pk.ReasonCode, s.conn.readAt)
		// The library would take the id for one of its own: a message that
		// this client is publishing at QoS 2.
		pk.PacketID = 0
	case packets.Publish:
		if pk.Properties.TopicAliasFlag {
			h.b.m.refused(ReasonTopicAlias) // the library then ends the connection
		}
		if strings.HasPrefix(pk.TopicName, "$") {
			// The library drops it without an answer. Under this name it is
			// refused as any other topic is.
			pk.TopicName = "refused"
		}
	case packets.Disconnect:
		pk.Properties.SessionExpiryInterval, pk.Properties.SessionExpiryIntervalFlag = 0, false
	}
	return pk, nil
}

// readConnect keeps the will's topic for its permission check and takes the
// will away: offline comes from the end of the current connection. It makes
// the session start clean, because what an absent client missed is the hub's
// to send again.
func readConnect(f *framed, pk packets.Packet) packets.Packet {
	f.will, f.hasWill = pk.Connect.WillTopic, pk.Connect.WillFlag
	pk.Connect.WillFlag, pk.Connect.WillRetain, pk.Connect.WillQos = false, false, 0
	pk.Connect.WillTopic, pk.Connect.WillPayload = "", nil
	pk.Connect.WillProperties = packets.Properties{}
	pk.Connect.Clean = true
	return pk
}

// OnPacketEncode tells an MQTT 5 client the broker's bounds.
func (h *hook) OnPacketEncode(_ *mqtt.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type == packets.Connack {
		pk.Properties.MaximumPacketSize = uint32(h.b.limits.FrameAfter)
		pk.Properties.WildcardSubAvailable, pk.Properties.WildcardSubAvailableFlag = 0, true
		pk.Properties.SharedSubAvailable, pk.Properties.SharedSubAvailableFlag = 0, true
	}
	return pk
}

// OnConnectAuthenticate repeats what OnConnect has decided.
func (h *hook) OnConnectAuthenticate(cl *mqtt.Client, _ packets.Packet) bool {
	return sessionOf(cl) != nil
}

// OnSessionEstablish runs before CONNACK. It ends the replaced session in the
// hub's eyes before the new one begins; the library then disconnects it.
func (h *hook) OnSessionEstablish(cl *mqtt.Client, _ packets.Packet) {
	s := sessionOf(cl)
	if s.replaces != nil {
		h.b.registry.release(s.replaces, s.conn.readAt)
	}
	h.b.seen(s)
}

// OnSessionEstablished runs after CONNACK. The library has missed the
// replaced connection where both began at once.
func (h *hook) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	s := sessionOf(cl)
	if s.replaces != nil {
		s.replaces.conn.dismiss(packets.ErrSessionTakenOver)
		s.replaces = nil
	}
}

// OnACLCheck is asked for subscriptions. For a publish it says yes, because
// OnPublish decides: there the answer can say what is wrong.
func (h *hook) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	s := sessionOf(cl)
	if s == nil {
		return false
	}
	if write || s.principal.maySubscribe(topic) {
		return true
	}
	h.b.m.refused(ReasonSubscribe)
	return false
}

// OnSubscribed runs before SUBACK is written; the subscription goes live
// after it, in OnPacketProcessed.
func (h *hook) OnSubscribed(cl *mqtt.Client, pk packets.Packet, codes []byte) {
	s := sessionOf(cl)
	for i, filter := range pk.Filters {
		if codes[i] <= packets.CodeGrantedQos2.Code && s.principal.maySubscribe(filter.Filter) {
			s.subscribe(codes[i], filter.Identifier)
			s.conn.granted = true
		}
	}
}

// OnPacketProcessed makes a granted subscription live.
func (h *hook) OnPacketProcessed(cl *mqtt.Client, pk packets.Packet, err error) {
	if pk.FixedHeader.Type != packets.Subscribe || err != nil {
		return
	}
	if s := sessionOf(cl); s.conn.granted {
		s.conn.granted = false
		h.b.registry.subscribed(s, s.conn.readAt)
	}
}

// OnUnsubscribed is called for the client's own UNSUBSCRIBE, and by the
// library when it drops a client, perhaps on another's goroutine.
func (h *hook) OnUnsubscribed(cl *mqtt.Client, pk packets.Packet) {
	s := sessionOf(cl)
	if s == nil {
		return
	}
	for _, filter := range pk.Filters {
		if s.principal.maySubscribe(filter.Filter) {
			h.b.registry.unsubscribed(s, time.Now())
		}
	}
}

// protocolError reports whether the library ended a connection because of
// what the client sent.
func protocolError(err error) bool {
	var code packets.Code
	if !errors.As(err, &code) {
		return false
	}
	switch code {
	case packets.ErrServerShuttingDown, packets.ErrSessionTakenOver:
		return false
	}
	return code.Code >= packets.ErrUnspecifiedError.Code
}
