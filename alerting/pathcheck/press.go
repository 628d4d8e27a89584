package pathcheck

import (
	"context"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting/people"
)

// begin presses. The press is a goroutine of its own: it waits for the network
// and the disk, at most one a school.
func (c *Checker) begin(ctx context.Context, g *errgroup.Group, s people.School, w way, now time.Time) way {
	k := Check{ID: newID(), School: s.ID, PressedAt: now, Everywhere: w.everywhere(now, s.Location())}
	if k.Everywhere {
		c.mu.Lock()
		c.everywhere[k.ID] = true
		c.mu.Unlock()
	}
	limit := min(window, c.cfg.Every*4/5)
	g.Go(func() error {
		pctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		pressed, err := c.deps.Press.Press(pctx, k.School, k.ID)
		at := time.Now()
		c.hear(func(time.Time) {
			c.change(k.School, k.ID, func(k Check) Check { return k.pressed(pressed, at, err) })
		})
		return nil
	})
	return w.begin(k, c.cfg.Every)
}

// newID draws a press id as firmware does.
func newID() string {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.NewString()
	}
	return id.String()
}

func (c *Checker) change(school, check string, f func(Check) Check) {
	w, ok := c.ways[school]
	if !ok {
		return
	}
	before := w.provenAt
	w = w.change(check, f)
	c.ways[school] = w
	if w.provenAt != before {
		c.metrics.proven(school, w)
		c.publish(c.deps.People().Schools())
	}
}
