package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"example.org/campushub/alerting"
)

// The feed's bounds.
const (
	// feedQueue overflows by coalescing: the latest update of each incident is
	// kept, which is what readers apply.
	feedQueue = 16_384
	// watchBuffer overflows by closing the reader's channel: it comes back and
	// resumes from the journal.
	watchBuffer = 1024
	// feedBatch is how many updates are published in one go.
	feedBatch = 256
)

// feed publishes what changed. It has a goroutine and a copy of the
// unresolved incidents of its own, so that readers never meet the engine.
type feed struct {
	queue   *mailbox[alerting.Update]
	metrics *metrics

	mu       sync.Mutex // guards the fields below
	open     map[string]alerting.Incident
	listed   []alerting.Incident // the open ones in order; nil after a change
	lastSeq  int64
	watchers map[chan alerting.Update]struct{}
	stopped  bool
}

func newFeed(m *metrics) *feed {
	return &feed{
		metrics: m,
		queue:   newMailbox[alerting.Update](feedQueue), open: map[string]alerting.Incident{},
		watchers: map[chan alerting.Update]struct{}{},
	}
}

func (f *feed) publish(u alerting.Update) {
	if !f.queue.put(u) {
		f.queue.merge(u, func(old alerting.Update) (alerting.Update, bool) {
			// The old sequence number stays: it stands before those behind it, and
			// whoever resumes from a later one would miss them.
			return alerting.Update{Incident: u.Incident, Seq: old.Seq}, old.Incident.ID == u.Incident.ID
		})
	}
}

func (f *feed) run(ctx context.Context) error {
	defer f.stop()
	for {
		select {
		case <-f.queue.ready:
			f.spread(feedBatch)
		case <-ctx.Done():
			return nil
		}
	}
}

// spread publishes up to n of the updates that wait. They are taken under the
// lock, so that whoever does it keeps their order.
func (f *feed) spread(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer func() { f.metrics.open.Set(float64(len(f.open))) }()
	for _, u := range f.queue.take(n) {
		f.apply(u)
		for w := range f.watchers {
			select {
			case w <- u:
			default:
				delete(f.watchers, w)
				close(w)
			}
		}
	}
}

func (f *feed) apply(u alerting.Update) {
	f.listed = nil
	f.lastSeq = max(f.lastSeq, u.Seq)
	if old, ok := f.open[u.Incident.ID]; ok {
		f.metrics.schools.shown(&old, -1)
	}
	if u.Incident.Resolved() && u.Incident.Stored {
		delete(f.open, u.Incident.ID)
		return
	}
	f.open[u.Incident.ID] = u.Incident
	f.metrics.schools.shown(&u.Incident, 1)
}

func (f *feed) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = true
	for w := range f.watchers {
		close(w)
	}
	clear(f.watchers)
}

// Watch returns every update from now on; stop ends it. The channel is closed
// when its reader is too slow, or the hub stops.
func (e *Engine) Watch() (updates <-chan alerting.Update, stop func()) {
	f := e.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	w := make(chan alerting.Update, watchBuffer)
	if f.stopped {
		close(w)
		return w, func() {}
	}
	f.watchers[w] = struct{}{}
	return w, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.watchers, w)
	}
}

// Unresolved lists the unresolved incidents, and the resolved ones that are
// not durable yet, in listed form, oldest first. What the feed has not come to
// is published here, at the reader's cost: whoever was answered finds what they
// did.
func (e *Engine) Unresolved() []alerting.Incident {
	f := e.feed
	f.spread(feedQueue)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listed == nil {
		f.listed = slices.SortedFunc(maps.Values(f.open), func(a, b alerting.Incident) int {
			return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID))
		})
	}
	return append([]alerting.Incident{}, f.listed...)
}

// LastSeq is the newest sequence number that has been published as durable.
func (e *Engine) LastSeq() int64 {
	e.feed.mu.Lock()
	defer e.feed.mu.Unlock()
	return e.feed.lastSeq
}

// publish hands a change to the feed; seq is 0 before its commit.
func (e *Engine) publish(r *record, seq int64) {
	e.feed.publish(alerting.Update{Incident: r.view.Listed(), Seq: seq})
}
