package camera

import "time"

// The times of a Clock.
const (
	// jump is how far a camera's time may stand from where it was expected; what
	// is further off is a new beginning: a camera that restarted, or set its clock.
	jump = 3 * time.Second
	// window is over how long the shortest delay is looked for.
	window = 5 * time.Second
	// slew is how much time passes for 1 of correction: 2 %, far beyond the drift
	// of any quartz (0.01 %), too little to be seen.
	slew = 50
)

// Clock maps the timestamps of one RTP stream (RFC 3550, 5.1) to the hub's
// clock. A camera's clock is nobody's: what counts is when its packets came,
// and the shortest delay of late says that best. The clock follows it slowly,
// so that neither a jam nor a camera whose quartz is off moves pictures about.
// The times it gives only ever grow. It belongs to one goroutine.
type Clock struct {
	rate    int64 // ticks a second
	running bool
	last    uint32        // the newest timestamp
	ticks   int64         // since the beginning
	begun   time.Time     // when the first tick was, by the first packet
	shift   time.Duration // what is added to it
	target  time.Duration // what shift goes to: the shortest delay of the last window
	least   time.Duration // of the window that runs
	ends    time.Time     // of the window that runs
	came    time.Time     // when the newest packet came
	newest  time.Time     // the time given last
}

// NewClock returns a clock for timestamps of so many ticks a second.
func NewClock(rate int) *Clock { return &Clock{rate: int64(rate)} }

// Time returns when the unit of this timestamp was taken, which came at now,
// and whether the camera's clock has made a jump. A timestamp is at most half
// of its range, 13 hours at 90 kHz, from the one before.
func (c *Clock) Time(stamp uint32, now time.Time) (at time.Time, jumped bool) {
	if !c.running {
		c.begin(stamp, now)
		return c.give(now), false
	}
	step := int32(stamp - c.last) //nolint:gosec // the difference modulo 2³² is the point
	c.last = stamp
	c.ticks += int64(step)
	media := c.begun.Add(c.elapsed())
	delay := now.Sub(media)
	if off := delay - c.shift; off > jump || off < -jump || step < 0 {
		c.begin(stamp, now)
		return c.give(now), true
	}
	c.follow(delay, now)
	return c.give(media.Add(c.shift)), false
}

func (c *Clock) begin(stamp uint32, now time.Time) {
	newest := c.newest
	*c = Clock{rate: c.rate, running: true, last: stamp, begun: now, came: now, ends: now.Add(window), newest: newest}
}

// elapsed is the camera's time since the beginning; exact, and far from the
// overflow of ticks times a second.
func (c *Clock) elapsed() time.Duration {
	const second = int64(time.Second)
	return time.Duration(c.ticks/c.rate*second + c.ticks%c.rate*second/c.rate)
}

// follow moves shift towards the shortest delay. A shorter one than ever says
// at once that the first packet was late.
func (c *Clock) follow(delay time.Duration, now time.Time) {
	if now.After(c.ends) {
		c.target, c.least, c.ends = c.least, delay, now.Add(window)
	}
	c.least = min(c.least, delay)
	c.target = min(c.target, c.least)
	most := max(0, now.Sub(c.came)) / slew
	c.came = now
	c.shift += min(max(c.target-c.shift, -most), most)
}

// give makes sure that time grows, if only by one of 90,000 parts of a second.
func (c *Clock) give(at time.Time) time.Time {
	if !c.newest.IsZero() {
		if least := c.newest.Add(time.Second / 90000); at.Before(least) {
			at = least
		}
	}
	c.newest = at
	return at
}
