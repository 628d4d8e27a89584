package broker

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const desk1 = "alert/police/desk-1"

func TestSendReachesASubscriberAndComesBackAcknowledged(t *testing.T) {
	r := start(t, Limits{})
	heard := hear(t, r.connect(r.options("police/desk-1")), desk1, 1)
	r.expect("up police/desk-1")
	acked := make(chan time.Time, 2)
	for i := range 100 {
		require.NoError(t, r.Send(desk1, fmt.Appendf(nil, "alert %d", i), func(at time.Time, _ error) { acked <- at }))
		m := receive(t, heard)
		assert.Equal(t, fmt.Sprintf("alert %d", i), string(m.Payload()))
		assert.EqualValues(t, 1, m.Qos())
		assert.False(t, m.Retained())
		assert.False(t, receive(t, acked).IsZero())
	}
}

func TestSendSpeaksMQTT5(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("police/desk-1", 5))
	assert.Equal(t, []byte{1}, c.subscribe(1, desk1))
	r.expect("up police/desk-1")
	acked := make(chan time.Time, 1)
	require.NoError(t, r.Send(desk1, []byte("alert"), func(at time.Time, _ error) { acked <- at }))
	pk := c.read()
	assert.Equal(t, packets.Publish, pk.FixedHeader.Type)
	assert.Equal(t, desk1, pk.TopicName)
	assert.Equal(t, "alert", string(pk.Payload))
	require.Empty(t, acked)
	c.puback(pk.PacketID + 1) // made up: nothing is under way with this id
	c.ping()
	require.Empty(t, acked)
	c.puback(pk.PacketID)
	receive(t, acked)
	c.puback(pk.PacketID) // twice
	c.ping()
	assert.Empty(t, acked)
}

func TestAMessageThatTheClientDidNotTakeIsNotAcknowledged(t *testing.T) {
	r := start(t, Limits{Unacknowledged: 1})
	c := r.login(hello("police/desk-1", 5))
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	answers := make(chan error, 2)
	require.NoError(t, r.Send(desk1, []byte("alert"), func(_ time.Time, err error) { answers <- err }))
	id := c.read().PacketID
	c.send([]byte{typePuback << 4, 3, byte(id >> 8), byte(id), 0x97}) // quota exceeded
	require.ErrorIs(t, receive(t, answers), ErrDeclined)
	assert.InDelta(t, 1, r.count("messages_declined_total", ""), 0)
	assert.InDelta(t, 0, r.count("messages_acknowledged_total", ""), 0)
	require.NoError(t, r.Send(desk1, []byte("alert"), nil), "its place is free")
}

func TestSubscriptionIdentifierComesBack(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("police/desk-1", 5))
	filter := append([]byte{0, byte(len(desk1))}, desk1...)
	body := append([]byte{0, 1, 3, 0x0b, 0xff, 0x01}, filter...) // identifier 255
	body = append(body, 1)
	c.send(append([]byte{typeSubscribe<<4 | 2, byte(len(body))}, body...))
	require.Equal(t, packets.Suback, c.read().FixedHeader.Type)
	r.expect("up police/desk-1")
	require.NoError(t, r.Send(desk1, []byte("alert"), nil))
	assert.Equal(t, []int{255}, c.read().Properties.SubscriptionIdentifier)
}

func TestSubscriberAtQoS0IsToldWithoutAcknowledgement(t *testing.T) {
	r := start(t, Limits{Unacknowledged: 1})
	c := r.login(hello("police/desk-1", 4))
	c.subscribe(0, desk1)
	r.expect("up police/desk-1")
	for range 3 {
		var at []time.Time
		require.NoError(t, r.Send(desk1, []byte("alert"), func(t time.Time, _ error) { at = append(at, t) }))
		assert.Equal(t, []time.Time{{}}, at, "it says at once that no acknowledgement will come")
		assert.Zero(t, c.read().FixedHeader.Qos)
	}
}

func TestSendToNobody(t *testing.T) {
	r := start(t, Limits{})
	require.ErrorIs(t, r.Send(desk1, []byte("alert"), nil), ErrNotConnected)
	r.login(hello("police/desk-1", 4)).ping() // connected, not subscribed
	require.ErrorIs(t, r.Send(desk1, []byte("alert"), nil), ErrNotConnected)
}

func TestUnacknowledgedAlertsAreBounded(t *testing.T) {
	r := start(t, Limits{Unacknowledged: 3})
	c := r.login(hello("police/desk-1", 4))
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	for range 3 {
		require.NoError(t, r.Send(desk1, []byte("alert"), nil))
	}
	require.ErrorIs(t, r.Send(desk1, []byte("alert"), nil), ErrBusy)
	c.puback(c.read().PacketID)
	eventually(t, func() bool { return r.Send(desk1, []byte("alert"), nil) == nil }, "room again")
}

func TestDeviceThatAcknowledgesNothingMustComeBack(t *testing.T) {
	r := start(t, Limits{Unacknowledged: 3})
	c := r.login(hello("sunrise/b-1", 4))
	const topic = "campus/sunrise/b-1/command"
	c.subscribe(1, topic)
	r.expect("up sunrise/b-1")
	for range 3 {
		require.NoError(t, r.Send(topic, []byte("{}"), nil))
	}
	require.ErrorIs(t, r.Send(topic, []byte("{}"), nil), ErrOverflow)
	c.closed()
	r.expect("down sunrise/b-1")
	assert.InDelta(t, 1, r.refusedCount(ReasonUnacknowledged), 0)
}

func TestReceiveMaximumIsKept(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("police/desk-1", 5)
	connect.Properties.ReceiveMaximum = 2
	c := r.login(connect)
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	var acked atomic.Int32
	for i := range 5 {
		require.NoError(t, r.Send(desk1, []byte{byte('0' + i)}, func(_ time.Time, _ error) { acked.Add(1) }))
	}
	first, second := c.read(), c.read()
	c.puback(second.PacketID + 1) // made up: the third waits and has not been sent
	c.ping()                      // the next packet is not a third message
	assert.Zero(t, acked.Load())
	c.puback(first.PacketID)
	third := c.read()
	c.ping()
	c.puback(second.PacketID)
	c.puback(third.PacketID)
	fourth, fifth := c.read(), c.read()
	assert.Equal(t, "01234", string(first.Payload)+string(second.Payload)+string(third.Payload)+
		string(fourth.Payload)+string(fifth.Payload))
	c.puback(fourth.PacketID)
	c.puback(fifth.PacketID)
	eventually(t, func() bool { return acked.Load() == 5 }, "all acknowledged")
}

func TestMaximumPacketSizeIsKept(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("police/desk-1", 5)
	connect.Properties.MaximumPacketSize = 64
	c := r.login(connect)
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	require.ErrorIs(t, r.Send(desk1, make([]byte, 64), nil), ErrTooLarge)
	require.NoError(t, r.Send(desk1, []byte("short"), nil))
	assert.Equal(t, "short", string(c.read().Payload))
}

func TestPacketIDsDoNotMixWithTheClientsOwn(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("police/desk-1", 5))
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	acked := make(chan time.Time, 1)
	require.NoError(t, r.Send(desk1, []byte("alert"), func(at time.Time, _ error) { acked <- at }))
	id := c.read().PacketID
	c.publish("receipt/d-1", []byte(`{"status":"received"}`), 2, id)
	require.Equal(t, packets.Pubrec, c.read().FixedHeader.Type)
	c.puback(id)
	receive(t, acked)
	c.send([]byte{6<<4 | 2, 2, byte(id >> 8), byte(id)}) // PUBREL of its own
	completed := c.read()
	assert.Equal(t, packets.Pubcomp, completed.FixedHeader.Type)
	assert.Zero(t, completed.ReasonCode, "its own publish is still known")
}

// stuck is a subscriber at QoS 0 that stops reading; it returns when the
// broker has begun to buffer for it.
func (r *rig) stuck(user, topic string) *raw {
	r.t.Helper()
	c := r.login(hello(user, 4))
	require.NoError(r.t, c.Conn.(*net.TCPConn).SetReadBuffer(4096))
	c.subscribe(0, topic)
	r.expect("up " + user)
	out := r.registry.live(topic)[0].conn.out
	for !out.isActive() {
		require.NoError(r.t, r.Send(topic, make([]byte, 4096), nil))
	}
	return c
}

func (b *buffered) isActive() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active
}

func TestASubscriberThatNeverReadsDelaysNobody(t *testing.T) {
	r := start(t, Limits{WriteWithin: patience})
	r.stuck("police/desk-9", "alert/police/desk-9")

	heard := hear(t, r.connect(r.options("police/desk-1")), desk1, 1)
	r.expect("up police/desk-1")
	button := r.connect(r.options("sunrise/b-1"))
	for range 50 {
		acked := make(chan time.Time, 1)
		require.NoError(t, r.Send(desk1, []byte("alert"), func(at time.Time, _ error) { acked <- at }))
		receive(t, heard)
		receive(t, acked)
		done(t, button.Publish(alarm1, 1, false, press1))
		receive(t, r.hub.presses)
	}
	require.Empty(t, r.hub.presence, "the stuck one is still connected")

	var err error
	for err == nil {
		err = r.Send("alert/police/desk-9", make([]byte, 4096), nil)
	}
	require.ErrorIs(t, err, ErrOverflow)
	r.expect("down police/desk-9")
	require.ErrorIs(t, r.Send("alert/police/desk-9", []byte("alert"), nil), ErrNotConnected)
	assert.InDelta(t, 1, r.refusedCount(ReasonOverflow), 0)
	assert.Positive(t, r.count("dropped_bytes_total", ""))
}

func TestASubscriberThatNeverReadsIsClosed(t *testing.T) {
	r := start(t, Limits{WriteWithin: 20 * time.Millisecond})
	r.stuck("police/desk-9", "alert/police/desk-9")
	r.expect("down police/desk-9")
	assert.InDelta(t, 1, r.refusedCount(ReasonWriteTimeout), 0)
}

func TestASlowReaderGetsEverythingInOrder(t *testing.T) {
	r := start(t, Limits{Unacknowledged: 30_000, OutBuffer: 64 << 20})
	c := r.login(hello("police/desk-1", 4))
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	const messages = 4000
	payload := make([]byte, 4096)
	for i := range messages {
		copy(payload, fmt.Sprintf("%06d", i))
		require.NoError(t, r.Send(desk1, payload, nil))
	}
	for i := range messages {
		require.Equal(t, fmt.Sprintf("%06d", i), string(c.read().Payload[:6]))
	}
}
