package journal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How long the writer waits before it opens the database again: the time
// doubles with every attempt that fails.
const (
	backoffMin = 50 * time.Millisecond
	backoffMax = time.Second
)

// fail says to every item of a failed transaction that it failed, and keeps
// it: whether it became durable shows only when the database is open again.
func (j *Journal) fail(tried []*item, err error) {
	j.metrics.failures.Inc()
	if j.Healthy() {
		j.log.Error("commit failed; keeping entries in memory until the disk is back", "error", err)
	}
	j.setHealthy(false)
	for _, it := range tried {
		it.tried = true
		it.tell(Failed)
	}
	j.retained = tried
	j.refuseQueued()
}

// refuseQueued tells everything that was appended since that the disk is
// broken. None of it was ever tried, so what may be rejected is gone at once.
func (j *Journal) refuseQueued() {
	j.mu.Lock()
	queued := j.queue.drain()
	j.mu.Unlock()
	for _, it := range queued {
		if it.rejectable() {
			j.drop(it)
			continue
		}
		it.tell(Failed)
		j.retained = append(j.retained, it)
	}
}

func (j *Journal) drop(it *item) {
	j.metrics.dropped.Inc()
	j.settle(Dropped, it)
}

// heal opens the database again and again until everything retained is
// written. When the context has ended it tries once more.
func (j *Journal) heal(ctx context.Context) error {
	work := context.WithoutCancel(ctx)
	began := time.Now()
	said := ""
	for delay := backoffMin; ; delay = min(2*delay, backoffMax) {
		more := j.waitBroken(ctx, delay)
		err := j.restore(work)
		if err == nil {
			j.setHealthy(true)
			j.log.Info("journal is writing again", "broken_for", time.Since(began))
			return nil
		}
		if !more {
			return err
		}
		if err.Error() != said {
			said = err.Error()
			j.log.Warn("journal is still broken", "error", err)
		}
	}
}

// waitBroken lets the delay pass and meanwhile tells every new entry that the
// disk is broken. It returns false when the context has ended.
func (j *Journal) waitBroken(ctx context.Context, delay time.Duration) bool {
	t := time.NewTimer(delay)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			j.refuseQueued()
			return false
		case <-t.C:
			j.refuseQueued()
			return true
		case <-j.urgent:
		case <-j.lazy:
		}
		j.refuseQueued()
	}
}

// restore is one attempt: open the database, see which entries are in, write
// the rest in order.
func (j *Journal) restore(ctx context.Context) error {
	j.metrics.reopens.Inc()
	if err := j.reopen(ctx); err != nil {
		return err
	}
	if err := j.sift(ctx); err != nil {
		return err
	}
	for len(j.retained) > 0 {
		n := cut(j.retained)
		tried, err := j.commit(ctx, j.retained[:n:n])
		if err != nil {
			for _, it := range tried {
				it.tried = true
			}
			j.metrics.failures.Inc()
			j.retained = append(tried, j.retained[n:]...)
			return err
		}
		j.retained = j.retained[n:]
	}
	j.retained = nil
	return nil
}

func (j *Journal) reopen(ctx context.Context) error {
	if j.store != nil {
		_ = j.store.close() // its transaction failed already; there is nothing more to lose
		j.store = nil
	}
	if err := j.fault(StageOpen); err != nil {
		return err
	}
	st, err := openStore(ctx, j.cfg.Path, j.cfg.Yield)
	if err != nil {
		return fmt.Errorf("reopen journal: %w", err)
	}
	j.store = st
	return nil
}

// sift parts the retained items into those that became durable after all,
// those that are given up, and those that are still to be written.
func (j *Journal) sift(ctx context.Context) error {
	var rest, in, gone []*item
	var refused []refusal
	for _, it := range j.retained {
		durable, err := j.durable(ctx, it)
		switch {
		case errors.Is(err, errForeign):
			refused = append(refused, refusal{it, err})
		case err != nil:
			return err
		case durable:
			in = append(in, it)
		case it.rejectable():
			gone = append(gone, it)
		default:
			rest = append(rest, it)
		}
	}
	j.retained = rest
	j.settle(Stored, in...)
	for _, r := range refused {
		j.refuse(r)
	}
	for _, it := range gone {
		j.drop(it)
	}
	return nil
}

// durable reports whether an item is in the database. Tellings alone are
// written again: that changes nothing where they are in.
func (j *Journal) durable(ctx context.Context, it *item) (bool, error) {
	if !it.tried || it.event == nil {
		return false, nil
	}
	return j.store.holds(ctx, it.event)
}

// giveUp closes the journal over a broken disk and says what was lost.
func (j *Journal) giveUp(cause error) error {
	j.refuseQueued()
	j.mu.Lock()
	j.closed = true
	late := j.queue.drain()
	lost := j.pending.urgent + j.pending.lazy
	j.mu.Unlock()
	for _, it := range late {
		it.tell(Failed)
	}
	j.log.Error("journal closed with entries unwritten", "entries", lost, "error", cause)
	return fmt.Errorf("journal closed with %d entries unwritten: %w", lost, cause)
}
