package broker

import (
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

func TestHostileFirstBytes(t *testing.T) {
	big := hello("sunrise/b-1", 4)
	big.Connect.Password = make([]byte, 5000)
	for name, c := range map[string]struct {
		bytes  []byte
		reason Reason
	}{
		"a header of 268 MB":      {[]byte{typeConnect << 4, 0xff, 0xff, 0xff, 0x7f}, ReasonFrameSize},
		"an endless header":       {[]byte{typeConnect << 4, 0x80, 0x80, 0x80, 0x80, 0x80}, ReasonFrame},
		"a large CONNECT":         {encode(t, big), ReasonFrameSize},
		"HTTP":                    {[]byte("GET / HTTP/1.1\r\n\r\n"), ReasonNotConnect},
		"PUBLISH before CONNECT":  {[]byte{typePublish << 4, 3, 0, 1, 'x'}, ReasonNotConnect},
		"PINGREQ before CONNECT":  {[]byte{typePingreq << 4, 0}, ReasonNotConnect},
		"MQTT 3.1":                {[]byte("\x10\x12\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x04name"), ReasonProtocol},
		"a CONNECT that is short": {[]byte{typeConnect << 4, 2, 0, 4}, ReasonProtocol},
		"TLS to a plain port":     {[]byte{0x16, 3, 1, 0, 0}, ReasonProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, Limits{})
			conn := r.dial()
			conn.send(c.bytes)
			conn.closed()
			eventually(t, func() bool { return r.refusedCount(c.reason) == 1 }, string(c.reason))
			assert.Zero(t, r.count("panics_recovered_total", ""))
			eventually(t, func() bool { return r.count("unauthenticated_sockets", "") == 0 }, "gone")
		})
	}
}

func TestHostilePackets(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  []byte
		reason Reason
	}{
		"SUBSCRIBE without options byte":   {[]byte{0x82, 6, 0, 1, 0, 0, 1, 'a'}, ReasonFrame},
		"SUBSCRIBE without filter":         {[]byte{0x82, 3, 0, 1, 0}, ReasonFrame},
		"SUBSCRIBE without packet id":      {[]byte{0x82, 0}, ReasonFrame},
		"SUBSCRIBE with cut-off filter":    {[]byte{0x82, 6, 0, 1, 0, 0, 9, 'a'}, ReasonFrame},
		"SUBSCRIBE with cut-off length":    {[]byte{0x82, 4, 0, 1, 0, 0}, ReasonFrame},
		"SUBSCRIBE with properties beyond": {[]byte{0x82, 7, 0, 1, 0x7f, 0, 1, 'a', 0}, ReasonFrame},
		"SUBSCRIBE at QoS 3":               {[]byte{0x82, 7, 0, 1, 0, 0, 1, 'a', 3}, ReasonProtocol},
		"UNSUBSCRIBE without filter":       {[]byte{0xa2, 3, 0, 1, 0}, ReasonFrame},
		"UNSUBSCRIBE with cut-off filter":  {[]byte{0xa2, 6, 0, 1, 0, 0, 9, 'a'}, ReasonFrame},
		"CONNACK from a client":            {[]byte{0x20, 2, 0, 0}, ReasonFrame},
		"SUBACK from a client":             {[]byte{0x90, 3, 0, 1, 0}, ReasonFrame},
		"a type that does not exist":       {[]byte{0x00, 0}, ReasonFrame},
		"PINGREQ with a body":              {[]byte{0xc0, 1, 0}, ReasonFrame},
		"PUBLISH over 64 KiB":              {[]byte{0x30, 0x80, 0x80, 0x04}, ReasonFrameSize},
		"PUBLISH of 268 MB":                {[]byte{0x30, 0xff, 0xff, 0xff, 0x7f}, ReasonFrameSize},
		"PUBLISH at QoS 3":                 {[]byte{0x36, 5, 0, 1, 'x', 0, 1}, ReasonProtocol},
		"PUBLISH to a wildcard":            {[]byte{0x30, 4, 0, 1, '#', 0}, ReasonProtocol},
		"PUBLISH without a topic":          {[]byte{0x30, 3, 0, 0, 0}, ReasonProtocol},
		"PUBLISH that ends in its topic":   {[]byte{0x30, 3, 0, 9, 'x'}, ReasonProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, Limits{})
			conn := r.login(hello("sunrise/b-1", 5))
			conn.send(c.bytes)
			conn.closed()
			eventually(t, func() bool { return r.refusedCount(c.reason) == 1 }, string(c.reason))
			assert.Zero(t, r.count("panics_recovered_total", ""))
			r.login(hello("sunrise/b-1", 5)).ping()
		})
	}
}

func TestTheFrameLimitIsExact(t *testing.T) {
	r := start(t, Limits{})
	c := r.login(hello("sunrise/b-1", 4))
	c.publish(alarm1, make([]byte, 64<<10-len(alarm1)-8), 1, 7) // 64 KiB with its header
	require.EqualValues(t, 7, c.read().PacketID)
	assert.True(t, receive(t, r.hub.presses).Malformed)
	c.publish(alarm1, make([]byte, 64<<10-len(alarm1)-7), 1, 8)
	c.closed()
}

func TestConnectInDribsAndDrabsAndWhatFollowsAtOnce(t *testing.T) {
	r := start(t, Limits{})
	c := r.dial()
	c.version = 4
	bytes := append(encode(t, hello("sunrise/b-1", 4)), typePingreq<<4, 0, typePingreq<<4, 0)
	for _, b := range bytes[:20] {
		c.send([]byte{b})
	}
	c.send(bytes[20:])
	assert.Zero(t, c.read().ReasonCode)
	assert.EqualValues(t, typePingreq+1, c.read().FixedHeader.Type)
	assert.EqualValues(t, typePingreq+1, c.read().FixedHeader.Type)
}

func TestSocketThatSaysNothingIsClosed(t *testing.T) {
	r := start(t, Limits{ConnectWithin: 20 * time.Millisecond})
	silent, half := r.dial(), r.dial()
	half.send([]byte{typeConnect << 4, 40, 0, 4})
	silent.closed()
	half.closed()
	eventually(t, func() bool { return r.refusedCount(ReasonConnectTimeout) == 2 }, "counted")
}

// crowd opens sockets that say nothing.
func (r *rig) crowd(n int) {
	r.t.Helper()
	for range n {
		c, err := net.DialTimeout("tcp", r.address(), patience)
		require.NoError(r.t, err)
		r.t.Cleanup(func() { _ = c.Close() })
	}
}

// leastCrowd is well beyond what may wait unauthenticated: with fewer sockets
// nothing would have to be shed.
const leastCrowd = 3000

func TestTenThousandSocketsThatSayNothingKeepNobodyOut(t *testing.T) {
	sockets := 10_000
	var files syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files))
	if room := int(files.Cur) - 1000; room < sockets { // both ends are in this process
		sockets = room
	}
	require.GreaterOrEqual(t, sockets, leastCrowd, "the limit of open files leaves no crowd: raise it (ulimit -n)")
	t.Logf("%d sockets, within the limit of %d open files", sockets, files.Cur)
	r := start(t, Limits{ConnectWithin: patience})
	r.crowd(sockets)
	c := r.connect(r.options("sunrise/b-1"))
	done(t, c.Publish(alarm1, 1, false, press1))
	assert.Equal(t, pressID, receive(t, r.hub.presses).ID)
	assert.LessOrEqual(t, r.count("unauthenticated_sockets", ""), 512.0)
	eventually(t, func() bool { return r.refusedCount(ReasonShedAddress) >= float64(sockets-512) }, "shed")
}

func TestTheOldestUnauthenticatedSocketYields(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		reason Reason
	}{
		{Limits{UnauthenticatedPerAddress: 2}, ReasonShedAddress},
		{Limits{Unauthenticated: 2}, ReasonShedAll},
	} {
		r := start(t, c.limits)
		known := r.login(hello("sunrise/b-1", 4)) // does not count any more
		first, second, third := r.dial(), r.dial(), r.dial()
		first.closed()
		known.ping()
		assert.Zero(t, second.hello(hello("sunrise/b-2", 4)).ReasonCode)
		assert.Zero(t, third.hello(hello("sunrise/b-3", 4)).ReasonCode)
		assert.InDelta(t, 1, r.refusedCount(c.reason), 0)
		assert.Zero(t, r.count("unauthenticated_sockets", ""))
		assert.InDelta(t, 3, r.count("connections", ""), 0)
	}
}

// flaky is a socket whose accept does not succeed at first.
type flaky struct {
	net.Listener
	failures atomic.Int32
}

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	return f.Listener.Accept()
}

func TestAcceptErrorsAreSurvived(t *testing.T) {
	r := start(t, Limits{}, func(b *Broker, _ *recorder) {
		f := &flaky{Listener: b.listeners[0].socket}
		f.failures.Store(5)
		b.listeners[0].socket = f
	})
	r.login(hello("sunrise/b-1", 4)).ping()
	assert.InDelta(t, 5, r.count("accept_errors_total", ""), 0)
}

func TestAnAcceptErrorFreesTheOldestSocket(t *testing.T) {
	f := &flaky{}
	r := start(t, Limits{ConnectWithin: 2 * patience}, func(b *Broker, _ *recorder) {
		f.Listener = b.listeners[0].socket
		b.listeners[0].socket = f
	})
	first := r.dial()
	eventually(t, func() bool { return r.count("unauthenticated_sockets", "") == 1 }, "accepted")
	f.failures.Store(1)
	r.dial() // wakes the accept that is under way; the one after it does not succeed
	first.closed()
}

func TestAPanicEndsItsConnectionAlone(t *testing.T) {
	r := start(t, Limits{}, func(_ *Broker, h *recorder) {
		h.press = func(p devices.Press) error {
			if p.From == button1 {
				panic("out of its mind")
			}
			return nil
		}
	})
	c := r.login(hello("sunrise/b-1", 4))
	c.subscribe(1, command1)
	r.expect("up sunrise/b-1")
	c.publish(alarm1, []byte(press1), 1, 1)
	c.closed()
	r.expect("down sunrise/b-1")
	eventually(t, func() bool { return r.count("panics_recovered_total", "") == 1 }, "counted once it is down")
	r.login(hello("sunrise/b-1", 4)).ping()
	other := r.login(hello("sunrise/b-2", 4))
	other.publish("campus/sunrise/b-2/alarm", []byte(press1), 1, 1)
	assert.EqualValues(t, 1, other.read().PacketID)
}

func TestConfigurationIsChecked(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no listener":      {},
		"negative":         {Listeners: []Listener{{Address: "127.0.0.1:0"}}, Limits: Limits{FrameAfter: -1}},
		"too many":         {Listeners: []Listener{{Address: "127.0.0.1:0"}}, Limits: Limits{Unacknowledged: 65_000}},
		"keep-alive":       {Listeners: []Listener{{Address: "127.0.0.1:0"}}, Limits: Limits{KeepAlive: 50_000}},
		"address in vain":  {Listeners: []Listener{{Address: "127.0.0.1:0"}, {Address: "192.0.2.1:1"}}},
		"not even a place": {Listeners: []Listener{{Address: "nowhere"}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newBroker(cfg)
			require.Error(t, err)
		})
	}
	var both interface{ Unwrap() []error }
	_, err := newBroker(Config{
		Listeners: []Listener{{Address: "127.0.0.1:0"}}, Limits: Limits{FrameAfter: -1, OutBuffer: -1},
	})
	require.ErrorAs(t, err, &both)
	assert.Len(t, both.Unwrap(), 2, "every fault, not the first")
}
