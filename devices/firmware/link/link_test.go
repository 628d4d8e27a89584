package link_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/firmware/link"
	"example.org/campushub/devices/firmware/link/linktest"
	"example.org/campushub/devices/wire"
)

const patience = time.Minute

var address = devices.Address{School: "riverside-primary", Device: "b-1"}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// news is what a link told its device.
type news struct {
	up   chan bool
	said chan string
}

func run(t *testing.T, l *link.Link) (news, func()) {
	t.Helper()
	n := news{up: make(chan bool, 16), said: make(chan string, 1024)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- l.Run(ctx, firmware.Events{
			Connected: func() { n.up <- true },
			Lost:      func() { n.up <- false },
			Message:   func(_ string, payload []byte) { n.said <- string(payload) },
		})
	}()
	stop := func() {
		if cancel != nil {
			cancel()
			assert.NoError(t, <-done)
		}
		cancel = nil
	}
	t.Cleanup(stop)
	return n, stop
}

func newLink(t *testing.T, c link.Config) *link.Link {
	t.Helper()
	l, err := link.New(c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return l
}

func device(hub *linktest.Hub) link.Config {
	return link.ForDevice(hub.URL, address, devices.PowerMains, "secret")
}

func (n news) expect(t *testing.T, up bool) {
	t.Helper()
	select {
	case got := <-n.up:
		require.Equal(t, up, got)
	case <-time.After(patience):
		require.FailNow(t, "no news of the connection")
	}
}

func TestLinkCarriesBothWaysInOrder(t *testing.T) {
	hub := linktest.New(t)
	l := newLink(t, device(hub))
	require.ErrorIs(t, l.Publish(firmware.Message{}), link.ErrNotConnected)
	n, _ := run(t, l)
	n.expect(t, true)

	for i := range 100 {
		require.NoError(t, l.Publish(firmware.Message{Topic: "up", Payload: fmt.Append(nil, i)}))
		hub.Say(wire.CommandTopic(address), fmt.Append(nil, i))
	}
	for i, m := range hub.Wait("up", 100) {
		require.Equal(t, fmt.Sprint(i), m.Payload)
	}
	for i := range 100 {
		require.Equal(t, fmt.Sprint(i), <-n.said)
	}
}

func TestBrokenConnectionLeavesTheWillAndComesBack(t *testing.T) {
	hub := linktest.New(t)
	l := newLink(t, device(hub))
	n, _ := run(t, l)
	n.expect(t, true)
	hub.Drop(address.String())
	n.expect(t, false)
	hub.Wait(wire.StateTopic(address), 1)
	assert.Equal(t, []linktest.Message{{Topic: wire.StateTopic(address), Payload: `{"status":"offline"}`, Retained: true}},
		hub.Heard(wire.StateTopic(address)))

	n.expect(t, true)
	hub.Say(wire.CommandTopic(address), []byte("again"))
	assert.Equal(t, "again", <-n.said, "the new connection hears commands too")
	assert.Equal(t, 2, hub.Connects(address.String()))
}

func TestLinkOutlivesItsHub(t *testing.T) {
	hub := linktest.New(t)
	hub.Stop()
	l := newLink(t, device(hub))
	n, _ := run(t, l)
	hub.Start()
	n.expect(t, true)
	hub.Stop()
	n.expect(t, false)
	hub.Start()
	n.expect(t, true)
}

func TestWrongPasswordIsTriedAgain(t *testing.T) {
	hub := linktest.New(t)
	hub.Admit(map[string]string{address.String(): "other"})
	l := newLink(t, device(hub))
	n, _ := run(t, l)
	require.Eventually(t, func() bool { return hub.Refused(address.String()) > 0 }, patience, 2*time.Millisecond)
	assert.Empty(t, n.up)
	hub.Admit(map[string]string{address.String(): "secret"})
	n.expect(t, true)
}

func TestGoodByeSendsWhatWaitsAndTheWill(t *testing.T) {
	hub := linktest.New(t)
	l := newLink(t, device(hub))
	n, stop := run(t, l)
	n.expect(t, true)
	for range 50 {
		require.NoError(t, l.Publish(firmware.Message{Topic: "up"}))
	}
	stop()
	assert.Len(t, hub.Wait("up", 50), 50)
	assert.Len(t, hub.Wait(wire.StateTopic(address), 1), 1)
	require.ErrorIs(t, l.Publish(firmware.Message{}), link.ErrNotConnected)
	n.expect(t, false)
}

// stuckConn is a line that takes nothing more once it is stuck.
type stuckConn struct {
	net.Conn
	stuck  *atomic.Bool
	closed chan struct{}
	once   atomic.Bool
}

func (c *stuckConn) Write(b []byte) (int, error) {
	if c.stuck.Load() {
		<-c.closed
		return 0, errors.New("closed while stuck")
	}
	return c.Conn.Write(b)
}

func (c *stuckConn) Close() error {
	if c.once.CompareAndSwap(false, true) {
		close(c.closed)
	}
	return c.Conn.Close()
}

func TestOverflowClosesTheConnection(t *testing.T) {
	hub := linktest.New(t)
	var stuck atomic.Bool
	c := device(hub)
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &stuckConn{Conn: conn, stuck: &stuck, closed: make(chan struct{})}, nil
	}
	l := newLink(t, c)
	n, _ := run(t, l)
	n.expect(t, true)
	stuck.Store(true)
	var err error
	for range 1000 {
		if err = l.Publish(firmware.Message{Topic: "up"}); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, link.ErrOverflow)
	stuck.Store(false)
	n.expect(t, false)
	n.expect(t, true)
	require.NoError(t, l.Publish(firmware.Message{Topic: "after"}))
	hub.Wait("after", 1)
}

func TestSilentLineIsNoticed(t *testing.T) {
	hub := linktest.New(t)
	var silent atomic.Bool
	c := device(hub)
	c.KeepAlive = time.Second
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return lossyConn{Conn: conn, silent: &silent}, err
	}
	n, _ := run(t, newLink(t, c))
	n.expect(t, true)
	silent.Store(true)
	n.expect(t, false)
	silent.Store(false)
	n.expect(t, true)
}

// lossyConn loses what is sent while its line is silent.
type lossyConn struct {
	net.Conn
	silent *atomic.Bool
}

func (c lossyConn) Write(b []byte) (int, error) {
	if c.silent.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func TestTerminalHearsItsAlertsAndLeavesNoWill(t *testing.T) {
	hub := linktest.New(t)
	l := newLink(t, link.ForTerminal(hub.URL, "police", "desk-1", "secret"))
	n, stop := run(t, l)
	n.expect(t, true)
	hub.Say("alert/police/desk-1", []byte("alert"))
	assert.Equal(t, "alert", <-n.said)
	stop()
	assert.Len(t, hub.Heard("alert/police/desk-1"), 1, "nothing is said for a terminal that leaves")
}

func TestNewRefusesNonsense(t *testing.T) {
	for name, c := range map[string]link.Config{
		"no scheme":     {Hub: "127.0.0.1:1883", Username: "s/d", KeepAlive: time.Second},
		"wrong scheme":  {Hub: "http://127.0.0.1", Username: "s/d", KeepAlive: time.Second},
		"no name":       {Hub: "tcp://127.0.0.1:1", KeepAlive: time.Second},
		"no keep-alive": {Hub: "tcp://127.0.0.1:1", Username: "s/d"},
	} {
		_, err := link.New(c, slog.New(slog.DiscardHandler))
		assert.Error(t, err, name)
	}
}
