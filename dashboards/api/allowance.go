package api

import (
	"sync"
	"time"
)

// allowance bounds how often each account may ask for what costs the disk:
// burst at once, and one more for each refill. It knows no more accounts than
// the configuration has.
type allowance struct {
	burst  int
	refill time.Duration

	mu   sync.Mutex // guards what follows
	full map[string]time.Time
}

func newAllowance(burst int, refill time.Duration) *allowance {
	return &allowance{burst: burst, refill: refill, full: map[string]time.Time{}}
}

// take takes one of an account's; wait is how long until there is one where
// there is none.
func (a *allowance) take(account string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	full := a.full[account] // when all of them are there again
	if full.Before(now) {
		full = now
	}
	full = full.Add(a.refill)
	if over := full.Sub(now) - time.Duration(a.burst)*a.refill; over > 0 {
		return over
	}
	a.full[account] = full
	return 0
}
