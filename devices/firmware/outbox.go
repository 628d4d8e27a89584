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
type outbox struct {
	waiting []attempt
	// undated presses are confirmed: once the date is known they are sent again,
	// and the hub keeps the earliest time that it is told.
	undated []Press
}

// attempt is a press and when it is sent next.
type attempt struct {
	press Press
	again bool // confirmed before, and only its time is news
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
	if i < 0 {
		return false
	}
	if p := o.waiting[i].press; p.Undated && !p.Wall.IsZero() {
		o.undated = append(o.undated, p)
	}
	o.waiting = slices.Delete(o.waiting, i, i+1)
	return true
}

// date says when the undated presses were made, now that the date is known.
func (o *outbox) date(now, wall time.Time) {
	for i := range o.waiting {
		o.waiting[i].press.date(now, wall)
	}
	for _, p := range o.undated {
		p.date(now, wall)
		o.waiting = append(o.waiting, attempt{press: p, again: true, next: now})
	}
	o.undated = nil
}

func (p *Press) date(now, wall time.Time) {
	if p.Undated && !p.Wall.IsZero() {
		p.PressedAt, p.Undated = dated(p.PressedAt, p.Wall, now, wall), false
	}
}

// unconfirmed is how many presses the hub has not confirmed.
func (o *outbox) unconfirmed() (n int) {
	for _, a := range o.waiting {
		if !a.again {
			n++
		}
	}
	return n
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

// oldest is when the oldest waiting press was made that may be seen: a silent
// one never is.
func (o *outbox) oldest() (at time.Time, ok bool) {
	for _, a := range o.waiting {
		if !a.press.Silent && !a.again && (!ok || a.press.PressedAt.Before(at)) {
			at, ok = a.press.PressedAt, true
		}
	}
	return at, ok
}
