package subscribe

import "time"

// For tests.
var (
	Read       = read
	DrawDigits = drawDigits
	NewCounts  = newCounts
)

// Take counts one more.
func (c *counts) Take(key string, now time.Time) bool {
	_, ok := c.take(key, now)
	return ok
}

// Keys is how many a table of counts holds.
func (c *counts) Keys() int { return len(c.full) }

// MostKeys bounds a table of counts.
const MostKeys = mostKeys

// Bound makes a bound.
func Bound(burst int, every time.Duration) bound { return bound{burst, every} }
