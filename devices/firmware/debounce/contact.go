package debounce

import "time"

// Rest is by how much longer a contact must have been in its new state than in
// the old one. Panel switches bounce for 1 to 10 ms, worn ones for 15 ms; a
// finger cannot push and let go in less than 50 ms. A burst of electrical fast
// transients lasts 15 ms (IEC 61000-4-4), so that even one that closes the
// contact throughout is no press.
const Rest = 20 * time.Millisecond

// Contact is a debounced switch. It changes at the first moment that ends a
// stretch of time, since its last change, in which it was in the other state
// for Rest longer than in its own. For a clean edge that is Rest later. Bounces
// count for neither side, so a switch that bounces is as late as it bounces;
// and a contact that is held in the midst of interference is still held, where
// one that waits for rest would never see it.
type Contact struct {
	rest   time.Duration
	closed bool          // as it was decided
	raw    bool          // as it was seen last
	seen   time.Time     // until when it is decided; zero before the first look
	excess time.Duration // by how much the other state leads
	since  time.Time     // where that lead began; zero while there is none
}

// New is a contact of which nobody has seen the level yet; rest is at least
// Rest.
func New(rest time.Duration, closed bool) Contact {
	return Contact{rest: max(rest, Rest), closed: closed, raw: closed}
}

// Change is a change of a contact.
type Change struct {
	Closed bool
	Since  time.Time // its first edge: what was pressed was pressed then
	At     time.Time // when it was decided
}

// Closed is the state that is decided.
func (c Contact) Closed() bool { return c.closed }

// Step says that the contact shows a level from now on; until now it has shown
// the one that it was told before. There is at most one change in between.
func (c *Contact) Step(closed bool, now time.Time) (Change, bool) {
	change, changed := c.until(now)
	c.raw = closed
	if c.raw != c.closed && c.since.IsZero() {
		c.since = c.seen
	}
	return change, changed
}

// Tick says that the contact still shows what it was told last.
func (c *Contact) Tick(now time.Time) (Change, bool) { return c.Step(c.raw, now) }

// Due is when Tick has something to say, zero if never.
func (c Contact) Due() time.Time {
	if c.raw == c.closed || c.seen.IsZero() {
		return time.Time{}
	}
	return c.seen.Add(c.rest - c.excess)
}

// until decides the time from the last look until now.
func (c *Contact) until(now time.Time) (change Change, changed bool) {
	due, before := c.Due(), c.seen
	if before.IsZero() || now.After(before) {
		c.seen = now
	}
	if before.IsZero() {
		return Change{}, false
	}
	passed := c.seen.Sub(before)
	switch {
	case c.raw == c.closed && passed > c.excess:
		c.excess, c.since = 0, time.Time{}
	case c.raw == c.closed:
		c.excess -= passed
	case !c.seen.Before(due):
		change = Change{Closed: c.raw, Since: c.since, At: due}
		c.closed, c.excess, c.since = c.raw, 0, time.Time{}
		return change, true
	default:
		c.excess += passed
	}
	return Change{}, false
}
