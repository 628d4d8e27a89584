package telemetry

import (
	"slices"
	"sync"
)

// queueLimit is how many points of a kind wait for the spool. Overflow: the
// oldest go and are counted, so that a disk that hangs costs readings and
// nothing else.
const queueLimit = 16_384

// spareLimit is the longest slice that is kept to gather the next points in.
const spareLimit = 1024

// queue is what waits to be written to the spool.
type queue[T any] struct {
	began   chan struct{} // has a value since the first point came that nobody waits for
	hurried chan struct{} // has a value since a point came that somebody waits for

	mu      sync.Mutex // guards what follows; held for moments only
	points  []T
	spare   []T // empty, for the next points
	dropped uint64
	written chan struct{} // closed when what is in the queue now has been written
	stuck   bool          // the spool is behind: nobody waits for it
}

func newQueue[T any]() *queue[T] {
	return &queue[T]{written: make(chan struct{}), began: make(chan struct{}, 1), hurried: make(chan struct{}, 1)}
}

// put adds a point that may wait for company.
func (q *queue[T]) put(point T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(point)
	if len(q.points) == 1 {
		signal(q.began)
	}
}

// putPromised adds a point and returns what is closed when it has been
// written; nil where that is not to be waited for.
func (q *queue[T]) putPromised(point T) <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(point)
	signal(q.hurried)
	if q.stuck {
		return nil
	}
	return q.written
}

// add is called with mu held.
func (q *queue[T]) add(point T) {
	if len(q.points) >= queueLimit {
		q.points = q.points[1:]
		q.dropped++
	}
	q.points = append(q.points, point)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take empties the queue.
func (q *queue[T]) take() (points []T, written chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	points, written = q.points, q.written
	q.points, q.written = q.spare, make(chan struct{})
	q.spare = nil
	return points, written
}

// reuse gathers the next points but one in a slice that take returned.
func (q *queue[T]) reuse(points []T) {
	if cap(points) > spareLimit {
		return
	}
	clear(points)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spare = points[:0]
}

// giveBack puts what could not be written before what came meanwhile. What
// does not fit goes, the oldest first.
func (q *queue[T]) giveBack(points []T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := slices.Concat(points, q.points)
	if over := len(all) - queueLimit; over > 0 {
		all = all[over:]
		q.dropped += uint64(over)
	}
	q.points = all
}

// hold says whether the spool is behind.
func (q *queue[T]) hold(stuck bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stuck = stuck
}

// lost counts what did not fit.
func (q *queue[T]) lost() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
