package subscribe

import "time"

// bound is how often something may be done: so often at once, and once more
// every so often.
type bound struct {
	burst int
	every time.Duration
}

// The bounds. A code has 40 random bits: at 120 guesses an hour a school's is
// not found in a lifetime. What is asked over one address is wide enough for a
// parents' evening on the school's own network.
var (
	guessesOfAddress = bound{10, 5 * time.Minute}
	guessesOfNumber  = bound{5, 30 * time.Minute}
	guessesOfSchool  = bound{100, 30 * time.Second}

	textsOfAddress = bound{30, time.Minute}
	textsOfNumber  = bound{3, 2 * time.Hour}
	textsOfSchool  = bound{300, 2 * time.Second}
)

// mostKeys bounds a table of counts. Overflow: whoever did something longest ago
// is forgotten; the counts of schools are in a table that strangers can't fill.
const mostKeys = 10_000

// counts is how often something was done lately, by who did it. Pure but for its
// own map: the caller's lock guards it.
type counts struct {
	bound
	full map[string]time.Time // until when the key has nothing left to pay off
}

func newCounts(b bound) *counts { return &counts{b, map[string]time.Time{}} }

// take counts one more. ok is false, and nothing is counted, where it would be
// too many: wait says for how long.
func (c *counts) take(key string, now time.Time) (wait time.Duration, ok bool) {
	due, known := c.full[key]
	if due.Before(now) {
		due = now
	}
	due = due.Add(c.every)
	if over := due.Sub(now) - time.Duration(c.burst)*c.every; over > 0 {
		return over, false
	}
	if !known && len(c.full) >= mostKeys {
		c.forget(now)
	}
	c.full[key] = due
	return 0, true
}

// giveBack takes one back that was none.
func (c *counts) giveBack(key string) {
	if due, known := c.full[key]; known {
		c.full[key] = due.Add(-c.every)
	}
}

// forget drops whoever has paid everything off, or else whoever is nearest to it.
func (c *counts) forget(now time.Time) {
	var first string
	var at time.Time
	for key, due := range c.full {
		if !due.After(now) {
			delete(c.full, key)
		} else if at.IsZero() || due.Before(at) {
			first, at = key, due
		}
	}
	if len(c.full) >= mostKeys {
		delete(c.full, first)
	}
}
