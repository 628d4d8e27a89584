package engine

import "sync"

// mailbox is a bounded queue into one goroutine that nobody waits for.
type mailbox[T any] struct {
	max   int
	ready chan struct{} // holds one token while there is something

	mu    sync.Mutex // guards items
	items []T
}

func newMailbox[T any](limit int) *mailbox[T] {
	return &mailbox[T]{max: limit, ready: make(chan struct{}, 1)}
}

// put adds v; false when the box is full.
func (m *mailbox[T]) put(v T) bool {
	m.mu.Lock()
	full := len(m.items) >= m.max
	if !full {
		m.items = append(m.items, v)
	}
	m.mu.Unlock()
	if !full {
		m.wake()
	}
	return !full
}

// force adds v however full the box is; for what is bounded elsewhere.
func (m *mailbox[T]) force(v T) {
	m.mu.Lock()
	m.items = append(m.items, v)
	m.mu.Unlock()
	m.wake()
}

// merge lets v join the newest item that it can be one with, in that item's
// place, or puts it behind the others where there is none.
func (m *mailbox[T]) merge(v T, join func(old T) (joined T, ok bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := len(m.items) - 1; i >= 0; i-- {
		if joined, ok := join(m.items[i]); ok {
			m.items[i] = joined
			return
		}
	}
	m.items = append(m.items, v)
}

func (m *mailbox[T]) wake() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take removes up to n items, and leaves the token while some remain.
func (m *mailbox[T]) take(n int) []T {
	m.mu.Lock()
	n = min(n, len(m.items))
	out := m.items[:n:n]
	m.items = m.items[n:]
	if len(m.items) == 0 {
		m.items = nil // lets go of the array once it has been emptied
	}
	more := len(m.items) > 0
	m.mu.Unlock()
	if more {
		m.wake()
	}
	return out
}
