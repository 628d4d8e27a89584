package engine

import (
	"container/heap"
	"time"
)

// timers are the engine's own: due moments and what to do then, by whoever is
// at the incidents. They hold no state that could not be derived again: a
// timer looks at its incident when it fires.
type timers struct{ heap timerHeap }

type timer struct {
	due time.Time
	do  func(now time.Time)
}

// at runs do at due.
func (t *timers) at(due time.Time, do func(now time.Time)) {
	heap.Push(&t.heap, timer{due, do})
}

// next is how long until the next one; an hour if there is none.
func (t *timers) next(now time.Time) time.Duration {
	if len(t.heap) == 0 {
		return time.Hour
	}
	return max(t.heap[0].due.Sub(now), 0)
}

// due is when the next one is; zero if there is none.
func (t *timers) due() time.Time {
	if len(t.heap) == 0 {
		return time.Time{}
	}
	return t.heap[0].due
}

// fire runs up to n that are due.
func (t *timers) fire(now time.Time, n int) {
	for range n {
		if len(t.heap) == 0 || t.heap[0].due.After(now) {
			return
		}
		heap.Pop(&t.heap).(timer).do(now)
	}
}

type timerHeap []timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h timerHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)        { *h = append(*h, x.(timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = timer{}
	*h = old[:len(old)-1]
	return last
}
