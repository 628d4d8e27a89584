package board

import (
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// Contact is a switch between a pin and ground: a button, a door, a beam that
// somebody walks through. It can bounce, stick, and pick up interference.
type Contact struct {
	*Pin

	mu      sync.Mutex // guards what follows
	at      gpio.Level // as it was moved, whether the pin shows it or not
	moves   int        // an older move's timers do nothing
	stuck   bool
	bounces int
	apart   time.Duration // between two edges of a bounce
}

// NewContact returns an open contact.
func NewContact(name string) *Contact { return &Contact{Pin: NewPin(name), at: gpio.High} }

// Close closes the contact until it is opened.
func (c *Contact) Close() { c.begin(gpio.Low) }

// Open opens the contact.
func (c *Contact) Open() { c.begin(gpio.High) }

// CloseFor closes the contact for a time and returns at once.
func (c *Contact) CloseFor(d time.Duration) { c.back(c.begin(gpio.Low), d, gpio.High) }

// OpenFor opens the contact for a time and returns at once.
func (c *Contact) OpenFor(d time.Duration) { c.back(c.begin(gpio.High), d, gpio.Low) }

// Closed is how the contact was moved last, also while it is stuck.
func (c *Contact) Closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at == gpio.Low
}

func (c *Contact) begin(l gpio.Level) (move int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.move(l)
}

// move changes the contact, which bounces as it does. It is called with the
// lock held.
func (c *Contact) move(l gpio.Level) int {
	c.moves++
	if l == c.at {
		c.show(l)
		return c.moves
	}
	c.at = l
	c.settle(c.moves, 2*c.bounces)
	return c.moves
}

// settle shows the edges that are left, the last one of which stays.
func (c *Contact) settle(move, left int) {
	c.show(c.at != (left%2 == 1))
	if left > 0 {
		c.later(move, c.apart, func() { c.settle(move, left-1) })
	}
}

func (c *Contact) back(move int, d time.Duration, l gpio.Level) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moves == move {
		c.later(move, d, func() { c.move(l) })
	}
}

// later does something unless the contact has been moved until then.
func (c *Contact) later(move int, d time.Duration, what func()) {
	time.AfterFunc(d, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.moves == move {
			what()
		}
	})
}

func (c *Contact) show(l gpio.Level) {
	if !c.stuck {
		c.Drive(l)
	}
}
