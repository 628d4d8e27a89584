package broker

import (
	"bytes"
	"log/slog"
	"net"
	"slices"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// BenchmarkHop is a press on its way from a button's socket to a terminal's,
// and its PUBACK back, between the same two raw clients: through this broker
// with a hub that does nothing but Send, and through bare mochi.
func BenchmarkHop(b *testing.B) {
	b.Run("broker", func(b *testing.B) {
		r := start(b, Limits{}, func(br *Broker, h *recorder) {
			h.press = func(devices.Press) error { return br.Send(desk1, []byte(press1), nil) }
		})
		terminal := r.login(hello("police/desk-1", 4))
		terminal.subscribe(1, desk1)
		r.expect("up police/desk-1")
		hop(b, r.login(hello("sunrise/b-1", 4)), terminal, alarm1, func() { <-r.hub.presses })
	})
	b.Run("mochi", func(b *testing.B) {
		r := &rig{t: b}
		address := bareMochi(b)
		dial := func(user string) *raw {
			c, err := net.Dial("tcp", address)
			require.NoError(b, err)
			conn := r.over(c)
			require.Zero(b, conn.hello(hello(user, 4)).ReasonCode)
			return conn
		}
		terminal := dial("police/desk-1")
		terminal.subscribe(1, alarm1)
		hop(b, dial("sunrise/b-1"), terminal, alarm1, func() {})
	})
}

// allow lets everybody do everything.
type allow struct{ mqtt.HookBase }

func (allow) ID() string                                              { return "allow" }
func (allow) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (allow) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }
func (allow) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

func bareMochi(b *testing.B) string {
	b.Helper()
	server := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, server.AddHook(&allow{}, nil))
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	require.NoError(b, server.AddListener(listeners.NewNet("bare", socket)))
	require.NoError(b, server.Serve())
	b.Cleanup(func() { _ = server.Close() })
	return socket.Addr().String()
}

// hop reports the median and the 99th percentile of press to terminal.
func hop(b *testing.B, button, terminal *raw, topic string, after func()) {
	b.Helper()
	_ = button.SetReadDeadline(time.Time{})
	_ = terminal.SetReadDeadline(time.Time{})
	var packet bytes.Buffer
	pk := packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Publish, Qos: 1}, ProtocolVersion: 4,
		TopicName: topic, Payload: []byte(press1), PacketID: 1,
	}
	require.NoError(b, pk.PublishEncode(&packet))
	took := make([]time.Duration, 0, 1<<16)
	for b.Loop() {
		sent := time.Now()
		button.send(packet.Bytes())
		got := terminal.read()
		took = append(took, time.Since(sent))
		terminal.puback(got.PacketID)
		button.read()
		after()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkSend is what telling one terminal costs the engine's goroutine.
func BenchmarkSend(b *testing.B) {
	r := start(b, Limits{})
	c := r.login(hello("police/desk-1", 4))
	_ = c.SetReadDeadline(time.Time{})
	c.subscribe(1, desk1)
	r.expect("up police/desk-1")
	payload := make([]byte, 700) // an alert's usual size
	acked := make(chan struct{})
	for b.Loop() {
		if err := r.Send(desk1, payload, func(_ time.Time, _ error) { acked <- struct{}{} }); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		c.puback(c.read().PacketID)
		<-acked
		b.StartTimer()
	}
}
