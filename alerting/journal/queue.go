package journal

import (
	"slices"
	"time"
)

// lazyWait is how long an entry that is in no hurry waits: a delivery that is
// planned, handed and received within it is written once, and not in the
// commit that a button waits for. A longer wait would gather a batch that
// holds a processor for longer than an alarm should wait for it.
const lazyWait = 100 * time.Millisecond

// queue is what waits for the writer. Its overflow is Append's: refuse.
type queue struct {
	urgent, lazy []*item
	appended     uint64
	since        time.Time           // since when the first lazy item waits
	slots        map[tellingKey]slot // where the newest state of a telling waits, if it may be replaced
}

// slot is a telling's place in a lazy item.
type slot struct {
	item  *item
	index int
}

// put queues an item. It reports false where all that the item says went into
// the place of older states that still wait.
func (q *queue) put(it *item, now time.Time) bool {
	q.appended++
	it.order = q.appended
	if !it.Lazy {
		if len(it.Tellings) > 0 { // what comes later must not be written before it
			clear(q.slots)
		}
		q.urgent = append(q.urgent, it)
		return true
	}
	if it.Done == nil && q.replace(it) {
		return false
	}
	if len(q.lazy) == 0 {
		q.since = now
	}
	q.lazy = append(q.lazy, it)
	return true
}

// replace puts the tellings into the places of their older states, and the
// stamps to those of the last item; it leaves in the item what has no place.
func (q *queue) replace(it *item) (all bool) {
	if q.slots == nil {
		q.slots = map[tellingKey]slot{}
	}
	rest := it.Tellings[:0]
	for _, t := range it.Tellings {
		if s, ok := q.slots[t.key()]; ok {
			s.item.Tellings[s.index] = t
			continue
		}
		q.slots[t.key()] = slot{it, len(rest)}
		rest = append(rest, t)
	}
	it.Tellings = rest
	if n := len(q.lazy) - 1; n >= 0 {
		q.lazy[n].Stamps = append(q.lazy[n].Stamps, it.Stamps...)
		it.Stamps = nil
	}
	return len(rest) == 0 && len(it.Stamps) == 0
}

// due is when the lazy items have to be written; false where there are none.
func (q *queue) due() (time.Time, bool) { return q.since.Add(lazyWait), len(q.lazy) > 0 }

// crowded reports whether so many lazy items wait that they fill a batch.
func (q *queue) crowded() bool { return len(q.lazy) >= maxBatchEntries }

// take removes the next batch. Lazy items come with it when they are due, when
// they fill a batch, when all is to be written, and when an urgent one holds
// tellings too, which must stay behind older states of them.
func (q *queue) take(now time.Time, all bool) []*item {
	due, waiting := q.due()
	holds := func(it *item) bool { return len(it.Tellings) > 0 }
	if waiting && (all || q.crowded() || !now.Before(due) || slices.ContainsFunc(q.urgent, holds)) {
		q.merge()
	}
	n := cut(q.urgent)
	items := q.urgent[:n:n]
	if q.urgent = q.urgent[n:]; len(q.urgent) == 0 {
		q.urgent = nil
	}
	return items
}

// merge makes the lazy items urgent, each in the place where it was appended.
func (q *queue) merge() {
	q.urgent = append(q.lazy, q.urgent...)
	slices.SortFunc(q.urgent, func(a, b *item) int {
		if a.order < b.order {
			return -1
		}
		return 1
	})
	q.lazy, q.slots = nil, nil
}

// drain removes everything, in the order in which it was appended.
func (q *queue) drain() []*item {
	q.merge()
	items := q.urgent
	q.urgent = nil
	return items
}

func (q *queue) empty() bool { return len(q.urgent) == 0 && len(q.lazy) == 0 }
