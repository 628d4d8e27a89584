package board

import (
	"fmt"
	"sync"
	"time"

	"example.org/campushub/devices/firmware/store"
)

// Clock is a board's: without power it stands still, and after that nobody
// knows the date until it is set. It implements store.Clock.
type Clock struct {
	mu    sync.Mutex // guards what follows
	boot  int
	began time.Time
	set   bool
}

var _ store.Clock = (*Clock)(nil)

// NewClock returns the clock of a board that has just started for the first
// time, and whose date nobody has set.
func NewClock() *Clock { return &Clock{boot: 1, began: time.Now()} }

// PowerCycle is a power cut: the next boot, of which nobody knows the date.
func (c *Clock) PowerCycle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.boot, c.began, c.set = c.boot+1, time.Now(), false
}

// Set sets the date, as a time server does.
func (c *Clock) Set() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = true
}

// Boot implements store.Clock.
func (c *Clock) Boot() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("boot-%d", c.boot)
}

// Up implements store.Clock.
func (c *Clock) Up() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.began)
}

// Wall implements store.Clock.
func (c *Clock) Wall() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now(), c.set
}
