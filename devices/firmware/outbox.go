package firmware

import (
	"slices"
	"time"
)

// The bounds of the outbox.
const (
	// MaxPresses is how many unconfirmed presses a device holds. A further one
	// is refused, not an older one dropped: the hub knows a stuck button by its
	// first presses, and the light says failed all the while.
	MaxPresses = 256
	// window is how many presses are under way at once, so that an outage does
	// not end in a flood. The newest is sent beside them: somebody is pressing.
	window = 32
)

// The times of the outbox.
const (
	firstRetry = 1 * time.Second
	lastRetry  = 5 * time.Second
	// FailedAfter is how long a press may lack the hub's receipt before the
	// light says failed. The device keeps trying.
	FailedAfter = 10 * time.Second
)

// outbox holds the presses that the hub has not confirmed, in their order.
type outbox struct{ waiting []attempt }

// attempt is a press and when it is sent next.
type attempt struct {
	press Press
	tries int
	next  time.Time
}

// add takes a press in, due at once; ok is false where the outbox is full.
func (o *outbox) add(p Press, now time.Time) (ok bool) {
	if len(o.waiting) >= MaxPresses {
		return false
	}
	o.waiting = append(o.waiting, attempt{press: p, next: now})
	return true
}

// confirm ends a press; ok is false where it was not waiting.
func (o *outbox) confirm(id string) (ok bool) {
	i := slices.IndexFunc(o.waiting, func(a attempt) bool { return a.press.ID == id })
	if i >= 0 {
		o.waiting = slices.Delete(o.waiting, i, i+1)
	}
	return i >= 0
}

// again makes every press due at once: a new connection knows of none.
func (o *outbox) again(now time.Time) {
	for i := range o.waiting {
		o.waiting[i].tries, o.waiting[i].next = 0, now
	}
}

// due takes the presses to send now, the oldest first, and puts off their next
// attempt: by a second, growing to five.
func (o *outbox) due(now time.Time) []Press {
	var out []Press
	for i := range o.waiting {
		a := &o.waiting[i]
		if !o.open(i) || now.Before(a.next) {
			continue
		}
		a.next = now.Add(min(firstRetry<<min(a.tries, 3), lastRetry))
		a.tries++
		out = append(out, a.press)
	}
	return out
}

// next is when due has something, zero if never.
func (o *outbox) next() time.Time {
	var at time.Time
	for i, a := range o.waiting {
		if o.open(i) {
			at = earliest(at, a.next)
		}
	}
	return at
}

// open reports whether the press at i may be under way.
func (o *outbox) open(i int) bool { return i < window || i == len(o.waiting)-1 }

// oldest is when the oldest waiting press was made.
func (o *outbox) oldest() (at time.Time, ok bool) {
	for i, a := range o.waiting {
		if i == 0 || a.press.PressedAt.Before(at) {
			at = a.press.PressedAt
		}
	}
	return at, len(o.waiting) > 0
}
