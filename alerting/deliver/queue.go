package deliver

import (
	"slices"
	"sync"
)

// queue holds what a lane has still to carry. What is new goes first, what is
// sent again after a reconnect behind it.
type queue struct {
	limit int
	ready chan struct{} // holds one token for each waiting message

	mu           sync.Mutex // guards the fields below
	fresh, again []Message
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, ready: make(chan struct{}, limit)}
}

// put adds a message, in the place of an earlier one of the same incident for
// the same recipient if that still waits. Where there is no room it returns
// the message that has to go: one that is sent again, if any, else m.
func (q *queue) put(m Message) (refused Message, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
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
	superseded := func(o Message) bool { return o.Incident == m.Incident && o.Recipient == m.Recipient }
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

// take removes the first message; whoever calls it has taken a token.
func (q *queue) take() Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	from := &q.fresh
	if len(q.fresh) == 0 {
		from = &q.again
	}
	m := (*from)[0]
	*from = slices.Delete(*from, 0, 1)
	return m
}
