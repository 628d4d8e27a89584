package broker

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever the shortcut does not take goes through the library and is no less
// an alarm.
func TestShortcutTakesThePlainestAlarmAlone(t *testing.T) {
	body := func(topic string, rest ...byte) []byte {
		return append(append([]byte{0, byte(len(topic))}, topic...), rest...)
	}
	v3, v5 := &session{version: 4}, &session{version: 5}
	for _, c := range []struct {
		name    string
		session *session
		body    []byte
		taken   bool
		payload string
	}{
		{"3.1.1", v3, body(alarm1, 0, 7, 'x'), true, "x"},
		{"3.1.1 without a payload", v3, body(alarm1, 0, 7), true, ""},
		{"5 without properties", v5, body(alarm1, 0, 7, 0, 'x'), true, "x"},
		{"5 with properties", v5, body(alarm1, 0, 7, 2, 1, 1, 'x'), false, ""},
		{"5 cut off", v5, body(alarm1, 0, 7), false, ""},
		{"packet id 0", v3, body(alarm1, 0, 0, 'x'), false, ""},
		{"another device's topic", v3, body("campus/sunrise/b-2/alarm", 0, 7, 'x'), false, ""},
		{"a longer topic", v3, body(alarm1+"s", 0, 7, 'x'), false, ""},
		{"no packet id", v3, body(alarm1, 0), false, ""},
		{"no topic", v3, []byte{0}, false, ""},
	} {
		id, payload, taken := c.session.plain(alarm1, c.body, true)
		require.Equal(t, c.taken, taken, c.name)
		if taken {
			assert.EqualValues(t, 7, id, c.name)
			assert.Equal(t, c.payload, string(payload), c.name)
		}
	}
}

// A repeated press and one that asks to be retained are presses too.
func TestDuplicateAndRetainedPresses(t *testing.T) {
	for _, version := range []byte{4, 5} {
		r := start(t, Limits{})
		c := r.login(hello("sunrise/b-1", version))
		for id, flags := range map[byte]byte{1: 0, 2: 1 << 3, 3: 1} {
			packet := append([]byte{qos1Publish | flags, 0, 0, byte(len(alarm1))}, alarm1...)
			packet = append(packet, 0, id)
			if version == 5 {
				packet = append(packet, 0)
			}
			packet = append(packet, press1...)
			packet[1] = byte(len(packet) - 2)
			c.send(packet)
			ack := c.read()
			assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
			assert.EqualValues(t, id, ack.PacketID)
			assert.Zero(t, ack.ReasonCode)
			receive(t, r.hub.presses)
		}
	}
}

// Alarms alone keep a connection alive: the library, which renews the
// keep-alive of everything else, does not see them.
func TestAlarmsKeepTheConnectionAlive(t *testing.T) {
	r := start(t, Limits{})
	connect := hello("sunrise/b-1", 4)
	connect.Connect.Keepalive = 1
	c := r.login(connect)
	tick := time.NewTicker(700 * time.Millisecond) // the connection ends 1.5 s after its last packet
	defer tick.Stop()
	for n := range uint16(4) {
		c.publish(alarm1, []byte(`{"id":"`+uuid.NewString()+`"}`), 1, n+1)
		assert.Equal(t, packets.Puback, c.read().FixedHeader.Type)
		receive(t, r.hub.presses)
		<-tick.C
	}
	c.ping()
}

// Readings at QoS 0 go the short way too, and are checked as any other.
func TestReadingsTakeTheShortWay(t *testing.T) {
	const topic = "campus/sunrise/b-1/reading"
	for _, version := range []byte{4, 5} {
		r := start(t, Limits{})
		c := r.login(hello("sunrise/b-1", version))
		c.publish(topic, []byte(`{"values":{"open":1}}`), 0, 0)
		c.publish(topic, []byte("junk"), 0, 0)
		c.publish(topic, make([]byte, 5000), 0, 0)
		c.publish("campus/sunrise/b-2/reading", []byte(`{"values":{"open":1}}`), 0, 0) // another's: goes the long way, and is refused
		c.closedOrAlive(version)

		assert.InDelta(t, 1, receive(t, r.hub.readings).Values["open"], 0)
		assert.Empty(t, r.hub.readings)
		assert.InDelta(t, 1, r.refusedCount(ReasonMalformedReading), 0)
		assert.InDelta(t, 1, r.refusedCount(ReasonPayloadSize), 0)
		assert.InDelta(t, 1, r.refusedCount(ReasonTopic), 0)
	}
}

// closedOrAlive waits until everything before is handled: a refused publish
// ends a 3.1.1 connection and leaves an MQTT 5 one.
func (c *raw) closedOrAlive(version byte) {
	if version < 5 {
		c.closed()
		return
	}
	c.ping()
}
