package notice

import (
	"sync"

	"example.org/campushub/alerting"
)

// heard is what the engine has said and the desk has not yet folded.
type heard struct {
	ready chan struct{} // holds one token while there is something

	mu     sync.Mutex // guards events
	events []alerting.Event
}

func newHeard() *heard { return &heard{ready: make(chan struct{}, 1)} }

func (h *heard) put(ev alerting.Event) {
	h.mu.Lock()
	h.events = append(h.events, ev)
	h.mu.Unlock()
	select {
	case h.ready <- struct{}{}:
	default:
	}
}

func (h *heard) take() []alerting.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.events
	h.events = nil
	return out
}
