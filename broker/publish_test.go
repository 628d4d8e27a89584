package broker

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"

	"example.org/campushub/devices"
)

const (
	goodCheckIn = `{"id":"` + pressID + `","post":"north-gate","card":"04a1b2c3","age_ms":0}`
	goodReading = `{"values":{"open":1},"age_ms":0}`
	goodState   = `{"status":"online","firmware":"1.2.0"}`
)

func TestSignalsReachTheHub(t *testing.T) {
	r := start(t, Limits{})
	c := r.connect(r.options("sunrise/b-1"))
	for _, qos := range []byte{0, 1, 2} {
		done(t, c.Publish("campus/sunrise/b-1/checkin", qos, false, goodCheckIn))
		checkIn := receive(t, r.hub.checkIns)
		assert.Equal(t, "north-gate", checkIn.Post)
		assert.Equal(t, button1, checkIn.From)
		done(t, c.Publish("campus/sunrise/b-1/reading", qos, false, goodReading))
		assert.Equal(t, map[string]float64{"open": 1}, receive(t, r.hub.readings).Values)
		done(t, c.Publish("campus/sunrise/b-1/state", qos, true, goodState))
		assert.Equal(t, devices.Online, receive(t, r.hub.states).Status)
	}
	assert.InDelta(t, 3, r.count("messages_received_total", "reading"), 0)
}

func TestReceiptsCarryWhoConfirms(t *testing.T) {
	r := start(t, Limits{})
	done(t, r.connect(r.options("police/desk-1")).Publish("receipt/d-1", 1, false, `{"status":"received"}`))
	assert.Equal(t, "police/desk-1 d-1 received", receive(t, r.hub.confirms))
	done(t, r.connect(r.options("sunrise/b-1")).Publish("receipt/d-1", 1, false, `{"status":"read"}`))
	assert.Equal(t, "sunrise/b-1 d-1 read", receive(t, r.hub.confirms))
}

// aged is a payload with another age_ms.
func aged(payload, age string) string {
	return regexp.MustCompile(`"age_ms":[^,}]*`).ReplaceAllLiteralString(payload, `"age_ms":`+age)
}

// A mistyped optional field takes its default, marks the signal and is counted
// by its name, on the library's way and past it.
func TestMistypedFieldsAreCountedAndMark(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 4))
	id := uint16(3)
	three := func(topic, payload string) {
		for qos := range byte(3) {
			id++
			c.publish(topic, []byte(payload), qos, id)
			if qos > 0 {
				c.read()
			}
		}
	}
	for _, age := range []string{"-5", "1e17", `"soon"`} {
		c.publish(alarm1, []byte(aged(press1, age)), 1, 3)
		c.read()
		p := receive(t, r.hub.presses)
		assert.Equal(t, []string{"age_ms"}, p.Mistyped, age)
		assert.Zero(t, p.Age)
		assert.False(t, p.Malformed)
	}
	three("campus/sunrise/b-1/checkin", aged(goodCheckIn, `"soon"`))
	three("campus/sunrise/b-1/reading", aged(goodReading, `null`))
	three("campus/sunrise/b-1/state", `{"status":"online","battery":93,"tamper":true}`)
	c.ping()

	assert.Equal(t, []string{"age_ms"}, receive(t, r.hub.checkIns).Mistyped)
	assert.Equal(t, []string{"age_ms"}, receive(t, r.hub.readings).Mistyped)
	state := receive(t, r.hub.states)
	assert.Equal(t, []string{"battery"}, state.Mistyped)
	assert.True(t, state.Tamper, "and the rest of the signal counts")
	for labels, n := range map[string]float64{"alarm age_ms": 3, "checkin age_ms": 3, "reading age_ms": 3, "state battery": 3} {
		assert.InDelta(t, n, r.count("mistyped_fields_total", strings.Fields(labels)...), 0, labels)
	}
}

func TestMalformedSignalsAreAnsweredAndChangeNothing(t *testing.T) {
	for _, c := range []struct {
		topic, payload string
		reason         Reason
	}{
		{"campus/sunrise/b-1/checkin", `not JSON`, ReasonMalformedCheckIn},
		{"campus/sunrise/b-1/checkin", `{"id":7}`, ReasonMalformedCheckIn},
		{"campus/sunrise/b-1/reading", `{"values":"much"}`, ReasonMalformedReading},
		{"campus/sunrise/b-1/checkin", aged(goodCheckIn, "-1"), ReasonMalformedCheckIn},
		{"campus/sunrise/b-1/checkin", aged(goodCheckIn, "1e30"), ReasonMalformedCheckIn},
		{"campus/sunrise/b-1/reading", aged(goodReading, "-5"), ReasonMalformedReading},
		{"campus/sunrise/b-1/state", `{"status":"dancing"}`, ReasonMalformedState},
		{"receipt/d-1", `{"status":"maybe"}`, ReasonMalformedReceipt},
		{"campus/sunrise/b-1/reading", strings.Repeat(" ", 5000) + goodReading, ReasonPayloadSize},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			r := start(t, Limits{})
			five := r.login(hello("sunrise/b-1", 5))
			five.publish(c.topic, []byte(c.payload), 1, 4)
			ack := five.read()
			assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
			assert.EqualValues(t, 4, ack.PacketID)
			assert.EqualValues(t, 0x99, ack.ReasonCode)
			five.publish(c.topic, []byte(c.payload), 2, 5)
			ack = five.read()
			assert.Equal(t, packets.Pubrec, ack.FixedHeader.Type)
			assert.EqualValues(t, 0x99, ack.ReasonCode)
			five.publish(c.topic, []byte(c.payload), 0, 0)
			five.ping()

			three := r.login(hello("sunrise/b-1", 4))
			three.publish(c.topic, []byte(c.payload), 1, 6)
			ack = three.read()
			assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
			assert.EqualValues(t, 6, ack.PacketID)

			assert.InDelta(t, 4, r.refusedCount(c.reason), 0)
			assert.Empty(t, r.hub.checkIns)
			assert.Empty(t, r.hub.readings)
			assert.Empty(t, r.hub.states)
			assert.Empty(t, r.hub.confirms)
		})
	}
}

func TestASignalThatTheHubRefusesIsAnswered(t *testing.T) {
	r := start(t, Limits{})
	no := errors.New("no such post")
	r.hub.refuse.Store(&no)
	c := r.login(hello("sunrise/b-1", 5))
	c.publish("campus/sunrise/b-1/checkin", []byte(goodCheckIn), 1, 4)
	assert.EqualValues(t, 0x83, c.read().ReasonCode)
	assert.InDelta(t, 1, r.refusedCount(ReasonHub), 0)
}

func TestForeignTopicsAreRefused(t *testing.T) {
	for _, c := range []struct{ user, topic string }{
		{"sunrise/b-1", "campus/sunrise/b-2/alarm"},      // another device's
		{"sunrise/b-1", "campus/moonrise/b-1/alarm"},     // another school's
		{"sunrise/b-1", "campus/sunrise/b-1/command"},    // down, not up
		{"sunrise/b-1", "alert/police/desk-1"},           // a terminal's
		{"sunrise/b-1", "campus/sunrise/b-1/alarm/more"}, // deeper
		{"sunrise/b-1", "anything"},
		{"sunrise/b-1", "$SYS/broker/version"},
		{"sunrise/b-1", "receipt/"},
		{"police/desk-1", "campus/sunrise/b-1/alarm"},
		{"police/desk-1", "campus/police/desk-1/state"},
		{"police/desk-1", "alert/police/desk-1"},
	} {
		t.Run(c.user+" "+strings.ReplaceAll(c.topic, "/", "."), func(t *testing.T) {
			r := start(t, Limits{})
			five := r.login(hello(c.user, 5))
			five.publish(c.topic, []byte(press1), 1, 4)
			ack := five.read()
			assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
			assert.EqualValues(t, 0x87, ack.ReasonCode)
			five.publish(c.topic, []byte(press1), 0, 0)
			five.ping() // still connected

			for _, qos := range []byte{0, 1, 2} {
				three := r.login(hello(c.user, 4))
				three.publish(c.topic, []byte(press1), qos, uint16(qos))
				three.closed()
			}
			assert.InDelta(t, 5, r.refusedCount(ReasonTopic), 0)
			assert.Empty(t, r.hub.presses)
			assert.Empty(t, r.hub.states)
		})
	}
}

func TestNobodyReadsWhatOthersPublish(t *testing.T) {
	for _, version := range []byte{4, 5} {
		r := start(t, Limits{})
		for _, filter := range []string{
			"#", "+/+/+", "campus/#", "alert/police/+", "alert/police/desk-2", "alert/police/desk-1/#", "$SYS/#",
			"$share/g/alert/police/desk-1", "campus/sunrise/b-1/alarm", "campus/sunrise/b-1/state", "receipt/+",
		} {
			c := r.login(hello("police/desk-1", version))
			codes := c.subscribe(1, filter)
			assert.Len(t, codes, 1)
			assert.GreaterOrEqual(t, codes[0], byte(0x80), filter)
		}
		assert.Positive(t, r.refusedCount(ReasonSubscribe))
		assert.Empty(t, r.hub.presence)
	}
}

func TestTopicAliasEndsTheConnection(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 5))
	c.send([]byte{typePublish << 4, 6, 0, 0, 3, 0x23, 0, 1}) // no topic, alias 1
	c.closed()
	assert.InDelta(t, 1, r.refusedCount(ReasonTopicAlias), 0)
}
