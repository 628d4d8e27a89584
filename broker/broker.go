package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// errRefused ends a connection whose CONNECT has been answered with a no.
var errRefused = errors.New("connect refused")

// Broker is the hub's MQTT broker.
type Broker struct {
	limits    Limits
	dir       Directory
	hub       Hub
	log       *slog.Logger
	m         *metrics
	room      *waitingRoom
	registry  *registry
	server    *mqtt.Server
	listeners []*listener

	// revocations counts calls of Disconnect: an identity that is revoked
	// while its CONNECT is being checked must not slip in behind it.
	revocations atomic.Uint64
}

// New binds the listeners. Clients that connect before [Broker.Run] wait in
// the sockets' own queues.
func New(cfg Config, dir Directory, hub Hub, log *slog.Logger, reg prometheus.Registerer) (*Broker, error) {
	cfg.Limits = cfg.Limits.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("configure broker: %w", err)
	}
	m, err := newMetrics(reg)
	if err != nil {
		return nil, err
	}
	log = log.With("component", "broker")
	b := &Broker{
		limits: cfg.Limits, dir: dir, hub: hub, log: log, m: m,
		room:     newWaitingRoom(cfg.Limits, m),
		registry: newRegistry(hub, cfg.Limits.Connections),
	}
	b.server = newServer(cfg.Limits, log)
	if err := b.server.AddHook(&hook{b: b}, nil); err != nil {
		return nil, fmt.Errorf("configure broker: %w", err)
	}
	if err := b.bind(cfg.Listeners); err != nil {
		return nil, err
	}
	return b, nil
}

// newServer sets the MQTT library up with nothing that it would keep, share
// or publish by itself.
func newServer(limits Limits, log *slog.Logger) *mqtt.Server {
	const never = 365 * 24 * 60 * 60 // seconds
	can := mqtt.NewDefaultServerCapabilities()
	can.MaximumMessageExpiryInterval = 0
	can.MaximumSessionExpiryInterval = 0 // CONNACK tells an MQTT 5 client so
	can.MaximumClientWritesPending = 1   // messages to clients go past the library's queue
	can.MaximumPacketSize = uint32(limits.FrameAfter)
	can.TopicAliasMaximum = 0
	can.SharedSubAvailable = 0
	can.WildcardSubAvailable = 0
	can.MinimumProtocolVersion = 4 // MQTT 3.1.1
	can.Compatibilities.NoInheritedPropertiesOnAck = true
	return mqtt.New(&mqtt.Options{
		Capabilities:            can,
		ClientNetReadBufferSize: readStart, // the framed connection has the buffer that counts
		Logger:                  slog.New(quiet{log.Handler()}),
		SysTopicResendInterval:  never, // nobody may read $SYS
	})
}

func (b *Broker) bind(configs []Listener) error {
	for i, c := range configs {
		socket, err := net.Listen("tcp", c.Address)
		if err != nil {
			b.unbind()
			return fmt.Errorf("listen for MQTT on %s: %w", c.Address, err)
		}
		if err := b.attach(strconv.Itoa(i), socket, c); err != nil {
			_ = socket.Close()
			b.unbind()
			return err
		}
	}
	return nil
}

func (b *Broker) attach(id string, socket net.Listener, c Listener) error {
	l := newListener(id, socket, c.TLS, b)
	if err := b.server.AddListener(l); err != nil {
		return fmt.Errorf("listen for MQTT on %s: %w", c.Address, err)
	}
	b.listeners = append(b.listeners, l)
	return nil
}

func (b *Broker) unbind() {
	for _, l := range b.listeners {
		_ = l.socket.Close()
	}
}

// Addresses are where the broker listens, in the order of the configuration.
func (b *Broker) Addresses() []net.Addr {
	all := make([]net.Addr, 0, len(b.listeners))
	for _, l := range b.listeners {
		all = append(all, l.socket.Addr())
	}
	return all
}

// Run serves until ctx ends, then ends every connection and returns when
// none is left. It can run once.
func (b *Broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		b.unbind()
		return fmt.Errorf("serve MQTT: %w", err)
	}
	for _, l := range b.listeners {
		b.log.Info("listened for MQTT", "address", l.Address(), "protocol", l.Protocol())
	}
	<-ctx.Done()
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("stop MQTT: %w", err)
	}
	return nil
}

// serve runs one connection to its end, which is where its identity goes
// down: not where the library says so, for a panic must not leave a session
// behind.
func (b *Broker) serve(f *framed, establish func() error) {
	defer b.recovered()
	defer b.finish(f)
	if err := establish(); protocolError(err) {
		b.m.refused(ReasonProtocol)
	}
}

func (b *Broker) finish(f *framed) {
	_ = f.Close()
	if s := f.client.Load(); s != nil {
		b.registry.release(s, time.Now())
		b.m.connections.Dec()
	}
	f.out.wait()
}

// recovered keeps a panic to the connection that caused it.
func (b *Broker) recovered() {
	if cause := recover(); cause != nil {
		b.m.panics.Inc()
		b.log.Error("connection ended by a panic", "cause", cause, "stack", string(debug.Stack()))
	}
}

// seen tells the hub that a device is alive.
func (b *Broker) seen(s *session) {
	if s.principal.Terminal == "" {
		b.hub.Seen(s.principal.Device, s.conn.readAt)
	}
}
