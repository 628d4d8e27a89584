//go:build !unix

package broker

import "net"

// direct is not there: the flusher writes everything.
type direct struct{}

func newDirect(net.Conn) *direct { return nil }

func (*direct) read([]byte) (int, error)  { return 0, net.ErrClosed }
func (*direct) write([]byte) (int, error) { return 0, net.ErrClosed }
