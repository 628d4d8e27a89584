package post

import (
	"context"
	"net"
	"time"
)

// connectWithin is how long a connection may take to be made, with one lost
// SYN in it (RFC 6298 repeats it after 1 s). The HTTP client goes on dialling
// when whoever asked has given up, and such dials take the places of later
// ones: a host that swallows SYNs would otherwise keep all of them for the two
// minutes that the operating system tries.
const connectWithin = 3 * time.Second

// Dial makes a connection to host:port, and ends with its context.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Option changes how far sides are reached.
type Option struct{ dial Dial }

// Through makes every connection by dial instead of the operating system.
func Through(dial Dial) Option { return Option{dial} }

// DialBy is how connections are made under the options, each within 3 s.
func DialBy(options ...Option) Dial {
	dial := Dial(new(net.Dialer).DialContext)
	for _, o := range options {
		dial = o.dial
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, connectWithin)
		defer cancel()
		return dial(ctx, network, address)
	}
}
