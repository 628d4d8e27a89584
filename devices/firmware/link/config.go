package link

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/firmware"
	"example.org/campushub/devices/wire"
)

// Config says where the hub is and who comes.
type Config struct {
	Hub       string // tcp://host:port
	Username  string // also the client id
	Password  string
	KeepAlive time.Duration
	Subscribe []string
	// Will is published by the hub when the connection breaks, and by the link
	// when it ends in good order; nil for none.
	Will *firmware.Message
	// Dial opens connections; nil for the network's own.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// ForDevice is the link of a device: it hears its commands, and leaves word
// that it is offline.
func ForDevice(hub string, a devices.Address, p devices.Power, password string) Config {
	return Config{
		Hub: hub, Username: a.String(), Password: password, KeepAlive: p.KeepAlive(),
		Subscribe: []string{wire.CommandTopic(a)},
		Will: &firmware.Message{
			Topic:    wire.StateTopic(a),
			Payload:  wire.EncodeState(devices.State{Status: devices.Offline}),
			Retained: true,
		},
	}
}

// ForTerminal is the link of a terminal: it hears its alerts, and has no will.
func ForTerminal(hub, audience, terminal, password string) Config {
	return Config{
		Hub: hub, Username: audience + "/" + terminal, Password: password,
		KeepAlive: devices.PowerMains.KeepAlive(),
		Subscribe: []string{wire.AlertTopic(audience, terminal)},
	}
}

func (c Config) check() error {
	u, err := url.Parse(c.Hub)
	if err != nil || u.Scheme != "tcp" || u.Host == "" {
		return fmt.Errorf("link of %s: hub %q is not tcp://host:port", c.Username, c.Hub)
	}
	if c.Username == "" || c.KeepAlive < time.Second {
		return fmt.Errorf("link to %s: needs a user name and a keep-alive of a second or more", c.Hub)
	}
	return nil
}
