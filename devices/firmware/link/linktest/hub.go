// Package linktest is a hub for tests: a bare MQTT broker on the loopback
// interface that lets everybody in, remembers what was published and says what
// a test tells it to.
//
// It owns the broker and its goroutines, which end with the test. It never
// judges what it hears; it is no broker for a campus.
package linktest

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for what must come; a busy machine is
// slow, a broken link never comes.
const patience = 20 * time.Second

// Message is one publish that the hub heard.
type Message struct {
	Topic    string
	Payload  string
	Retained bool
}

// Hub is a bare broker.
type Hub struct {
	URL string // tcp://127.0.0.1:port

	t       testing.TB
	address string

	mu        sync.Mutex // guards what follows
	server    *mqtt.Server
	got       []Message
	connects  map[string]int
	refused   map[string]int
	passwords map[string]string // nil: everybody comes in
	answer    func(Message)
}

// New starts a hub. It stops with the test.
func New(t testing.TB) *Hub {
	t.Helper()
	h := &Hub{t: t, address: "127.0.0.1:0", connects: map[string]int{}, refused: map[string]int{}}
	h.Start()
	h.URL = "tcp://" + h.address
	t.Cleanup(h.Stop)
	return h
}

// Start brings a stopped hub back on its address.
func (h *Hub) Start() {
	h.t.Helper()
	listener, err := net.Listen("tcp", h.address)
	require.NoError(h.t, err)
	h.address = listener.Addr().String()
	server := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(h.t, server.AddHook(&door{hub: h}, nil))
	require.NoError(h.t, server.AddListener(listeners.NewNet("tcp", listener)))
	require.NoError(h.t, server.Serve())
	require.NoError(h.t, server.Subscribe("#", 1, func(_ *mqtt.Client, _ packets.Subscription, pk packets.Packet) {
		h.heard(Message{Topic: pk.TopicName, Payload: string(pk.Payload), Retained: pk.FixedHeader.Retain})
	}))
	h.mu.Lock()
	h.server = server
	h.mu.Unlock()
}

// Stop ends the hub and every connection.
func (h *Hub) Stop() {
	h.mu.Lock()
	server := h.server
	h.server = nil
	h.mu.Unlock()
	if server != nil {
		leave(server)
		_ = server.Close()
	}
}

// leave ends the connections before the library does: its Close takes a read
// lock twice, and hangs where a connection that ends comes in between.
func leave(server *mqtt.Server) {
	server.Listeners.CloseAll(func(string) {
		for _, c := range server.Clients.GetAll() {
			c.Stop(errStopped)
		}
	})
}

var errStopped = errors.New("the hub stops")

// Admit lets in only who knows a password.
func (h *Hub) Admit(passwords map[string]string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.passwords = passwords
}

// Answer has f called with every message, beside its recording.
func (h *Hub) Answer(f func(Message)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = f
}

// Say publishes to the hub's clients.
func (h *Hub) Say(topic string, payload []byte) {
	h.mu.Lock()
	server := h.server
	h.mu.Unlock()
	if server != nil {
		require.NoError(h.t, server.Publish(topic, payload, false, 1))
	}
}

// Drop breaks a client's connection.
func (h *Hub) Drop(client string) {
	h.t.Helper()
	h.mu.Lock()
	server := h.server
	h.mu.Unlock()
	cl, ok := server.Clients.Get(client)
	require.True(h.t, ok, "%s is not connected", client)
	cl.Stop(errors.New("dropped by the test"))
}

// Connects is how often a client has connected.
func (h *Hub) Connects(client string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.connects[client]
}

// Refused is how often a user was not let in.
func (h *Hub) Refused(user string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused[user]
}

// Heard returns what was published on a topic, in order.
func (h *Hub) Heard(topic string) []Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []Message
	for _, m := range h.got {
		if m.Topic == topic {
			out = append(out, m)
		}
	}
	return out
}

// Wait waits until n messages were published on a topic, and returns them.
func (h *Hub) Wait(topic string, n int) []Message {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return len(h.Heard(topic)) >= n }, patience, 2*time.Millisecond,
		"waited for %d messages on %s", n, topic)
	return h.Heard(topic)
}

func (h *Hub) heard(m Message) {
	h.mu.Lock()
	h.got = append(h.got, m)
	answer := h.answer
	h.mu.Unlock()
	if answer != nil {
		go answer(m) // the broker's own goroutine must not publish
	}
}

// door is the broker's hook: who comes in, and when.
type door struct {
	mqtt.HookBase
	hub *Hub
}

func (d *door) ID() string { return "door" }

func (d *door) Provides(b byte) bool {
	return bytes.IndexByte([]byte{mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnSessionEstablished}, b) >= 0
}

func (d *door) OnConnectAuthenticate(_ *mqtt.Client, pk packets.Packet) bool {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	password, known := d.hub.passwords[string(pk.Connect.Username)]
	if d.hub.passwords == nil || known && password == string(pk.Connect.Password) {
		return true
	}
	d.hub.refused[string(pk.Connect.Username)]++
	return false
}

func (d *door) OnACLCheck(*mqtt.Client, string, bool) bool { return true }

func (d *door) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	d.hub.connects[cl.ID]++
}
