package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Run writes what is appended until the context ends, then commits what is
// queued and closes the journal. Its error says how many entries stay
// unwritten, if any do.
func (j *Journal) Run(ctx context.Context) (err error) {
	beside, err := openPool(j.cfg.Path, true)
	if err != nil {
		return errors.Join(err, j.Close())
	}
	beside.SetMaxOpenConns(1)
	moving, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { j.runCheckpoints(moving, beside) })
	defer func() {
		stop()
		wg.Wait()
		_ = beside.Close()
		if e := j.release(); e != nil && err == nil {
			err = fmt.Errorf("close journal: %w", e)
		}
	}()
	for j.await(ctx) {
		if err := j.drain(ctx); err != nil {
			return j.giveUp(err)
		}
	}
	for {
		if err := j.drain(ctx); err != nil {
			return j.giveUp(err)
		}
		if j.closeIfIdle() {
			return nil
		}
	}
}

// await returns true when there is something to write and false when the
// context has ended.
func (j *Journal) await(ctx context.Context) bool {
	t := time.NewTimer(j.untilDue())
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-j.urgent:
			return true
		case <-j.lazy:
			t.Reset(j.untilDue())
		case <-t.C:
			return true
		}
	}
}

// untilDue is how long the lazy entries may still wait; long where none does.
func (j *Journal) untilDue() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	if due, waiting := j.queue.due(); waiting {
		return time.Until(due)
	}
	return time.Hour
}

// drain writes what is queued; the lazy entries that are not due yet go on
// waiting, unless the context has ended. An error means that it ended while
// the disk was broken.
func (j *Journal) drain(ctx context.Context) error {
	work := context.WithoutCancel(ctx) // a commit under way is finished, not interrupted
	for {
		items := j.take(ctx.Err() != nil)
		if len(items) == 0 {
			return nil
		}
		if tried, err := j.commit(work, items); err != nil {
			j.fail(tried, err)
			if err := j.heal(ctx); err != nil {
				return err
			}
			continue
		}
		j.moveRest(work)
	}
}

// take removes the next batch from the queue.
func (j *Journal) take(all bool) []*item {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.queue.take(time.Now(), all)
}

// commit writes the items in one transaction and says so to each. On an error
// it gives back those that were in the transaction.
func (j *Journal) commit(ctx context.Context, items []*item) ([]*item, error) {
	b, refused := encode(items, j.cfg.Yield)
	for _, r := range refused {
		j.refuse(r)
	}
	if len(b.items) == 0 {
		return nil, nil
	}
	began := time.Now()
	if err := j.store.write(ctx, b, j.fault); err != nil {
		return b.items, err
	}
	j.metrics.commitSeconds.Observe(time.Since(began).Seconds())
	j.metrics.commits.Inc()
	j.metrics.batch.Observe(float64(len(b.items)))
	wake(j.progress)
	j.settle(Stored, b.items...)
	return nil, nil
}

// settle ends the items: they leave the journal's memory.
func (j *Journal) settle(o Outcome, items ...*item) {
	j.mu.Lock()
	for _, it := range items {
		j.count(it.Lazy, -1)
	}
	j.mu.Unlock()
	for _, it := range items {
		it.tell(o)
	}
}

// refuse gives up an item that no database could hold.
func (j *Journal) refuse(r refusal) {
	j.metrics.refused.Inc()
	j.log.Error("refused an entry that cannot be written", "error", r.err)
	j.settle(Dropped, r.item)
}

// closeIfIdle closes the journal to further entries, unless one has come.
func (j *Journal) closeIfIdle() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = j.queue.empty()
	return j.closed
}

func (j *Journal) fault(s Stage) error {
	if j.cfg.Fault == nil {
		return nil
	}
	if err := j.cfg.Fault(s); err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	return nil
}
