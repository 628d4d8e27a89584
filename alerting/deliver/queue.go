package deliver

import (
	"context"
	"slices"
	"sync"

	"example.org/campushub/alerting"
)

// queue holds what a lane has still to carry, and what its workers carry now.
// What is new goes first, what is sent again after a reconnect behind it. News
// for a recipient of whose incident a worker has older news waits until that
// one has ended: one goes after the other.
type queue struct {
	limit int
	ready chan struct{} // holds one token for each message that a worker may take

	mu           sync.Mutex // guards the fields below, and the carriages
	fresh, again []Message
	carried      map[thread]*carriage
}

// thread is what is told one after the other: an incident to one recipient.
type thread struct{ incident, recipient string }

func threadOf(m Message) thread { return thread{m.Incident, m.Recipient} }

// newQueue returns a queue for so many messages that wait, beside one for each
// worker that waits for the older news of its own thread.
func newQueue(limit, workers int) *queue {
	return &queue{limit: limit, ready: make(chan struct{}, limit+workers), carried: map[thread]*carriage{}}
}

// put adds a message, in the place of an earlier one of the same thread if that
// still waits; one that is tried again ends. Where there is no room it returns
// the message that has to go: one that is sent again, if any, else m.
func (q *queue) put(m Message) (refused Message, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if c, ok := q.carried[threadOf(m)]; ok {
		c.supersede(m)
		return Message{}, false
	}
	if q.replace(m) {
		return Message{}, false
	}
	if len(q.fresh)+len(q.again) < q.limit {
		q.add(m)
		q.ready <- struct{}{}
		return Message{}, false
	}
	last := len(q.again) - 1
	if m.Again || last < 0 {
		return m, true
	}
	refused, q.again = q.again[last], q.again[:last]
	q.add(m)
	return refused, true
}

func (q *queue) add(m Message) {
	if m.Again {
		q.again = append(q.again, m)
	} else {
		q.fresh = append(q.fresh, m)
	}
}

// replace puts m in the place of the one that it supersedes. News about an
// incident that was waiting to be sent again is new.
func (q *queue) replace(m Message) bool {
	superseded := func(o Message) bool { return threadOf(o) == threadOf(m) }
	if i := slices.IndexFunc(q.fresh, superseded); i >= 0 {
		q.fresh[i] = m
		return true
	}
	i := slices.IndexFunc(q.again, superseded)
	if i < 0 {
		return false
	}
	if m.Again {
		q.again[i] = m
		return true
	}
	q.again = slices.Delete(q.again, i, i+1)
	q.fresh = append(q.fresh, m)
	return true
}

// take removes the first message for whoever has taken a token, with the time
// that all of its attempts have; ok is false where it was withdrawn meanwhile.
func (q *queue) take(ctx context.Context) (c *carriage, limited context.Context, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	from := &q.fresh
	if len(q.fresh) == 0 {
		from = &q.again
	}
	if len(*from) == 0 {
		return nil, nil, false
	}
	c, limited = newCarriage(ctx, (*from)[0])
	*from = slices.Delete(*from, 0, 1)
	q.carried[threadOf(c.message)] = c
	return c, limited, true
}

// end lets go of a message that nobody carries any more: what waits behind it
// is next.
func (q *queue) end(c *carriage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.carried, threadOf(c.message))
	c.end()
	if c.next == nil {
		return
	}
	to := &q.fresh
	if c.next.Again {
		to = &q.again
	}
	*to = slices.Insert(*to, 0, *c.next)
	q.ready <- struct{}{}
}

// reportOf is what there is to say of a message that is tried no more.
func (q *queue) reportOf(c *carriage) *alerting.Progress {
	q.mu.Lock()
	defer q.mu.Unlock()
	return c.report
}

// withdraw takes a delivery back. It is gone where it waited: nothing of it was
// sent. Where it is carried, its worker says what became of it.
func (q *queue) withdraw(w withdrawal) (gone bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	its := func(m Message) bool { return m.Delivery == w.report.Delivery }
	for _, c := range q.carried {
		switch {
		case its(c.message):
			c.withdraw(w)
			return false
		case c.next != nil && its(*c.next):
			if c.next = nil; w.cut {
				c.cut()
			}
			return true
		}
	}
	before := len(q.fresh) + len(q.again)
	q.fresh, q.again = slices.DeleteFunc(q.fresh, its), slices.DeleteFunc(q.again, its)
	if len(q.fresh)+len(q.again) == before {
		return false
	}
	select {
	case <-q.ready:
	default: // a worker has the token already, and will find nothing
	}
	return true
}
