package broker

import (
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
)

// Acked hears what became of a message: at is when the PUBACK was read, the
// zero time where none will come; err is [ErrDeclined] where an MQTT 5 client
// answered with an error code.
type Acked = func(at time.Time, err error)

// Send writes one message to the live subscription of exactly this topic. It
// never blocks. acked may be nil; it is called once, on the connection's
// goroutine, and never where the connection ends first. A client that
// subscribed at QoS 0 sends no PUBACK: acked is then called before Send
// returns, with the zero time.
//
// Where an identity has several live subscriptions each gets the message;
// the first answer counts, and there is an error only if none took it.
//
// Errors: [ErrNotConnected], [ErrBusy], [ErrOverflow], [ErrTooLarge].
func (b *Broker) Send(topic string, payload []byte, acked Acked) error {
	live := b.registry.live(topic)
	if len(live) > 1 {
		acked = first(acked)
	}
	failure, taken, confirms := ErrNotConnected, false, false
	for _, s := range live {
		confirming, err := s.send(topic, payload, acked)
		if err != nil {
			failure = err
			continue
		}
		taken, confirms = true, confirms || confirming
	}
	if !taken {
		return failure
	}
	if !confirms && acked != nil {
		acked(time.Time{}, nil)
	}
	return nil
}

// first lets only the first of several calls through.
func first(acked Acked) Acked {
	if acked == nil {
		return nil
	}
	var called atomic.Bool
	return func(at time.Time, err error) {
		if called.CompareAndSwap(false, true) {
			acked(at, err)
		}
	}
}

// Disconnect ends every connection of a user whose identity was revoked. The
// directory must already refuse it.
func (b *Broker) Disconnect(user string) {
	b.revocations.Add(1)
	for _, s := range b.registry.of(user) {
		b.m.refused(ReasonRevoked)
		s.conn.dismiss(packets.ErrAdministrativeAction)
	}
}
