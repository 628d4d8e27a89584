package deliver

import (
	"context"
	"iter"
	"slices"
	"sync"

	"example.org/campushub/alerting"
)

// queue holds what a lane has still to carry, and what it carries now. What is
// new goes first, what is sent again after a reconnect behind it; what waits for
// a worker of its far side holds up nothing to another. News for a recipient of
// whose incident older news is carried waits until that has ended: one goes after
// the other.
type queue struct {
	limit, workers int           // of each far side
	ready          chan struct{} // holds a token where there may be something to take

	mu           sync.Mutex // guards the fields below, the carriages and the far sides
	fresh, again []waiting
	carried      map[thread]*carriage
	sides        map[string]*side // by name
}

// waiting is a message, and where it goes.
type waiting struct {
	Message
	to *side
}

// thread is what is told one after the other: an incident to one recipient.
type thread struct{ incident, recipient string }

func threadOf(m Message) thread { return thread{m.Incident, m.Recipient} }

// newQueue returns a queue for so many messages that wait for one far side, beside
// one for each of its workers that waits for the older news of its own thread.
func newQueue(limit, workers int) *queue {
	return &queue{
		limit: limit, workers: workers, ready: make(chan struct{}, 1),
		carried: map[thread]*carriage{}, sides: map[string]*side{},
	}
}

// put adds a message, in the place of an earlier one of the same thread if that
// still waits; one that is tried again ends. Where its far side has no room it
// returns the message that has to go: one that is sent again to it, if any, else m.
func (q *queue) put(m Message, farSide string) (refused Message, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w := waiting{m, q.side(farSide)}
	if c, ok := q.carried[threadOf(m)]; ok {
		c.supersede(w)
		return Message{}, false
	}
	if q.replace(w) {
		return Message{}, false
	}
	if w.to.waiting < q.limit {
		q.add(w)
		return Message{}, false
	}
	last := len(q.again) - 1
	for last >= 0 && q.again[last].to != w.to {
		last--
	}
	if m.Again || last < 0 {
		return m, true
	}
	refused = q.remove(&q.again, last).Message
	q.add(w)
	return refused, true
}

// row is where a message waits.
func (q *queue) row(m Message) *[]waiting {
	if m.Again {
		return &q.again
	}
	return &q.fresh
}

func (q *queue) add(w waiting) { q.insert(q.row(w.Message), len(*q.row(w.Message)), w) }

func (q *queue) insert(row *[]waiting, at int, w waiting) {
	*row = slices.Insert(*row, at, w)
	w.to.waiting++
	q.wake()
}

func (q *queue) remove(row *[]waiting, at int) waiting {
	w := (*row)[at]
	*row = slices.Delete(*row, at, at+1)
	w.to.waiting--
	return w
}

// wake has the lane look for what it may take.
func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default: // it is about to
	}
}

// replace puts a message in the place of the one that it supersedes. News about an
// incident that was waiting to be sent again is new.
func (q *queue) replace(w waiting) bool {
	superseded := func(o waiting) bool { return threadOf(o.Message) == threadOf(w.Message) }
	if i := slices.IndexFunc(q.fresh, superseded); i >= 0 {
		q.remove(&q.fresh, i)
		q.insert(&q.fresh, i, w)
		return true
	}
	i := slices.IndexFunc(q.again, superseded)
	if i < 0 {
		return false
	}
	q.remove(&q.again, i)
	if w.Again {
		q.insert(&q.again, i, w)
	} else {
		q.add(w)
	}
	return true
}

// take removes every message that there is a worker for, the first ones first, and
// gives it with the time that all of its attempts have.
func (q *queue) take(ctx context.Context) iter.Seq2[*carriage, context.Context] {
	return func(yield func(*carriage, context.Context) bool) {
		for {
			c, limited, ok := q.next(ctx)
			if !ok || !yield(c, limited) {
				return
			}
		}
	}
}

func (q *queue) next(ctx context.Context) (c *carriage, limited context.Context, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	may := func(w waiting) bool { return w.to.takes(w.Recipient, q.workers) }
	for _, row := range []*[]waiting{&q.fresh, &q.again} {
		i := slices.IndexFunc(*row, may)
		if i < 0 {
			continue
		}
		c, limited = newCarriage(ctx, q.remove(row, i))
		c.to.begin(c.message.Recipient)
		q.carried[threadOf(c.message)] = c
		return c, limited, true
	}
	return nil, nil, false
}

// end lets go of a message that nobody carries any more: what waits behind it
// is next.
func (q *queue) end(c *carriage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.carried, threadOf(c.message))
	c.end()
	c.to.end(c.message.Recipient)
	if c.next != nil {
		q.insert(q.row(c.next.Message), 0, waiting{c.next.Message, q.side(c.next.to.name)})
	}
	q.wake()
}

// reportOf is what there is to say of a message that is tried no more.
func (q *queue) reportOf(c *carriage) *alerting.Progress {
	q.mu.Lock()
	defer q.mu.Unlock()
	return c.report
}

// withdraw takes a delivery back. It is gone where it waited: nothing of it was
// sent. Where it is carried, its worker says what became of it.
func (q *queue) withdraw(p alerting.Progress) (gone bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	its := func(o waiting) bool { return o.Delivery == p.Delivery }
	for _, c := range q.carried {
		switch {
		case c.message.Delivery == p.Delivery:
			c.withdraw(p)
			return false
		case c.next != nil && its(*c.next):
			c.next = nil
			return true
		}
	}
	for _, row := range []*[]waiting{&q.fresh, &q.again} {
		for i := slices.IndexFunc(*row, its); i >= 0; i = slices.IndexFunc(*row, its) {
			q.remove(row, i)
			gone = true
		}
	}
	return gone
}

// cut ends what a worker has of a thread's news before a number.
func (q *queue) cut(t thread, before int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if c, ok := q.carried[t]; ok && c.message.Number < before {
		c.stop()
		c.cut()
	}
}

// waits is how many messages wait.
func (q *queue) waits() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.fresh) + len(q.again)
}
