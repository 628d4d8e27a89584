package broker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"
)

// Config is what the broker is started with.
type Config struct {
	Listeners []Listener
	Limits    Limits
}

// Listener is one address that clients connect to.
type Listener struct {
	Address string      // host:port; port 0 takes a free one
	TLS     *tls.Config // nil: plain TCP
}

// Limits bounds what a client may cost. A zero field takes its default.
type Limits struct {
	// ConnectWithin is the time from accept to an accepted CONNECT, TLS
	// included. Default 5 s.
	ConnectWithin time.Duration
	// FrameBefore and FrameAfter are the largest MQTT packet, header
	// included, before and after authentication, in bytes. Default 4 KiB and
	// 64 KiB.
	FrameBefore, FrameAfter int
	// OutBuffer is how many bytes may wait for one client that reads slowly.
	// A message that does not fit closes the connection: the hub still has it
	// and sends it again when the client is back. Default 1 MiB.
	OutBuffer int
	// WriteWithin is the time in which a slow client takes the next 32 KiB of
	// its buffer; after it the connection is closed. Default 5 s.
	WriteWithin time.Duration
	// Unacknowledged is how many messages may be under way to one client
	// without its PUBACK. Beyond it an alert is refused with [ErrBusy], and a
	// device that owes so many is disconnected. Default 512.
	Unacknowledged int
	// Unauthenticated and UnauthenticatedPerAddress bound the sockets that
	// have not yet authenticated, in all and for each remote address. The
	// oldest yields. Default 2,048 and 512.
	Unauthenticated, UnauthenticatedPerAddress int
	// Connections is how many connections one identity may have at a time;
	// the oldest yields. Default 64.
	Connections int
	// KeepAlive is the longest keep-alive, in seconds; 0 is refused too.
	// Default 600.
	KeepAlive uint16
}

// WithDefaults returns the limits with every zero field set.
func (l Limits) WithDefaults() Limits {
	setDefault(&l.ConnectWithin, 5*time.Second)
	setDefault(&l.FrameBefore, 4<<10)
	setDefault(&l.FrameAfter, 64<<10)
	setDefault(&l.OutBuffer, 1<<20)
	setDefault(&l.WriteWithin, 5*time.Second)
	setDefault(&l.Unacknowledged, 512)
	setDefault(&l.Unauthenticated, 2048)
	setDefault(&l.UnauthenticatedPerAddress, 512)
	setDefault(&l.Connections, 64)
	setDefault(&l.KeepAlive, 600)
	return l
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// maxUnacknowledged leaves the packet ids (65,535) room to be drawn at once.
const maxUnacknowledged = 32 << 10

func (l Limits) validate() error {
	var faults []error
	positive := func(name string, ok bool) {
		if !ok {
			faults = append(faults, fmt.Errorf("limit %s: want a positive value", name))
		}
	}
	positive("ConnectWithin", l.ConnectWithin > 0)
	positive("FrameBefore", l.FrameBefore > 0)
	positive("FrameAfter", l.FrameAfter > 0)
	positive("OutBuffer", l.OutBuffer > 0)
	positive("WriteWithin", l.WriteWithin > 0)
	positive("Unacknowledged", l.Unacknowledged > 0)
	positive("Unauthenticated", l.Unauthenticated > 0)
	positive("UnauthenticatedPerAddress", l.UnauthenticatedPerAddress > 0)
	positive("Connections", l.Connections > 0)
	if l.Unacknowledged > maxUnacknowledged {
		faults = append(faults, fmt.Errorf("limit Unacknowledged %d: want at most %d", l.Unacknowledged, maxUnacknowledged))
	}
	// One and a half keep-alives must fit MQTT's 16 bits of seconds.
	if l.KeepAlive > 40_000 {
		faults = append(faults, fmt.Errorf("limit KeepAlive %d s: want at most 40,000", l.KeepAlive))
	}
	return errors.Join(faults...)
}

func (c Config) validate() error {
	if len(c.Listeners) == 0 {
		return errors.New("no listener")
	}
	return c.Limits.validate()
}
