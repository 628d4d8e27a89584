package ipcam

import (
	"context"
	"crypto/rand"
	"net"
	"sync"
	"time"
)

// Config is what a camera is like. What is zero has its default.
type Config struct {
	User, Password string        // "": whoever asks may see
	Algorithm      string        // of the digest: "MD5" or "SHA-256"; "" offers both
	NonceLife      int           // requests that a nonce is good for; 0: all
	Timeout        time.Duration // of a session without a request; 60 s
	Drift          float64       // by how much its clock is too fast: 0.001 is 1 ms a second
	Codec          string        // what the description says: H264
	Bare           bool          // the description has no parameter sets
	NoParameter    bool          // it knows no GET_PARAMETER
}

// Camera is one camera. It is on from the beginning.
type Camera struct {
	config   Config
	pictures [][]byte

	mu     sync.Mutex // guards what follows
	begun  time.Time  // when it was switched on
	boot   start
	off    bool
	faults faults
	open   map[*session]struct{}
	seen   []Request
	nonce  nonce
}

// Request is what somebody asked, for tests.
type Request struct {
	Method, URL, Authorization string
	Status                     int
	At                         time.Time
}

// maxSeen is how many requests are remembered; the oldest go first.
const maxSeen = 1000

// faults are what is wrong with it now.
type faults struct {
	hang    bool // nothing is sent
	keyless bool // its keyframes are missing
	garbage bool // what is sent is none
	lose    int  // packets that are still to be lost
}

// start is what changes with each time that it is switched on.
type start struct {
	stamp, ssrc uint32
	seq         uint16
}

// New returns a camera that is on.
func New(c Config) *Camera {
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Codec == "" {
		c.Codec = "H264"
	}
	cam := &Camera{config: c, pictures: pictures(film), open: map[*session]struct{}{}}
	cam.On()
	return cam
}

// Serve takes connections until ctx or the listener ends.
func (c *Camera) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() {
		l.Close()
		c.Off()
	})
	defer stop()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		go c.Connect(conn)
	}
}

// Connect serves one connection until it ends.
func (c *Camera) Connect(conn net.Conn) {
	defer conn.Close()
	s := &session{camera: c, conn: conn, writing: make(chan struct{}, 1)}
	c.mu.Lock()
	off := c.off
	if !off {
		c.open[s] = struct{}{}
	}
	c.mu.Unlock()
	if off {
		return
	}
	s.serve()
	c.mu.Lock()
	delete(c.open, s)
	c.mu.Unlock()
}

// Dial connects to the camera without a network.
func (c *Camera) Dial(context.Context, string, string) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off {
		return nil, net.ErrClosed
	}
	here, there := net.Pipe()
	go c.Connect(there)
	return here, nil
}

// Off cuts its power: every connection ends, and none begins.
func (c *Camera) Off() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off = true
	c.cut()
}

// On gives it power again: its film, its timestamps and its nonces begin anew.
func (c *Camera) On() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off, c.begun, c.nonce = false, time.Now(), nonce{}
	var b [10]byte
	_, _ = rand.Read(b[:]) // it never fails
	c.boot = start{
		stamp: uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]),
		ssrc:  uint32(b[4])<<24 | uint32(b[5])<<16 | uint32(b[6])<<8 | uint32(b[7]),
		seq:   uint16(b[8])<<8 | uint16(b[9]),
	}
}

// Cut ends every connection; the camera goes on.
func (c *Camera) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut()
}

func (c *Camera) cut() {
	for s := range c.open {
		s.conn.Close()
	}
}

// Hang has it send nothing, and end nothing, until it is told otherwise.
func (c *Camera) Hang(yes bool) { c.fault(func(f *faults) { f.hang = yes }) }

// Keyless has it leave its keyframes out.
func (c *Camera) Keyless(yes bool) { c.fault(func(f *faults) { f.keyless = yes }) }

// Garbage has it send packets that are none.
func (c *Camera) Garbage(yes bool) { c.fault(func(f *faults) { f.garbage = yes }) }

// Lose has it lose its next packets.
func (c *Camera) Lose(packets int) { c.fault(func(f *faults) { f.lose = packets }) }

// WrapsIn has its timestamps begin anew from 0 after so long.
func (c *Camera) WrapsIn(after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	passed := time.Since(c.begun) + after
	c.boot.stamp = -uint32(passed * 90000 / time.Second) //nolint:gosec // modulo 2³² is the point
}

func (c *Camera) fault(set func(*faults)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set(&c.faults)
}

// Seen returns what was asked since the beginning, the last 1,000.
func (c *Camera) Seen() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Request(nil), c.seen...)
}

func (c *Camera) saw(r Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) == maxSeen {
		c.seen = c.seen[1:]
	}
	c.seen = append(c.seen, r)
}

// interval is the time between two pictures, as its own clock has it.
func (c *Camera) interval() time.Duration {
	return time.Duration(float64(time.Second) / Rate / (1 + c.config.Drift))
}
