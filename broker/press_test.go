package broker

import (
	"errors"
	"os"
	"sync/atomic"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

const (
	alarm1 = "campus/sunrise/b-1/alarm"
	press1 = `{"id":"` + pressID + `","kind":"fire","age_ms":12}`
)

func TestPressIsAcknowledgedOnlyWhenTheHubHasIt(t *testing.T) {
	for _, qos := range []byte{1, 2} {
		asked, durable := make(chan struct{}), make(chan struct{})
		r := start(t, Limits{}, func(_ *Broker, h *recorder) {
			h.press = func(devices.Press) error {
				asked <- struct{}{}
				<-durable
				return nil
			}
		})
		c := r.connect(r.options("sunrise/b-1"))

		token := c.Publish(alarm1, qos, false, press1)
		receive(t, asked)
		select {
		case <-token.Done():
			require.Fail(t, "acknowledged before it was durable")
		default:
		}
		close(durable)
		done(t, token)

		p := receive(t, r.hub.presses)
		assert.Equal(t, pressID, p.ID)
		assert.Equal(t, button1, p.From)
		assert.Equal(t, devices.Fire, p.Alarm)
		assert.False(t, p.ReceivedAt.IsZero())
		assert.InDelta(t, 1, r.count("presses_total", ""), 0)
	}
}

func TestPressAtQoS0ReachesTheHub(t *testing.T) {
	r := start(t, Limits{})
	done(t, r.connect(r.options("sunrise/b-1")).Publish(alarm1, 0, false, press1))
	assert.Equal(t, pressID, receive(t, r.hub.presses).ID)
}

func TestPressThatIsNotStoredClosesTheConnectionAndComesBack(t *testing.T) {
	for _, version := range []byte{4, 5} {
		var broken atomic.Bool
		broken.Store(true)
		r := start(t, Limits{}, func(_ *Broker, h *recorder) {
			h.press = func(devices.Press) error {
				if broken.Load() {
					return errors.New("disk full")
				}
				return nil
			}
		})
		c := r.login(hello("sunrise/b-1", version))
		c.publish(alarm1, []byte(press1), 1, 9)
		for {
			pk, err := c.tryRead()
			if err != nil {
				require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "connection stayed open")
				break
			}
			require.NotEqual(t, packets.Puback, pk.FixedHeader.Type)
		}
		assert.InDelta(t, 1, r.refusedCount(ReasonNotStored), 0)
		assert.Empty(t, r.hub.presses)

		broken.Store(false)
		c = r.login(hello("sunrise/b-1", version))
		c.publish(alarm1, []byte(press1), 1, 10)
		ack := c.read()
		assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
		assert.EqualValues(t, 10, ack.PacketID)
		assert.Equal(t, pressID, receive(t, r.hub.presses).ID)
	}
}

func TestOnePressThatWaitsDelaysNobodyElse(t *testing.T) {
	asked, durable := make(chan struct{}), make(chan struct{})
	r := start(t, Limits{}, func(_ *Broker, h *recorder) {
		h.press = func(p devices.Press) error {
			if p.From == button1 {
				asked <- struct{}{}
				<-durable
			}
			return nil
		}
	})
	first := r.connect(r.options("sunrise/b-1")).Publish(alarm1, 1, false, press1)
	receive(t, asked)
	done(t, r.connect(r.options("sunrise/b-2")).Publish("campus/sunrise/b-2/alarm", 1, false, press1))
	assert.Equal(t, button2, receive(t, r.hub.presses).From)
	close(durable)
	done(t, first)
}

func TestMalformedPressIsAPress(t *testing.T) {
	r := start(t, Limits{})
	for name, payload := range map[string][]byte{
		"no JSON": []byte("help"), "empty": {}, "no id": []byte(`{"kind":"fire"}`), "oversized": make([]byte, 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			c := r.login(hello("sunrise/b-1", 5))
			c.publish(alarm1, payload, 1, 3)
			ack := c.read()
			assert.Equal(t, packets.Puback, ack.FixedHeader.Type)
			assert.Less(t, ack.ReasonCode, byte(0x80))
			p := receive(t, r.hub.presses)
			assert.True(t, p.Malformed)
			assert.Equal(t, button1, p.From)
		})
	}
	assert.InDelta(t, 4, r.refusedCount(ReasonMalformedAlarm), 0)
}

func TestEveryPacketIsAHeartbeat(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 4))
	before, ok := r.hub.seen.Load(button1)
	require.True(t, ok, "CONNECT")
	c.ping()
	after, _ := r.hub.seen.Load(button1)
	assert.NotEqual(t, before, after)

	r.login(hello("police/desk-1", 4)).ping()
	_, ok = r.hub.seen.Load(devices.Address{})
	assert.False(t, ok, "a terminal is no device")
}
