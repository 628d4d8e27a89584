package rtsp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/pion/rtp"
)

// The times of a client.
const (
	dialTimeout    = 5 * time.Second
	requestTimeout = 5 * time.Second
	// silence is how long a camera that plays may send nothing at all.
	silence = 10 * time.Second
	// farewell bounds the good-bye.
	farewell = 500 * time.Millisecond
	// The pause before the next connection grows from the first to the last,
	// each shortened by up to a third by chance, so that a school's cameras are
	// not asked all at once.
	firstPause = 1 * time.Second
	lastPause  = 30 * time.Second
	// refusedPause lies between two tries of an account that was refused: common
	// cameras shut an account for 30 minutes after 5 to 7 of them.
	refusedPause = 10 * time.Minute
	// goodConnection is how long one must play for the pause to begin anew.
	goodConnection = 10 * time.Second
)

// Config is one camera's stream.
type Config struct {
	URL string // rtsp://host[:port]/path, without an account
	// Account answers the camera's challenge; it is asked before each connection,
	// so that a new password counts at once. nil: the camera asks for none.
	Account func() (Credentials, error)
	// Dial opens the connection. nil is the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Sink takes what a camera plays, on the goroutine of Play.
type Sink interface {
	// Opened says that the stream begins anew.
	Opened(t Track)
	// Packet takes one packet that came at now. The packet is gone when it
	// returns. An error ends the connection.
	Packet(p *rtp.Packet, now time.Time) error
	// Closed says why a connection ended, or never was.
	Closed(err error)
}

// Client plays one camera's stream.
type Client struct {
	config Config
	url    *url.URL
	log    *slog.Logger
}

// New returns a client that is not connected yet. The log gets no part of the
// address but host and path.
func New(c Config, log *slog.Logger) (*Client, error) {
	u, err := ParseURL(c.URL)
	if err != nil {
		return nil, err
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Account == nil {
		c.Account = func() (Credentials, error) { return Credentials{}, nil }
	}
	return &Client{config: c, url: u, log: log.With("component", "rtsp", "camera", u.Host+u.Path)}, nil
}

// The faults of an address. None repeats it: it may have a password in it.
var (
	errURL     = errors.New("rtsp: want an address rtsp://host[:port]/path")
	errAccount = errors.New("rtsp: an account does not belong into the address: name a file of credentials")
)

// ParseURL reads a stream's address. Its errors do not repeat it.
func ParseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "rtsp" || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" || strings.ContainsAny(s, " \r\n") {
		return nil, errURL
	}
	if u.User != nil {
		return nil, errAccount
	}
	return u, nil
}

func (c *Client) address() string {
	port := c.url.Port()
	if port == "" {
		port = "554"
	}
	return net.JoinHostPort(c.url.Hostname(), port)
}

// Run plays one connection after the other until ctx ends.
func (c *Client) Run(ctx context.Context, sink Sink) error {
	pause := firstPause
	for {
		started := time.Now()
		err := c.Play(ctx, sink)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // that it was ended is no error
		}
		c.log.Info("connection ended", "error", err)
		sink.Closed(err)
		switch {
		case errors.Is(err, ErrCredentials):
			pause = refusedPause
		case time.Since(started) > goodConnection:
			pause = firstPause
		default:
			pause = min(pause, lastPause)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause - rand.N(pause/3)): //nolint:gosec // chance, not secrecy
		}
		pause = min(2*pause, lastPause)
	}
}

// Play connects, and gives the sink what comes until the connection or ctx
// ends. It always returns an error.
func (c *Client) Play(ctx context.Context, sink Sink) error {
	account, err := c.config.Account()
	if err != nil {
		return err
	}
	connecting, cancel := context.WithTimeout(ctx, dialTimeout)
	conn, err := c.config.Dial(connecting, "tcp", c.address())
	cancel()
	if err != nil {
		return fmt.Errorf("connect to camera: %w", err)
	}
	defer conn.Close()
	// Whatever waits for the camera waits no longer when ctx ends.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	s := newSession(conn, c.url.String(), account)
	track, err := s.open(ctx)
	if err != nil {
		return err
	}
	sink.Opened(track)
	err = s.play(ctx, track, sink)
	s.close()
	return err
}
