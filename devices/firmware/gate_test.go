package firmware

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"periph.io/x/conn/v3/gpio"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware/debounce"
	"example.org/campushub/devices/wire"
)

// readings decodes what arrived on the reading topic since it was last asked.
func (h *hub) readings(t *testing.T) []devices.Reading {
	t.Helper()
	var out []devices.Reading
	for _, a := range h.take(wire.ReadingTopic(address)) {
		r, err := wire.DecodeReading(address, a.Payload, h.start.Add(a.at))
		require.NoError(t, err)
		out = append(out, r)
	}
	return out
}

func values(open, in, out float64) map[string]float64 {
	return map[string]float64{"open": open, "passages_in": in, "passages_out": out}
}

type gateRig struct {
	hub              *hub
	contact, in, out *testPin
}

func withGate(t *testing.T, story func(t *testing.T, r gateRig)) {
	synctest.Test(t, func(t *testing.T) {
		r := gateRig{newHub(), newTestPin("contact"), newTestPin("in"), newTestPin("out")}
		r.contact.set(gpio.Low) // shut
		g, err := NewGate(identity(), GatePins{Contact: r.contact, In: r.in, Out: r.out}, r.hub, quiet())
		require.NoError(t, err)
		runFor(t, g.Run)
		r.hub.connect()
		wait(Gather)
		first := r.hub.readings(t)
		require.Len(t, first, 1)
		require.Equal(t, values(0, 0, 0), first[0].Values)
		story(t, r)
	})
}

// runFor runs a device until the test ends.
func runFor(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-done)
	})
	synctest.Wait()
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func pass(p *testPin) {
	p.set(gpio.Low)
	wait(2 * debounce.Rest)
	p.set(gpio.High)
	wait(2 * debounce.Rest)
}

func TestGateThatOpensSaysSoAtOnce(t *testing.T) {
	withGate(t, func(t *testing.T, r gateRig) {
		r.contact.set(gpio.High)
		wait(debounce.Rest)
		got := r.hub.readings(t)
		require.Len(t, got, 1)
		assert.Equal(t, values(1, 0, 0), got[0].Values)
		r.contact.set(gpio.Low)
		wait(debounce.Rest)
		got = r.hub.readings(t)
		require.Len(t, got, 1)
		assert.Equal(t, values(0, 0, 0), got[0].Values)
	})
}

func TestPassagesAreCountedIntoOneReading(t *testing.T) {
	withGate(t, func(t *testing.T, r gateRig) {
		pass(r.in)
		pass(r.in)
		pass(r.out)
		assert.Empty(t, r.hub.readings(t), "they gather")
		wait(Gather)
		got := r.hub.readings(t)
		require.Len(t, got, 1)
		assert.Equal(t, values(0, 2, 1), got[0].Values)
		wait(Repeat)
		got = r.hub.readings(t)
		require.Len(t, got, 1, "a gate with nothing new says so")
		assert.Equal(t, values(0, 0, 0), got[0].Values, "each passage is told once")
	})
}

func TestReadingsAreNumberedAndRepeatedAfterALoss(t *testing.T) {
	withGate(t, func(t *testing.T, r gateRig) {
		pass(r.in)
		wait(Gather)
		before := r.hub.readings(t)
		require.Len(t, before, 1)
		assert.EqualValues(t, 2, before[0].Seq)
		assert.Regexp(t, `^[0-9a-f]{8}$`, before[0].Boot)

		r.hub.cut()
		wait(time.Second)
		pass(r.out)
		wait(Gather)
		r.hub.connect()
		synctest.Wait()
		after := r.hub.readings(t)
		require.Len(t, after, 3, "the first two may have been lost with the connection")
		for i, got := range after {
			assert.EqualValues(t, i+1, got.Seq)
			assert.Equal(t, before[0].Boot, got.Boot)
			assert.Positive(t, got.Age)
		}
		assert.Equal(t, before[0].Values, after[1].Values)
		assert.Equal(t, values(0, 0, 1), after[2].Values)
	})
}

// cards is a reader that a test holds cards to.
type cards struct{ held chan []byte }

func (c cards) ReadUID(d time.Duration) ([]byte, error) {
	select {
	case uid := <-c.held:
		return uid, nil
	case <-time.After(d):
		return nil, errors.New("no card")
	}
}

func TestCardIsACheckIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := newHub(), cards{held: make(chan []byte)}
		r, err := NewReader(identity(), "north-gate", ReaderPins{Cards: c}, h, NewMemory(), quiet())
		require.NoError(t, err)
		runFor(t, r.Run)
		hold := func(uid ...byte) { c.held <- uid; synctest.Wait() }
		checkIns := func() (out []devices.CheckIn) {
			for _, a := range h.take(wire.CheckInTopic(address)) {
				got, err := wire.DecodeCheckIn(address, a.Payload, time.Time{})
				require.NoError(t, err)
				out = append(out, got)
			}
			return out
		}

		hold(4, 0xa1, 0xb2, 0xc3)
		wait(time.Minute)
		h.connect()
		synctest.Wait()
		got := checkIns()
		require.Len(t, got, 1)
		assert.Equal(t, "04a1b2c3", got[0].Card)
		assert.Equal(t, "north-gate", got[0].Post)
		assert.Equal(t, time.Minute, got[0].Age, "a card held in an outage keeps its time")

		hold(4, 0xa1, 0xb2, 0xc3)
		hold(4, 0xa1, 0xb2, 0xc3)
		hold(1, 2, 3, 4)
		hold(1) // a torn read
		again := checkIns()
		require.Len(t, again, 2, "a card that stays is one check-in")
		assert.NotEqual(t, got[0].ID, again[0].ID)
		assert.Equal(t, "01020304", again[1].Card)
	})
}

// The key says that the next card leaves, for a while and for one card.
func TestTheKeyOfAReaderSaysThatTheNextCardLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c, key := newHub(), cards{held: make(chan []byte)}, newTestPin("leave")
		r, err := NewReader(identity(), "north-gate", ReaderPins{Cards: c, Leave: key}, h, NewMemory(), quiet())
		require.NoError(t, err)
		runFor(t, r.Run)
		h.connect()
		synctest.Wait()
		press := func() { key.set(gpio.Low); wait(time.Second); key.set(gpio.High); wait(2 * debounce.Rest) }
		hold := func(uid ...byte) { c.held <- uid; synctest.Wait() }
		left := func() (out []bool) {
			for _, a := range h.take(wire.CheckInTopic(address)) {
				got, err := wire.DecodeCheckIn(address, a.Payload, time.Time{})
				require.NoError(t, err)
				out = append(out, got.Out)
			}
			return out
		}
		zhao, li := []byte{4, 0xa1, 0xb2, 0xc3}, []byte{4, 0xa1, 0xb2, 0xc4}
		hold(zhao...)
		press()
		hold(zhao...)
		hold(zhao...) // it stays on the reader
		hold(li...)
		assert.Equal(t, []bool{false, true, false}, left(), "zhao came and leaves, li comes")
		press()
		hold(1) // a torn read
		wait(LeaveFor - 2*time.Second)
		hold(zhao...)
		press()
		wait(LeaveFor)
		hold(li...)
		assert.Equal(t, []bool{true, false}, left(), "the key is forgotten")
	})
}

func TestNewReaderNeedsAPost(t *testing.T) {
	_, err := NewReader(identity(), "North Gate", ReaderPins{Cards: cards{}}, newHub(), NewMemory(), quiet())
	require.ErrorContains(t, err, `"North Gate"`)
}
