package broker

import (
	"container/list"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// waitingRoom holds the sockets that have not yet authenticated, bounded for
// each address and in all.
//
// Overflow decision: the oldest yields, never the newest. A client that is
// let in needs its place for a moment; one that fills the room keeps it.
type waitingRoom struct {
	perAddress, all int
	m               *metrics
	size            prometheus.Gauge

	mu      sync.Mutex // guards what is below
	order   *list.List // of *waiter, oldest first
	address map[string]*list.List
}

// waiter is one socket in the room.
type waiter struct {
	address  string
	close    func()
	inAll    *list.Element
	inOwn    *list.Element
	departed bool
}

func newWaitingRoom(limits Limits, m *metrics) *waitingRoom {
	return &waitingRoom{
		perAddress: limits.UnauthenticatedPerAddress, all: limits.Unauthenticated,
		m: m, size: m.unauthenticated,
		order: list.New(), address: make(map[string]*list.List),
	}
}

// enter takes a socket in, and closes the one that yields to it. end must
// return at once.
func (r *waitingRoom) enter(address string, end func()) *waiter {
	w := &waiter{address: address, close: end}
	if evicted, why := r.add(w); evicted != nil {
		r.m.refused(why)
		evicted.close()
	}
	return w
}

func (r *waitingRoom) add(w *waiter) (evicted *waiter, why Reason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	own := r.address[w.address]
	switch {
	case own != nil && own.Len() >= r.perAddress:
		evicted, why = own.Front().Value.(*waiter), ReasonShedAddress
	case r.order.Len() >= r.all:
		evicted, why = r.order.Front().Value.(*waiter), ReasonShedAll
	}
	if evicted != nil {
		r.remove(evicted)
	}
	own = r.address[w.address]
	if own == nil {
		own = list.New()
		r.address[w.address] = own
	}
	w.inAll, w.inOwn = r.order.PushBack(w), own.PushBack(w)
	r.size.Inc()
	return evicted, why
}

// leave gives the place up: the client has authenticated or is gone.
func (r *waitingRoom) leave(w *waiter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remove(w)
}

// yield closes the oldest socket, where there is one: a listener that can't
// accept for want of file descriptors gets one back.
func (r *waitingRoom) yield() {
	r.mu.Lock()
	var oldest *waiter
	if front := r.order.Front(); front != nil {
		oldest = front.Value.(*waiter)
		r.remove(oldest)
	}
	r.mu.Unlock()
	if oldest != nil {
		r.m.refused(ReasonShedAll)
		oldest.close()
	}
}

// remove takes w out, once. r.mu is held.
func (r *waitingRoom) remove(w *waiter) {
	if w.departed {
		return
	}
	w.departed = true
	r.order.Remove(w.inAll)
	own := r.address[w.address]
	if own.Remove(w.inOwn); own.Len() == 0 {
		delete(r.address, w.address)
	}
	r.size.Dec()
}
