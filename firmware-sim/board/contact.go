package board

import (
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Contact is a switch between a pin and ground: a button, a door, a beam that
// somebody walks through.
type Contact struct {
	*Pin

	mu    sync.Mutex // guards timer
	timer *time.Timer
}

// NewContact returns an open contact.
func NewContact(name string) *Contact { return &Contact{Pin: NewPin(name)} }

// Close closes the contact until it is opened.
func (c *Contact) Close() {
	c.stop()
	c.Drive(gpio.Low)
}

// Open opens the contact.
func (c *Contact) Open() {
	c.stop()
	c.Drive(gpio.High)
}

// CloseFor closes the contact for a time and returns at once.
func (c *Contact) CloseFor(d time.Duration) {
	c.Close()
	c.after(d, gpio.High)
}

// OpenFor opens the contact for a time and returns at once.
func (c *Contact) OpenFor(d time.Duration) {
	c.Open()
	c.after(d, gpio.Low)
}

func (c *Contact) after(d time.Duration, l gpio.Level) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer = time.AfterFunc(d, func() { c.Drive(l) })
}

func (c *Contact) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
}
