package api

import (
	"sync"
	"time"
)

// mostAllowed bounds how many ask at a time. Overflow: who would have all of
// theirs back first has them back now.
const mostAllowed = 10_000

// allowance bounds how often each of those who ask may have what costs
// something: burst at once, and one more for each refill.
type allowance struct {
	burst  int
	refill time.Duration

	mu   sync.Mutex // guards what follows
	full map[string]time.Time
}

func newAllowance(burst int, refill time.Duration) *allowance {
	return &allowance{burst: burst, refill: refill, full: map[string]time.Time{}}
}

// take takes one of those of who asks; wait is how long until there is one where
// there is none.
func (a *allowance) take(who string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	full, wait := a.after(who, now)
	if wait > 0 {
		return wait
	}
	if _, known := a.full[who]; !known && len(a.full) >= mostAllowed {
		a.forget(now)
	}
	a.full[who] = full
	return 0
}

// left is how long until there is one, and takes none.
func (a *allowance) left(who string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, wait = a.after(who, now)
	return wait
}

// after is when all of them would be there again if one were taken, and how long
// until one can be.
func (a *allowance) after(who string, now time.Time) (full time.Time, wait time.Duration) {
	full = a.full[who]
	if full.Before(now) {
		full = now
	}
	full = full.Add(a.refill)
	return full, max(0, full.Sub(now)-time.Duration(a.burst)*a.refill)
}

// forget makes room: it forgets whoever has all of theirs, and where nobody has,
// who is the next.
func (a *allowance) forget(now time.Time) {
	next, first := "", true
	for who, full := range a.full {
		switch {
		case !full.After(now):
			delete(a.full, who)
		case first || full.Before(a.full[next]):
			next, first = who, false
		}
	}
	if len(a.full) >= mostAllowed {
		delete(a.full, next)
	}
}
