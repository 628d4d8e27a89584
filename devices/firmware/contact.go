package firmware

import "time"

// Debounce is how long a contact must rest in its new state to have changed.
// Panel switches bounce for 1 to 10 ms.
const Debounce = 20 * time.Millisecond

// contact is a debounced switch. Its changes carry the time of their first
// edge, so that debouncing does not make a press look younger than it is.
type contact struct {
	closed   bool
	settling bool
	since    time.Time     // the first edge of the change that is settling
	rest     time.Duration // how long a change must rest; 0 is Debounce
}

// edge notes the level that the pin has now.
func (c *contact) edge(closed bool, now time.Time) {
	switch {
	case closed == c.closed:
		c.settling = false
	case !c.settling:
		c.settling, c.since = true, now
	}
}

// settle ends a change that has rested long enough.
func (c *contact) settle(now time.Time) (changed bool) {
	if !c.settling || now.Before(c.due()) {
		return false
	}
	c.settling, c.closed = false, !c.closed
	return true
}

// due is when settle has something to do, zero if never.
func (c *contact) due() time.Time {
	if !c.settling {
		return time.Time{}
	}
	return c.since.Add(max(c.rest, Debounce))
}

// earliest is the earlier of two times, where zero means never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
