package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// mochiCommand is the broker that the hub is built on, as its library starts
// it, with everybody let in.
type mochiCommand struct{}

// Run serves until ctx ends.
func (mochiCommand) Run(ctx context.Context, stdout io.Writer) error {
	s := mqtt.New(&mqtt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := s.AddHook(new(everybody), nil); err != nil {
		return fmt.Errorf("add hook: %w", err)
	}
	l := listeners.NewTCP(listeners.Config{ID: "tcp", Address: "127.0.0.1:0"})
	if err := s.AddListener(l); err != nil {
		return fmt.Errorf("add listener: %w", err)
	}
	if err := s.Serve(); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if _, err := fmt.Fprintln(stdout, l.Address()); err != nil {
		return err
	}
	<-ctx.Done()
	return s.Close()
}

// everybody lets every client do everything.
type everybody struct{ mqtt.HookBase }

// ID names the hook.
func (*everybody) ID() string { return "everybody" }

// Provides says which questions it answers.
func (*everybody) Provides(b byte) bool {
	return b == mqtt.OnConnectAuthenticate || b == mqtt.OnACLCheck
}

// OnConnectAuthenticate lets a client in.
func (*everybody) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }

// OnACLCheck lets it do what it wants.
func (*everybody) OnACLCheck(*mqtt.Client, string, bool) bool { return true }
