package day_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/load/packet"
	"example.org/campushub/firmware-sim/campus/scenario"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hub is a broker that hears everything, says yes, and hangs up when told to.
type hub struct {
	net.Listener
	hangUp func(n int, topic string) bool // n counts publishes from 1

	mu    sync.Mutex // guards what follows
	heard []heard
	conns []net.Conn
	wg    sync.WaitGroup
}

type heard struct {
	topic   string
	payload string
	qos     byte
}

func newHub(t *testing.T, hangUp func(n int, topic string) bool) *hub {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &hub{Listener: l, hangUp: hangUp}
	h.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			h.wg.Go(func() { h.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); h.wg.Wait() })
	return h
}

func (h *hub) serve(c net.Conn) {
	defer c.Close()
	h.mu.Lock()
	h.conns = append(h.conns, c)
	h.mu.Unlock()
	in := packet.NewReader(c, 512)
	for {
		p, err := in.Next()
		if err != nil {
			return
		}
		switch p.Type {
		case packet.Connect:
			_, err = c.Write(packet.AppendConnack(nil, 0))
		case packet.Publish:
			m, bad := p.Message()
			if bad != nil || !h.take(m) {
				return
			}
			if m.QoS > 0 {
				_, err = c.Write(packet.AppendPuback(nil, m.ID))
			}
			if id := pressOf(m); err == nil && id != "" {
				said := wire.EncodeCommand(devices.Command{Receipt: id, Indicator: devices.IndicatorStored})
				_, err = c.Write(packet.AppendPublish(nil, packet.Message{Topic: "command", Payload: said}))
			}
		}
		if err != nil {
			return
		}
	}
}

func (h *hub) take(m packet.Message) (goOn bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = append(h.heard, heard{m.Topic, string(m.Payload), m.QoS})
	return h.hangUp == nil || !h.hangUp(len(h.heard), m.Topic)
}

func pressOf(m packet.Message) string {
	up, err := wire.ParseUp(m.Topic)
	if err != nil || up.Kind != wire.UpAlarm {
		return ""
	}
	return wire.DecodeAlarm(up.From, m.Payload, time.Now()).ID
}

const morning = `A morning.
-- day --
from 07:00 to 08:00
-- devices --
g-1 is a gate on mains: state every 20m, reading every 10m
r-1 is a reader on mains: state every 30m
b-1 to b-2 are buttons on mains: state every 30m, reading every 20m
b-3 is a button on mains: state every 30m, reading every 20m unacknowledged
-- happenings --
at 07:05 g-1 opens
at 07:06 10 come in at g-1 within 10m
at 07:07 card 04a1b2c3 is held to r-1
at 07:18 the barrier of g-1 goes up
at 07:20 somebody presses b-2 twice
at 07:30 the uplink is cut for 10m
at 07:50 g-1 closes
`

func play(t *testing.T, h *hub, text string, change func(*day.Config)) (*day.Ledger, error) {
	t.Helper()
	s, err := scenario.Parse("morning", text)
	require.NoError(t, err)
	c := day.Config{
		Hub: h.Addr().String(), Scenario: s, Factor: 3600, Settle: 50 * time.Millisecond, Drain: time.Minute, Credentials: map[string]day.Credential{},
	}
	for _, d := range s.Devices {
		c.Credentials[d.ID] = day.Credential{Address: devices.Address{School: "s", Device: d.ID}, Password: "secret"}
	}
	if change != nil {
		change(&c)
	}
	return day.Play(t.Context(), c)
}

// readings are those that a hub heard, by device and seq, each time.
func (h *hub) readings(t *testing.T) map[string][]devices.Reading {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[string][]devices.Reading{}
	for _, m := range h.heard {
		up, err := wire.ParseUp(m.topic)
		require.NoError(t, err)
		if up.Kind != wire.UpReading {
			continue
		}
		r, err := wire.DecodeReading(up.From, []byte(m.payload), time.Now())
		require.NoError(t, err)
		out[up.From.Device] = append(out[up.From.Device], r)
	}
	return out
}

func TestAHubHearsWhatTheLedgerSays(t *testing.T) {
	h := newHub(t, nil)
	l, err := play(t, h, morning, nil)
	require.NoError(t, err)
	require.Len(t, l.Outages, 1)
	assert.Equal(t, "the uplink is cut", l.Outages[0].What)
	got, in := h.readings(t), 0.0
	for _, r := range got["g-1"] {
		in += r.Values["passages_in"]
	}
	assert.GreaterOrEqual(t, in, 10.0, "everybody is counted, and again where it is said again")
	assert.Equal(t, 1.0, got["g-1"][1].Values["open"])
	sent := map[day.Kind]int{}
	for _, r := range l.Reports {
		assert.False(t, r.GivenUp)
		if r.Kind != day.State {
			assert.NotEmpty(t, r.Attempts)
		}
		sent[r.Kind]++
	}
	assert.NotContains(t, got["g-1"][1].Values, "barrier_up", "it says nothing of a barrier before there is one")
	assert.Equal(t, 1.0, got["g-1"][len(got["g-1"])-1].Values["barrier_up"])
	assert.Equal(t, 6+1+10+1+1+3*3, sent[day.Reading], "by the clock, at each move, and a reading for each passage")
	assert.Equal(t, 2, sent[day.Press])
	assert.Equal(t, 1, sent[day.CheckIn])
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.heard {
		assert.Equal(t, m.topic == "campus/s/b-3/reading", m.qos == 0, m.topic)
	}
	ends := map[string][]day.Why{}
	for _, e := range l.Ends {
		ends[e.From.Device] = append(ends[e.From.Device], e.Why)
		assert.True(t, e.Began.Before(e.At))
		assert.True(t, e.Known, "its state was acknowledged")
	}
	assert.Len(t, ends, 5)
	for device, why := range ends {
		assert.Equal(t, []day.Why{day.Uplink, day.Left}, why, device)
	}
}

// What is not acknowledged is said again with the same number and a greater
// age, and the ledger knows each time.
func TestWhatIsNotAcknowledgedIsSentAgain(t *testing.T) {
	h := newHub(t, func(n int, _ string) bool { return n < 60 && n%7 == 0 })
	l, err := play(t, h, morning, nil)
	require.NoError(t, err)
	again := 0
	for _, r := range l.Reports {
		if r.Kind == day.Reading && r.QoS == 1 {
			assert.False(t, r.Attempts[len(r.Attempts)-1].Acked.IsZero(), "said until it is acknowledged")
			again += len(r.Attempts) - 1
		}
		for i, a := range r.Attempts {
			assert.False(t, r.Made.After(a.At))
			if i > 0 {
				assert.GreaterOrEqual(t, a.Age, r.Attempts[i-1].Age)
			}
		}
	}
	assert.Positive(t, again)
	for device, all := range h.readings(t) {
		if device == "b-3" {
			continue // at QoS 0
		}
		seen := map[uint64]bool{}
		for _, r := range all {
			seen[r.Seq] = true
			assert.Equal(t, all[0].Boot, r.Boot)
		}
		for seq := range uint64(len(seen)) {
			assert.True(t, seen[seq+1], "%s: no gap", device)
		}
	}
}

func TestTheDayStandsStillWhileSomethingBreaks(t *testing.T) {
	h := newHub(t, nil)
	var broke, mended int
	const took = 200 * time.Millisecond
	begun := time.Now()
	l, err := play(t, h, morning+"at 07:42 the hub is killed for 5m\n", func(c *day.Config) {
		c.Break = func(ctx context.Context, what scenario.What) error {
			assert.Equal(t, scenario.HubKilled, what)
			broke++
			<-time.After(took)
			return ctx.Err()
		}
		c.Mend = func(context.Context, scenario.What) error { mended++; return nil }
	})
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1}, []int{broke, mended})
	require.Len(t, l.Outages, 2)
	assert.GreaterOrEqual(t, time.Since(begun), took+time.Second*50/60)
	_, err = play(t, h, morning+"at 07:42 influxdb hangs for 5m\n", nil)
	require.ErrorContains(t, err, "influxdb hangs: nobody can bring that about")
	_, err = play(t, h, morning, func(c *day.Config) { delete(c.Credentials, "b-2") })
	require.ErrorContains(t, err, "b-2")
}

// Somebody who begins a drill is waited for until the button knows: its next
// press is one of the drill, and the one after it is live.
func TestTheNextPressOfAButtonThatKnowsOfADrillIsOne(t *testing.T) {
	h := newHub(t, nil)
	drill := "at 07:52 the officer begins a drill with b-1\nat 07:52 somebody presses b-1 twice\nat 07:53 the officer calls the roll\n"
	var did []scenario.Deed
	l, err := play(t, h, morning+drill, func(c *day.Config) {
		c.Act = func(_ context.Context, d scenario.Deed) error {
			did = append(did, d)
			said := wire.EncodeCommand(devices.Command{Drill: &devices.DrillWindow{ID: "d", For: time.Minute}})
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, c := range h.conns {
				_, _ = c.Write(packet.AppendPublish(nil, packet.Message{Topic: "command", Payload: said}))
			}
			return nil
		}
	})
	require.NoError(t, err)
	assert.Equal(t, []scenario.Deed{{What: scenario.BeginsDrill, Device: "b-1"}, {What: scenario.CallsRoll}}, did)
	var modes []devices.Mode
	for _, r := range l.Reports {
		if r.Kind == day.Press && r.From.Device == "b-1" {
			modes = append(modes, r.Mode)
		}
	}
	assert.Equal(t, []devices.Mode{devices.Drill, devices.Live}, modes)
	_, err = play(t, h, morning+drill, nil)
	require.ErrorContains(t, err, "the officer begins a drill with: nobody is there to do that")
}
