package pathcheck

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/campushub/alerting/people"
)

func (c *Checker) loop(ctx context.Context, g *errgroup.Group, records map[string]Records) {
	tick := time.NewTicker(min(max(c.cfg.Every/20, 10*time.Millisecond), time.Second))
	defer tick.Stop()
	c.coverNext = time.Now().Add(min(firstAfter, c.cfg.Every)) // nobody has come back yet
	c.look(ctx, g, records, time.Now())
	for {
		select {
		case f := <-c.in:
			f(time.Now())
		case <-c.nudge:
			c.coverNext = time.Time{}
			c.look(ctx, g, nil, time.Now())
		case <-tick.C:
			c.look(ctx, g, nil, time.Now())
		case <-ctx.Done():
			return
		}
	}
}

// look does what is due.
func (c *Checker) look(ctx context.Context, g *errgroup.Group, records map[string]Records, now time.Time) {
	dir := c.deps.People()
	c.follow(dir.Schools(), records, now)
	for _, s := range dir.Schools() {
		c.lookAt(ctx, g, s, now)
	}
	if !now.Before(c.coverNext) {
		c.coverNext = now.Add(min(coverEvery, c.cfg.Every))
		c.coverAll(dir, now)
	}
	c.lookOutside(ctx, g, now)
	c.publish(dir.Schools())
}

// follow takes up the schools that a reload has added, each at a moment of its
// own within the interval, and forgets those that it has removed.
func (c *Checker) follow(schools []people.School, records map[string]Records, now time.Time) {
	for n, s := range schools {
		if _, known := c.ways[s.ID]; known {
			continue
		}
		first := now.Add(min(firstAfter, c.cfg.Every) + c.cfg.Every*time.Duration(n)/time.Duration(len(schools)))
		c.ways[s.ID] = restored(now, first, records[s.ID])
		c.metrics.proven(s.ID, c.ways[s.ID])
	}
	for id := range c.ways {
		if !slices.ContainsFunc(schools, func(s people.School) bool { return s.ID == id }) {
			delete(c.ways, id)
			delete(c.coverage, id)
			c.metrics.forget(id)
		}
	}
}

func (c *Checker) lookAt(ctx context.Context, g *errgroup.Group, s people.School, now time.Time) {
	w := c.ways[s.ID]
	if w.over(now, min(window, c.cfg.Every*4/5)) {
		w = w.conclude().sooner(now, c.cfg.Every, c.limits(s.ID))
		c.concluded(s.ID, w)
	}
	if w.due(now) {
		w = c.begin(ctx, g, s, w, now)
	}
	if c.nobodyLooks(s.ID, w) {
		w.blind = now
	}
	if w.overdue(now) && c.deps.Raise(s.ID) {
		w.raised = true
		c.log.Error("the way to the police is not proven", "school", s.ID, "since", latest(w.provenAt, w.began))
	}
	c.ways[s.ID] = c.tellUplink(s.ID, w, now)
}

func (c *Checker) coverAll(dir *people.Directory, now time.Time) {
	for _, s := range dir.Schools() {
		before, known := c.coverage[s.ID]
		found := cover(dir, s.ID, c.deps.On, c.ways[s.ID].answered, now)
		c.coverage[s.ID] = found
		c.metrics.covered(s.ID, found)
		if !found.Enough() && (!known || before.Enough()) {
			c.log.Warn("too few responders can be reached", "school", s.ID, "responders", found.Responders, "paths", found.Vias)
		}
	}
}

func (c *Checker) lookOutside(ctx context.Context, g *errgroup.Group, now time.Time) {
	if c.deps.Outside == nil || c.looking || now.Before(c.lookNext) {
		return
	}
	c.looking, c.lookNext = true, now.Add(c.cfg.Every)
	g.Go(func() error {
		lctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		err := c.deps.Outside(lctx)
		at := time.Now()
		c.hearSurely(ctx, func(time.Time) { c.looked(err, at) })
		return nil
	})
}

// hearSurely waits for room: whoever looks outside may look again only after.
func (c *Checker) hearSurely(ctx context.Context, f func(now time.Time)) {
	select {
	case c.in <- f:
	case <-ctx.Done():
	}
}

func (c *Checker) looked(err error, at time.Time) {
	c.looking, c.outside.At, c.outside.Why = false, at, ""
	c.metrics.outside.WithLabelValues().Set(1)
	if err != nil {
		c.outside.Why = err.Error()
		c.metrics.outside.WithLabelValues().Set(0)
	}
}

func (c *Checker) publish(schools []people.School) {
	out := make([]Status, 0, len(schools))
	for _, s := range schools {
		w := c.ways[s.ID]
		out = append(out, Status{
			School: s.ID, Every: c.cfg.Every, Began: w.began, ProvenAt: w.provenAt, Took: w.took,
			Last: w.last, Coverage: c.coverage[s.ID], Outside: c.outside,
		})
	}
	c.status.Store(&out)
}
