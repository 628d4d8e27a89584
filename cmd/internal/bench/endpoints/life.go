package endpoints

import (
	"context"
	"sync"
	"time"
)

// life is one state of an endpoint, from Become to the next one: whatever it
// starts ends with it.
type life struct {
	over  chan struct{}
	works sync.WaitGroup

	mu    sync.Mutex // guards ended
	ended bool
}

func newLife() *life { return &life{over: make(chan struct{})} }

// end lets nothing further happen and waits for what is under way.
func (l *life) end() {
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	close(l.over)
	l.works.Wait()
}

// beside does something of its own, unless the life is over.
func (l *life) beside(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.works.Go(do)
	}
}

// answer calls do now, or Slowness later where the endpoint is slow, if it
// lives as long.
func (l *life) answer(s State, do func()) {
	if s != Slow {
		do()
		return
	}
	l.works.Go(func() {
		late := time.NewTimer(Slowness)
		defer late.Stop()
		select {
		case <-late.C:
			do()
		case <-l.over:
		}
	})
}

// lasts reports whether a request is to be answered after all: a slow endpoint
// answers late, and a hanging one when its sender has gone, which is never.
func (l *life) lasts(sender context.Context, s State) bool {
	var late <-chan time.Time
	if s == Slow {
		t := time.NewTimer(Slowness)
		defer t.Stop()
		late = t.C
	}
	select {
	case <-late:
		return true
	case <-sender.Done():
	case <-l.over:
	}
	return false
}
