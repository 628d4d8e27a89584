package link

import (
	"sync"

	"example.org/campushub/devices/firmware"
)

// line is the way out of one connection.
type line struct {
	out      chan firmware.Message
	overflow chan struct{} // closed by the message that found no room
	full     bool
}

// lines holds the line of the present connection.
type lines struct {
	mu  sync.Mutex // guards now and its full
	now *line      // nil without a connection
}

func (l *lines) open() *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = &line{out: make(chan firmware.Message, outgoing), overflow: make(chan struct{})}
	return l.now
}

func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = nil
}

func (l *lines) publish(m firmware.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.now == nil:
		return ErrNotConnected
	case l.now.full:
		return ErrOverflow
	}
	select {
	case l.now.out <- m:
		return nil
	default:
		l.now.full = true
		close(l.now.overflow)
		return ErrOverflow
	}
}
