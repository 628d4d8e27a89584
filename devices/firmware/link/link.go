package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"example.org/campushub/devices/firmware"
)

// The times of a link.
const (
	connectTimeout = 5 * time.Second
	writeTimeout   = 5 * time.Second
	// pingTimeout is how long a ping may go unanswered; half the keep-alive
	// where that is shorter.
	pingTimeout = 4 * time.Second
	// The pause before the next connection grows from the first to the last,
	// each shortened by up to a third by chance, so that a school's devices do
	// not come back all at once.
	firstPause = 1 * time.Second
	lastPause  = 5 * time.Second
	// goodConnection is how long one must last for the pause to begin anew.
	goodConnection = 10 * time.Second
	// farewell bounds the good-bye.
	farewell = 500 * time.Millisecond
)

// outgoing is how many messages wait for a slow line. Overflow closes the
// connection: the firmware sends what it still has on the next one.
const outgoing = 256

// The errors of Publish.
var (
	ErrNotConnected = errors.New("not connected")
	ErrOverflow     = errors.New("too many messages wait for the line")
)

// Link implements firmware.Link.
type Link struct {
	config Config
	log    *slog.Logger
	lines  lines
}

// New returns a link that is not connected yet.
func New(c Config, log *slog.Logger) (*Link, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return &Link{config: c, log: log.With("component", "link", "client", c.Username)}, nil
}

// Publish implements firmware.Link.
func (l *Link) Publish(m firmware.Message) error { return l.lines.publish(m) }

// Run implements firmware.Link: one connection after the other, until ctx
// ends.
func (l *Link) Run(ctx context.Context, events firmware.Events) error {
	pause := firstPause
	for {
		started := time.Now()
		if err := l.connection(ctx, events); err != nil {
			l.log.Info("connection ended", "error", err)
		}
		if time.Since(started) > goodConnection {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause - rand.N(pause/3)):
		}
		pause = min(2*pause, lastPause)
	}
}

// connection is one connection from its beginning to its end.
func (l *Link) connection(ctx context.Context, events firmware.Events) error {
	if ctx.Err() != nil {
		return nil
	}
	broken := make(chan error, 1)
	client := mqtt.NewClient(l.options(ctx, broken))
	defer client.Disconnect(uint(farewell.Milliseconds()))
	if err := wait(ctx, client.Connect()); err != nil {
		return fmt.Errorf("connect to %s: %w", l.config.Hub, err)
	}
	// One at a time: Paho hands messages over in order only within one
	// goroutine, and does so while it is told to keep the order.
	receive := func(_ mqtt.Client, m mqtt.Message) { events.Message(m.Topic(), m.Payload()) }
	for _, topic := range l.config.Subscribe {
		if err := subscribe(ctx, client, topic, receive); err != nil {
			return err
		}
	}
	line := l.lines.open()
	defer l.lines.close()
	events.Connected()
	defer events.Lost()
	return l.write(ctx, client, line, broken)
}

// write sends what is published until the connection or ctx ends.
func (l *Link) write(ctx context.Context, client mqtt.Client, line *line, broken <-chan error) error {
	for {
		select {
		case m := <-line.out:
			send(client, m)
		case <-line.overflow:
			return ErrOverflow
		case err := <-broken:
			return fmt.Errorf("connection lost: %w", err)
		case <-ctx.Done():
			l.farewell(client, line)
			return nil
		}
	}
}

// farewell sends what still waits and the will: a client that leaves in good
// order has none published for it.
func (l *Link) farewell(client mqtt.Client, line *line) {
	last := mqtt.Token(nil)
	for {
		select {
		case m := <-line.out:
			last = send(client, m)
			continue
		default:
		}
		break
	}
	if l.config.Will != nil {
		last = send(client, *l.config.Will)
	}
	if last != nil {
		last.WaitTimeout(farewell)
	}
}

func send(client mqtt.Client, m firmware.Message) mqtt.Token {
	return client.Publish(m.Topic, 1, m.Retained, m.Payload)
}

func subscribe(ctx context.Context, client mqtt.Client, topic string, receive mqtt.MessageHandler) error {
	token := client.Subscribe(topic, 1, receive)
	if err := wait(ctx, token); err != nil {
		return fmt.Errorf("subscribe to %s: %w", topic, err)
	}
	const refused = 0x80
	if t, ok := token.(*mqtt.SubscribeToken); ok && t.Result()[topic] == refused {
		return fmt.Errorf("subscribe to %s: refused by the hub", topic)
	}
	return nil
}

func wait(ctx context.Context, t mqtt.Token) error {
	timeout := time.NewTimer(connectTimeout)
	defer timeout.Stop()
	select {
	case <-t.Done():
		return t.Error()
	case <-timeout.C:
		return errors.New("no answer in time")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *Link) options(ctx context.Context, broken chan<- error) *mqtt.ClientOptions {
	c := l.config
	o := mqtt.NewClientOptions().
		AddBroker(c.Hub).
		SetClientID(c.Username).
		SetUsername(c.Username).
		SetPassword(c.Password).
		SetProtocolVersion(4).
		SetCleanSession(true).
		SetKeepAlive(c.KeepAlive).
		SetPingTimeout(min(pingTimeout, c.KeepAlive/2)).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(writeTimeout).
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetOrderMatters(true). // "stored" never overtakes "acknowledged"; the receiver only hands over
		SetConnectionLostHandler(func(_ mqtt.Client, err error) {
			select {
			case broken <- err:
			default:
			}
		})
	if c.Will != nil {
		o.SetBinaryWill(c.Will.Topic, c.Will.Payload, 1, c.Will.Retained)
	}
	if c.Dial != nil {
		o.SetCustomOpenConnectionFn(func(u *url.URL, _ mqtt.ClientOptions) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, connectTimeout)
			defer cancel()
			return c.Dial(ctx, "tcp", u.Host)
		})
	}
	return o
}
