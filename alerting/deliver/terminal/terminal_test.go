package terminal_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/deliver/terminal"
	"example.org/campushub/devices/wire"
)

// broker is a strict stand-in: it has room for so many messages without an
// acknowledgement, and says who got what.
type broker struct {
	room    int
	silent  bool // QoS 0
	sent    []wire.Alert
	unacked []func(time.Time, error)
	err     error
	// meanwhile happens once, between a refusal and its return.
	meanwhile func()
}

func (b *broker) Send(topic string, payload []byte, acked func(time.Time, error)) error {
	if b.err != nil {
		return b.err
	}
	if len(b.unacked) >= b.room {
		if b.meanwhile != nil {
			b.meanwhile()
			b.meanwhile = nil
		}
		return terminal.ErrNoRoom
	}
	a, err := wire.DecodeAlert(payload)
	if err != nil || topic != "alert/police/desk-1" {
		return fmt.Errorf("alert on %s: %w", topic, err)
	}
	b.sent = append(b.sent, a)
	if b.silent {
		acked(time.Time{}, nil)
		return nil
	}
	b.unacked = append(b.unacked, acked)
	return nil
}

// ack acknowledges the oldest message.
func (b *broker) ack() {
	acked := b.unacked[0]
	b.unacked = b.unacked[1:]
	acked(time.Now(), nil)
}

// decline answers the oldest message with an error.
func (b *broker) decline() {
	acked := b.unacked[0]
	b.unacked = b.unacked[1:]
	acked(time.Now(), errors.New("declined by the client"))
}

type reports []alerting.Progress

func (r *reports) Report(p alerting.Progress) { *r = append(*r, p) }

func (r *reports) states() (out []alerting.DeliveryState) {
	for _, p := range *r {
		out = append(out, p.State)
	}
	return out
}

func message(n int, again bool) deliver.Message {
	return deliver.Message{
		Delivery: fmt.Sprintf("d-%d", n), Incident: fmt.Sprintf("i-%d", n), Number: int64(n),
		Audience: alerting.Police, Recipient: "desk-1", Channel: alerting.ChannelMQTT,
		Kind: "emergency", Severity: alerting.Critical, Mode: "live", State: alerting.StateOpen, Again: again,
	}
}

func numbers(all []wire.Alert) (out []int64) {
	for _, a := range all {
		out = append(out, a.Number)
	}
	return out
}

func TestHandedMeansAcknowledged(t *testing.T) {
	b, r := &broker{room: 10}, &reports{}
	d := terminal.New(b, r)

	d.Tell(message(1, false))
	assert.Empty(t, *r)
	b.ack()

	assert.Equal(t, []alerting.DeliveryState{alerting.Handed}, r.states())
}

func TestNewAlarmWaitsBehindNoBacklog(t *testing.T) {
	b, r := &broker{room: 512}, &reports{}
	d := terminal.New(b, r)
	for n := 1; n <= 100; n++ {
		d.Tell(message(n, true))
	}
	require.Less(t, len(b.sent), 100, "what is sent again is paced")

	d.Tell(message(500, false))

	assert.Equal(t, int64(500), b.sent[len(b.sent)-1].Number)
	for len(b.unacked) > 0 {
		b.ack()
	}
	assert.Len(t, b.sent, 101, "and all of it arrives")
}

func TestCrowdedAlarmsGoAsRoomIsMade(t *testing.T) {
	b, r := &broker{room: 3}, &reports{}
	d := terminal.New(b, r)
	for n := 1; n <= 10; n++ {
		d.Tell(message(n, false))
	}
	require.Equal(t, []int64{1, 2, 3}, numbers(b.sent))

	for len(b.unacked) > 0 {
		b.ack()
	}

	assert.Equal(t, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, numbers(b.sent))
}

func TestNewerUpdateReplacesTheOneThatWaits(t *testing.T) {
	b, r := &broker{room: 1}, &reports{}
	d := terminal.New(b, r)
	d.Tell(message(1, false))
	old, next := message(2, false), message(3, false)
	next.Incident = old.Incident
	d.Tell(old)
	d.Tell(next)

	for len(b.unacked) > 0 {
		b.ack()
	}

	assert.Equal(t, []int64{1, 3}, numbers(b.sent))
}

// The acknowledgements that a terminal owes may all come between the broker's
// refusal and its taking note: the alarm must not wait for one that never comes.
func TestAlarmRefusedAtTheLastMomentIsSent(t *testing.T) {
	b, r := &broker{room: 1}, &reports{}
	d := terminal.New(b, r)
	d.Tell(message(1, false))
	b.meanwhile = b.ack

	d.Tell(message(2, false))

	assert.Equal(t, []int64{1, 2}, numbers(b.sent))
}

func TestSentAgainTakesTheCrowdedAlarmsPlace(t *testing.T) {
	b, r := &broker{room: 1}, &reports{}
	d := terminal.New(b, r)
	d.Tell(message(1, false))
	d.Tell(message(2, false))
	d.Tell(message(3, true))
	again := message(4, true)
	again.Incident = message(2, false).Incident
	d.Tell(again)

	for len(b.unacked) > 0 {
		b.ack()
	}

	assert.Equal(t, []int64{1, 4, 3}, numbers(b.sent))
}

// A window of messages that the terminal did not take must not keep what
// waits behind them.
func TestDeclinedMessagesMakeRoom(t *testing.T) {
	b, r := &broker{room: 512}, &reports{}
	d := terminal.New(b, r)
	const n = 100
	for i := range n {
		d.Tell(message(i, true))
	}

	for len(b.unacked) > 0 {
		b.decline()
	}

	assert.Len(t, b.sent, n)
	require.Len(t, *r, n)
	for _, p := range *r {
		assert.Equal(t, alerting.Failed, p.State)
		assert.Equal(t, "declined by the client", p.Reason)
	}
}

func TestAbsentTerminalKeepsNothing(t *testing.T) {
	b, r := &broker{err: errors.New("not connected")}, &reports{}
	d := terminal.New(b, r)
	d.Tell(message(1, false))
	d.Tell(message(2, true))
	assert.Equal(t, []alerting.DeliveryState{alerting.Planned, alerting.Planned}, r.states())
	assert.Equal(t, "not connected", (*r)[0].Reason)

	b.err, b.room = nil, 10
	d.Connected("desk-1")
	d.Tell(message(3, false))

	assert.Equal(t, []int64{3}, numbers(b.sent), "the engine tells the rest again")
}

func TestLateAcknowledgementOfAnOldConnection(t *testing.T) {
	b, r := &broker{room: 512}, &reports{}
	d := terminal.New(b, r)
	for n := range 40 {
		d.Tell(message(n, true))
	}
	old := b.unacked
	b.unacked, b.sent = nil, nil
	d.Connected("desk-1")
	for n := range 40 {
		d.Tell(message(n, true))
	}
	window := len(b.sent)

	for _, acked := range old {
		acked(time.Now(), nil)
	}

	assert.Len(t, b.sent, window, "it makes no room on the new one")
}

func TestQoS0IsSentAndNeverHanded(t *testing.T) {
	b, r := &broker{room: 512, silent: true}, &reports{}
	d := terminal.New(b, r)
	for n := range 100 {
		d.Tell(message(n, true))
	}
	d.Tell(message(200, false))

	assert.Len(t, b.sent, 101)
	assert.Empty(t, *r)
}
