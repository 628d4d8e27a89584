package schoolday

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/firmware-sim/campus/day"
	"example.org/campushub/firmware-sim/campus/scenario"
)

// gone compares the ends of connections with what is stored of them. A hub that
// lives sees each of them, however the device went: it is one point, that the
// device is offline, and of nothing else is there such a point. Of a connection
// that went down with the hub nobody could write: that the hub itself was away
// is seen by its own points, and a device that does not come back is lost by
// its silence.
func (c *comparison) gone() {
	ends := map[string][]day.End{}
	for _, e := range c.sent.Ends {
		ends[e.From.Device] = append(ends[e.From.Device], e)
	}
	for _, device := range slices.Sorted(maps.Keys(ends)) {
		left := c.store.away[device]
		for i, e := range ends[device] {
			until := c.end.Add(moved).Round(0)
			if i+1 < len(ends[device]) {
				until = since(ends[device][i+1])
			}
			mine := func(p point) bool { return !p.time().Before(since(e)) && p.time().Before(until) }
			other := slices.DeleteFunc(slices.Clone(left), mine)
			c.ended(e, slices.DeleteFunc(slices.Clone(left), func(p point) bool { return !mine(p) }))
			left = other
		}
		c.unmade(device, left)
	}
	for _, device := range slices.Sorted(maps.Keys(c.store.away)) {
		if ends[device] == nil {
			c.unmade(device, c.store.away[device])
		}
	}
}

// since is from when on the hub can have seen an end. Where the far side made
// it the device learns of it later.
func since(e day.End) time.Time {
	if e.Why == day.Dropped {
		return e.Began.Round(0)
	}
	return e.At.Round(0)
}

// ended judges one end by the points that are stored of it.
func (c *comparison) ended(e day.End, points []point) {
	c.Ends.Sent++
	switch {
	case len(points) > 0:
		c.Ends.Written++
		c.Ends.Twice += len(points) - 1
	case !e.Known || unseen(c.sent, e):
		c.Ends.Open++
	default:
		c.Ends.Lost++
		c.named("end of a connection of %s lost: %s at %s", e.From, e.Why, e.At.Format(time.RFC3339Nano))
	}
	if len(points) > 1 {
		c.named("end of a connection of %s is there %d times: %s at %s", e.From, len(points), e.Why, e.At.Format(time.RFC3339Nano))
	}
	for _, p := range points {
		if other := c.otherEnd(e, p); other != "" {
			c.Ends.Other++
			c.named("end of a connection of %s: %s", e.From, other)
			return
		}
	}
}

// otherEnd says what is not as it should be: of a device that is away nothing
// is known but that.
func (c *comparison) otherEnd(e day.End, p point) string {
	if p.text("school") != e.From.School || p.text("kind") != string(c.kinds[e.From.Device]) || p.text("place") == "" {
		return fmt.Sprint("other tags: ", p.fields)
	}
	if want := len([]string{"online", "school", "device", "kind", "place"}); len(p.fields) != want {
		return fmt.Sprintf("%v: want %d fields and tags", p.fields, want)
	}
	return ""
}

// unmade names points that say of a device that it went away when it did not.
func (c *comparison) unmade(device string, points []point) {
	c.Ends.Twice += len(points)
	for _, p := range points {
		c.named("%s is stored as away at %s, and was there", device, p.time().Format(time.RFC3339Nano))
	}
}

// unseen reports whether an end came of the hub's own: nobody was there to see
// it. The hub is down a moment before whoever killed it says so, and no connection
// of before outlives it, however late its device learns of that.
func unseen(sent *day.Ledger, e day.End) bool {
	return e.Why == day.Dropped && slices.ContainsFunc(sent.Outages, func(o day.Outage) bool {
		return o.What == string(scenario.HubKilled) && e.At.After(o.Begin.Add(-unpromised)) && e.Began.Before(o.Begin)
	})
}
