package firmware

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/devices"
	"example.org/campushub/devices/wire"
)

var address = devices.Address{School: "riverside-primary", Device: "b-1"}

func identity() Identity {
	return Identity{Address: address, Power: devices.PowerMains, Version: "1.0.0"}
}

// hub is a link with a hub at its other end that a test speaks for. It runs in
// virtual time and records when what arrived.
type hub struct {
	mu     sync.Mutex // guards what follows
	events Events
	up     bool
	got    []arrival
	start  time.Time
}

type arrival struct {
	at time.Duration // since the hub was made
	Message
}

func newHub() *hub { return &hub{start: time.Now()} }

func (h *hub) Run(ctx context.Context, events Events) error {
	h.mu.Lock()
	h.events = events
	h.mu.Unlock()
	<-ctx.Done()
	return nil
}

func (h *hub) Publish(m Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.up {
		return errors.New("not connected")
	}
	h.got = append(h.got, arrival{at: time.Since(h.start), Message: m})
	return nil
}

func (h *hub) connect() {
	h.mu.Lock()
	h.up = true
	events := h.events
	h.mu.Unlock()
	events.Connected()
}

func (h *hub) cut() {
	h.mu.Lock()
	h.up = false
	events := h.events
	h.mu.Unlock()
	events.Lost()
}

func (h *hub) command(c devices.Command) {
	h.mu.Lock()
	events := h.events
	h.mu.Unlock()
	events.Message(wire.CommandTopic(address), wire.EncodeCommand(c))
}

// take returns what arrived on a topic since it was last asked.
func (h *hub) take(topic string) []arrival {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out, rest []arrival
	for _, a := range h.got {
		if a.Topic == topic {
			out = append(out, a)
		} else {
			rest = append(rest, a)
		}
	}
	h.got = rest
	return out
}

// presses decodes what arrived on the alarm topic since it was last asked.
func (h *hub) presses(t *testing.T) []devices.Press {
	t.Helper()
	var out []devices.Press
	for _, a := range h.take(wire.AlarmTopic(address)) {
		p := wire.DecodeAlarm(address, a.Payload, h.start.Add(a.at))
		require.False(t, p.Malformed)
		require.Empty(t, p.Mistyped)
		out = append(out, p)
	}
	return out
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
