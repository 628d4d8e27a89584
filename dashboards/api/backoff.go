package api

import (
	"net/netip"
	"sync"
	"time"
)

// Failed sign-ins are slowed down per account and per place they come from:
// the address, or a browser that has signed in as this account before. Three
// are free, then the wait doubles from 1 s to 30 s; to 2 s in a known browser.
//
// Nobody can lock a liaison out this way: a failure elsewhere never makes the
// own browser wait, also where a whole desk has one address; at a desk that
// shares one browser a colleague's guesses cost 2 s. Trying during a wait does
// not lengthen it, and nothing is ever locked for good. What is left to a guesser
// is two guesses a minute for each address, and 30 to whoever sits at the desk.
const (
	freeFailures     = 3
	firstWait        = time.Second
	longestWait      = 30 * time.Second
	longestKnownWait = 2 * time.Second
	forgetAfter      = 15 * time.Minute
	// maxOrigins bounds the table. Overflow: the one that failed longest ago is
	// forgotten.
	maxOrigins = 10_000
	// maxPerAddress bounds the checks that one address has under way, so that
	// it can't fill the line before everybody. Overflow: refused, try again.
	// Known browsers do not count.
	maxPerAddress = 8
	// maxStrangers bounds the checks of all browsers that are not known, below
	// what waits for a check: the line always has room for a known one.
	// Overflow: refused, try again.
	maxStrangers = 32
)

// origin is where attempts on an account come from.
type origin struct {
	account string
	from    string // a network, or a known browser's token
	known   bool   // it is a browser
}

type attempts struct {
	failed int
	last   time.Time
	until  time.Time // no attempt before
}

type backoff struct {
	mu        sync.Mutex // guards what follows
	origins   map[origin]attempts
	underWay  map[string]int // by network
	strangers int            // under way, of all networks
}

func newBackoff() *backoff {
	return &backoff{origins: map[origin]attempts{}, underWay: map[string]int{}}
}

// begin counts an attempt as failed beforehand, so that many at once gain
// nothing; succeeded or forgiven takes it back. wait is how long to stay away
// where the attempt may not be made.
func (b *backoff) begin(o origin, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := b.origins[o]
	if now.Sub(a.last) > forgetAfter {
		a = attempts{}
	}
	if now.Before(a.until) {
		return a.until.Sub(now)
	}
	a.failed++
	a.last, a.until = now, now.Add(o.waitAfter(a.failed))
	if _, known := b.origins[o]; !known && len(b.origins) >= maxOrigins {
		b.forgetOldest()
	}
	b.origins[o] = a
	return 0
}

// succeeded forgets an origin's failures.
func (b *backoff) succeeded(o origin) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.origins, o)
}

// forgiven takes back an attempt that was not decided.
func (b *backoff) forgiven(o origin) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if a, ok := b.origins[o]; ok && a.failed > 0 {
		a.failed--
		a.until = time.Time{}
		b.origins[o] = a
	}
}

// waiting is how many origins wait before they may try an account again, and
// when the last of them may.
func (b *backoff) waiting(account string, now time.Time) (until time.Time, places int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for o, a := range b.origins {
		if o.account == account && now.Before(a.until) {
			places++
			if a.until.After(until) {
				until = a.until
			}
		}
	}
	return until, places
}

// enter takes one of a network's places; leave gives it back.
func (b *backoff) enter(network string) (ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.underWay[network] >= maxPerAddress || b.strangers >= maxStrangers {
		return false
	}
	b.strangers++
	b.underWay[network]++
	return true
}

func (b *backoff) leave(network string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.strangers--
	if b.underWay[network]--; b.underWay[network] <= 0 {
		delete(b.underWay, network)
	}
}

func (b *backoff) forgetOldest() {
	var oldest origin
	var at time.Time
	for o, a := range b.origins {
		if at.IsZero() || a.last.Before(at) {
			oldest, at = o, a.last
		}
	}
	delete(b.origins, oldest)
}

func (o origin) waitAfter(failed int) time.Duration {
	if failed <= freeFailures {
		return 0
	}
	longest := longestWait
	if o.known {
		longest = longestKnownWait
	}
	wait := firstWait
	for i := freeFailures + 1; i < failed && wait < longest; i++ {
		wait *= 2
	}
	return min(wait, longest)
}

// networkOf is the network that an address belongs to for this purpose: the
// address itself in IPv4, its /64 in IPv6, where one customer owns that many.
func networkOf(remote string) string {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	addr := ap.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return p.String()
}
