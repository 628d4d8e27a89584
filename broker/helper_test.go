package broker

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
)

// patience is how long a test waits for what must happen. It is no
// measurement: a test that reaches it has failed.
const patience = 30 * time.Second

const pressID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"

var (
	button1 = devices.Address{School: "sunrise", Device: "b-1"}
	button2 = devices.Address{School: "sunrise", Device: "b-2"}
)

// accounts is a directory in which every device and terminal exists and has
// "secret of " and its user name for a password.
type accounts struct{}

func (accounts) Authenticate(user string, password []byte) (Principal, bool) {
	if string(password) != "secret of "+user {
		return Principal{}, false
	}
	if a, err := devices.ParseAddress(user); err == nil {
		return Principal{User: user, Device: a}, true
	}
	if readsAsIdentity(user) {
		return Principal{User: user, Terminal: user}, true
	}
	return Principal{}, false
}

// recorder is a hub that notes what it is told.
type recorder struct {
	press    func(devices.Press) error // nil: durable at once
	presses  chan devices.Press
	checkIns chan devices.CheckIn
	readings chan devices.Reading
	states   chan devices.State
	confirms chan string
	presence chan string // "up <user>" and "down <user>"
	refuse   atomic.Pointer[error]
	seen     sync.Map // devices.Address
}

func newRecorder() *recorder {
	return &recorder{
		presses:  make(chan devices.Press, 4096),
		checkIns: make(chan devices.CheckIn, 64),
		readings: make(chan devices.Reading, 64),
		states:   make(chan devices.State, 64),
		confirms: make(chan string, 64),
		presence: make(chan string, 4096),
	}
}

func (r *recorder) Press(p devices.Press) error {
	if r.press != nil {
		if err := r.press(p); err != nil {
			return err
		}
	}
	r.presses <- p
	return nil
}

func (r *recorder) refused() error {
	if err := r.refuse.Load(); err != nil {
		return *err
	}
	return nil
}

func (r *recorder) CheckIn(c devices.CheckIn) error { r.checkIns <- c; return r.refused() }
func (r *recorder) Reading(v devices.Reading) error { r.readings <- v; return r.refused() }
func (r *recorder) State(s devices.State) error     { r.states <- s; return r.refused() }
func (r *recorder) Confirm(user, delivery string, status devices.ReceiptStatus, _ time.Time) {
	r.confirms <- user + " " + delivery + " " + string(status)
}
func (r *recorder) Up(p Principal, _ time.Time)             { r.presence <- "up " + p.User }
func (r *recorder) Down(p Principal, _ time.Time)           { r.presence <- "down " + p.User }
func (r *recorder) Seen(from devices.Address, at time.Time) { r.seen.Store(from, at) }

// rig is a running broker with a recorder behind it.
type rig struct {
	*Broker
	t   testing.TB
	hub *recorder
	reg *prometheus.Registry
	log *lockedBuffer
}

// lockedBuffer collects a log.
type lockedBuffer struct {
	mu sync.Mutex // guards buf
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a broker until the test ends.
func start(t testing.TB, limits Limits, prepare ...func(*Broker, *recorder)) *rig {
	t.Helper()
	return startOn(t, Config{Listeners: []Listener{{Address: "127.0.0.1:0"}}, Limits: limits}, prepare...)
}

func startOn(t testing.TB, cfg Config, prepare ...func(*Broker, *recorder)) *rig {
	t.Helper()
	r := &rig{t: t, hub: newRecorder(), reg: prometheus.NewRegistry(), log: &lockedBuffer{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b, err := New(cfg, accounts{}, r.hub, log, r.reg)
	require.NoError(t, err)
	r.Broker = b
	for _, p := range prepare {
		p(b, r.hub)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, receive(t, ended))
	})
	return r
}

func (r *rig) address() string { return r.Addresses()[0].String() }

// receive waits for the next value.
func receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		require.FailNow(t, "waited in vain")
		panic("not reached")
	}
}

// eventually waits until a condition holds.
func eventually(t testing.TB, holds func() bool, what string) {
	t.Helper()
	require.Eventually(t, holds, patience, time.Millisecond, what)
}

// expect waits for the next thing the hub is told about presence.
func (r *rig) expect(events ...string) {
	r.t.Helper()
	for _, want := range events {
		require.Equal(r.t, want, receive(r.t, r.hub.presence))
	}
}

// count reads a counter or gauge, the first whose labels have these values;
// "" is any.
func (r *rig) count(name string, values ...string) float64 {
	r.t.Helper()
	families, err := r.reg.Gather()
	require.NoError(r.t, err)
	for _, family := range families {
		if family.GetName() != "campushub_broker_"+name {
			continue
		}
		for _, metric := range family.GetMetric() {
			var labels []string
			for _, l := range metric.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			if labelled(labels, values) {
				return metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			}
		}
	}
	require.FailNow(r.t, "no such metric", "%s %s", name, values)
	return 0
}

func labelled(labels, values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return v != "" && !slices.Contains(labels, v) })
}

func (r *rig) refusedCount(reason Reason) float64 { return r.count("refused_total", string(reason)) }

// options are a paho client's that gives up at once.
func (r *rig) options(user string) *paho.ClientOptions {
	return paho.NewClientOptions().AddBroker("tcp://" + r.address()).
		SetUsername(user).SetPassword("secret of " + user).SetClientID(user).
		SetProtocolVersion(4).SetAutoReconnect(false).SetConnectTimeout(patience).SetKeepAlive(60 * time.Second)
}

// connect brings a paho client (MQTT 3.1.1) up.
func (r *rig) connect(o *paho.ClientOptions) paho.Client {
	r.t.Helper()
	c := paho.NewClient(o)
	done(r.t, c.Connect())
	r.t.Cleanup(func() { c.Disconnect(0) })
	return c
}

// done waits for a paho token and requires its success.
func done(t testing.TB, token paho.Token) {
	t.Helper()
	require.True(t, token.WaitTimeout(patience), "token did not complete")
	require.NoError(t, token.Error())
}

// hear subscribes to a topic and returns what arrives.
func hear(t testing.TB, c paho.Client, topic string, qos byte) <-chan paho.Message {
	t.Helper()
	heard := make(chan paho.Message, 4096)
	token := c.Subscribe(topic, qos, func(_ paho.Client, m paho.Message) { heard <- m })
	done(t, token)
	return heard
}

func dialTLS(t testing.TB, address string, config *tls.Config) net.Conn {
	t.Helper()
	c, err := tls.Dial("tcp", address, config)
	require.NoError(t, err)
	return c
}

// newBroker builds one that is not to run.
func newBroker(cfg Config) (*Broker, error) {
	return New(cfg, accounts{}, newRecorder(), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
}
