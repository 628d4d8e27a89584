package board

import (
	"errors"
	"sync"
	"time"
)

// Bounce has every later change of the contact bounce so often before it rests,
// its edges that far apart.
func (c *Contact) Bounce(times int, apart time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bounces, c.apart = times, apart
}

// Glitch is interference: for a time the pin shows what the contact is not.
func (c *Contact) Glitch(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.show(!c.at)
	c.later(c.moves, d, func() { c.show(c.at) })
}

// Stick has the pin stay as it is, whatever the contact is moved to.
func (c *Contact) Stick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = true
}

// Free ends Stick: the pin shows how the contact is by now.
func (c *Contact) Free() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = false
	c.Drive(c.at)
}

// ErrBlind is what a counter says that cannot see.
var ErrBlind = errors.New("the counter sees nothing")

// Area is a waiting area and what counts the people in it.
type Area struct {
	mu     sync.Mutex // guards what follows
	people int
	blind  bool
}

// NewArea returns an empty waiting area.
func NewArea() *Area { return &Area{} }

// Wait says how many people stand there now.
func (a *Area) Wait(people int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people = people
}

// Blind has the counter see nothing, or again.
func (a *Area) Blind(blind bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.blind = blind
}

// People implements the firmware's area.
func (a *Area) People() (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.blind {
		return 0, ErrBlind
	}
	return a.people, nil
}
