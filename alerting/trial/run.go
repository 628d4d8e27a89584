package trial

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Run writes down what becomes of tests, and which ways work, until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	look, save := time.NewTicker(time.Second), time.NewTicker(saveSigns)
	defer look.Stop()
	defer save.Stop()
	for {
		select {
		case n := <-d.in:
			d.mu.Lock()
			d.remember(n)
			d.mu.Unlock()
		case <-d.wake:
			d.save(ctx)
		case now := <-look.C:
			d.giveUp(now)
			d.save(ctx)
		case <-save.C:
			d.saveSigns(ctx)
		case <-ctx.Done():
			end := context.WithoutCancel(ctx)
			d.save(end)
			d.saveSigns(end)
			return nil
		}
	}
}

// giveUp ends the tests that nothing was heard of in their time.
func (d *Desk) giveUp(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.order {
		t := d.trials[id]
		if !t.UnderWay() || now.Before(t.At.Add(within(t.Leg.Channel)+forgiven)) {
			continue
		}
		t.State, t.Why, t.FailedAt = alerting.Failed, cmp.Or(t.Why, alerting.NothingHeard), now
		d.put(t, now)
	}
}

// save writes the tests that have changed; what the disk does not take is tried
// again.
func (d *Desk) save(ctx context.Context) {
	all := d.changed()
	for n, t := range all {
		if err := d.write(ctx, t); err != nil {
			d.log.Warn("what became of a test was not written down", "test", t.ID, "error", err)
			d.later(all[n:])
			return
		}
	}
}

// later has tests written the next time.
func (d *Desk) later(all []Trial) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range all {
		if _, known := d.trials[t.ID]; known {
			d.unsaved[t.ID] = true
		}
	}
}

// changed takes the tests that are to be written.
func (d *Desk) changed() []Trial {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Trial
	for id := range d.unsaved {
		out = append(out, d.trials[id])
	}
	clear(d.unsaved)
	return out
}

func (d *Desk) write(ctx context.Context, t Trial) error {
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	return d.deps.Store.SaveTrial(ctx, t)
}

func (d *Desk) saveSigns(ctx context.Context) {
	d.mu.Lock()
	legs := slices.Collect(maps.Keys(d.fresh))
	all := make([]Sign, 0, len(legs))
	for _, k := range legs {
		all = append(all, d.signs[k])
	}
	clear(d.fresh)
	d.mu.Unlock()
	if len(all) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	if err := d.deps.Store.SaveSigns(ctx, all); err != nil {
		d.log.Warn("which ways work was not written down", "error", err)
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, k := range legs {
			d.fresh[k] = true
		}
	}
}
