package pathcheck

import (
	"context"
	"fmt"
	"time"
)

// concluded writes a check down that has ended.
func (c *Checker) concluded(school string, w way) {
	c.metrics.concluded(school, w)
	if w.last.ProvenAt.IsZero() {
		c.log.Warn("path check did not come through", "school", school, "missing", describe(w.last.Missing()))
	}
	if w.last.Everywhere {
		c.mu.Lock()
		delete(c.everywhere, w.last.ID)
		c.mu.Unlock()
	}
	select {
	case c.records <- *w.last:
	default:
		c.metrics.lost.Inc()
	}
}

func describe(missing []Missing) []string {
	var out []string
	for _, m := range missing {
		who := ""
		if m.Leg.Recipient != "" {
			who = fmt.Sprintf(" %s/%s", m.Leg.Audience, m.Leg.Recipient)
		}
		out = append(out, fmt.Sprintf("%s%s: %s", m.Stage, who, m.Why))
	}
	return out
}

// keep writes results down and removes old ones, until ctx ends.
func (c *Checker) keep(ctx context.Context) {
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	c.prune(ctx, time.Now())
	for {
		select {
		case k := <-c.records:
			if err := c.deps.Store.KeepPathCheck(ctx, k); err != nil && ctx.Err() == nil {
				c.log.Error("keeping a path check failed", "school", k.School, "error", err)
			}
		case now := <-prune.C:
			c.prune(ctx, now)
		case <-ctx.Done():
			return
		}
	}
}

func (c *Checker) prune(ctx context.Context, now time.Time) {
	if err := c.deps.Store.PrunePathChecks(ctx, now.Add(-keepFor)); err != nil && ctx.Err() == nil {
		c.log.Error("removing old path checks failed", "error", err)
	}
}
