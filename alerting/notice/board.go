package notice

import (
	"slices"
	"sync"
)

// watchBuffer bounds what a page may be behind. Overflow: its channel is
// closed; it comes back and reads everything anew.
const watchBuffer = 32

// board is the parents' page while it is open: who looks, and at which
// schools. It is the one place from which a notice reaches a page.
type board struct {
	mu       sync.Mutex // guards what follows
	watchers map[chan Sent][]string
	stopped  bool
}

func newBoard() *board { return &board{watchers: map[chan Sent][]string{}} }

func (b *board) publish(s Sent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for w, schools := range b.watchers {
		if !slices.Contains(schools, s.School) {
			continue
		}
		select {
		case w <- s:
		default:
			delete(b.watchers, w)
			close(w)
		}
	}
}

func (b *board) watch(schools []string) (<-chan Sent, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := make(chan Sent, watchBuffer)
	if b.stopped {
		close(w)
		return w, func() {}
	}
	b.watchers[w] = slices.Clone(schools)
	return w, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, w)
	}
}

func (b *board) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	for w := range b.watchers {
		close(w)
	}
	clear(b.watchers)
}

// Watch returns every notice to the schools' parents from now on. The channel
// is closed when its reader is too slow, or the hub stops.
func (d *Desk) Watch(schools []string) (notices <-chan Sent, stop func()) {
	return d.board.watch(schools)
}

// Sent lists what the parents of the schools have had, newest first, at most
// limit of them.
func (d *Desk) Sent(schools []string, limit int) []Sent {
	var out []Sent
	for k, r := range d.seen.Load().rows {
		if slices.Contains(schools, k.school) {
			out = append(out, r.sent...)
		}
	}
	slices.SortStableFunc(out, func(a, b Sent) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return b.Number - a.Number
	})
	return out[:min(len(out), limit)]
}
