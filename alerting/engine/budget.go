package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// A budget is judged when its time is up, and once. Each delivery has two, its
// leg's target and hard limit, and is judged on every stage that its channel
// can come to. An audience is judged on what must reach it in time (a press, a
// level that is told for the first time, whatever a contact is told first): it
// has missed the shortest of its legs' budgets where none of those contacts
// was reached by then, over whatever path. What was handed was not received: a
// receipt is asked for wherever a channel of the audience can give one.

// update is one telling of an audience.
type update struct {
	audience alerting.Audience
	number   int64
}

// deadline is what is judged at one moment.
type deadline struct {
	due        time.Time
	miss       alerting.Miss
	within     time.Duration
	last       bool // of those that were set together
	deliveries []string
	updates    []update
}

// watchBudgets sets the timers of what was planned just now. What is judged is
// what has been reported by then: reports that wait in the inbox are looked at
// first.
func (e *Engine) watchBudgets(r *record, planned []alerting.Delivery, now time.Time) {
	all := r.deadlines(planned, now)
	if len(all) == 0 {
		return
	}
	slices.MaxFunc(all, func(a, b *deadline) int { return a.due.Compare(b.due) }).last = true
	for _, d := range all {
		e.timers.at(d.due, func(time.Time) {
			e.tasks.force(func(now time.Time) { e.judge(r, d, now) }) // one for each timer
		})
	}
}

// deadlines are the moments at which deliveries are judged, and their
// audiences: each by the shortest budget among its legs.
func (r *record) deadlines(planned []alerting.Delivery, now time.Time) []*deadline {
	var out deadlines
	for _, m := range alerting.Misses() {
		var shortest []alerting.Delivery
		for _, d := range planned {
			if _, known := r.leg(d.Key()); !known || d.State == alerting.Expired || d.Missed == alerting.MissedLimit || d.Missed == m {
				continue
			}
			l := out.at(d, m, r.budget(d, m), now)
			l.deliveries = append(l.deliveries, d.ID)
			n := slices.IndexFunc(shortest, func(s alerting.Delivery) bool { return s.Audience == d.Audience && s.Number == d.Number })
			switch {
			case !d.Alarm:
			case n < 0:
				shortest = append(shortest, d)
			case r.budget(d, m) < r.budget(shortest[n], m):
				shortest[n] = d
			}
		}
		for _, d := range shortest {
			l := out.at(d, m, r.budget(d, m), now)
			l.updates = append(l.updates, update{d.Audience, d.Number})
		}
	}
	return out
}

type deadlines []*deadline

// judgeTick is how far apart hard limits are judged: what many presses missed
// at about the same time is then one commit, and not one each beside the
// commits that buttons wait for. What is judged is how long it took, whenever
// that is looked at.
const judgeTick = 50 * time.Millisecond

// ticked is the first tick that is not before due, on due's own monotonic clock.
func ticked(due time.Time) time.Time {
	over := due.Sub(due.Truncate(judgeTick))
	if over == 0 {
		return due
	}
	return due.Add(judgeTick - over)
}

// at is the deadline of a delivery's budget. One that is further away than its
// full length was planned before the clock was set back.
func (all *deadlines) at(d alerting.Delivery, m alerting.Miss, within time.Duration, now time.Time) *deadline {
	due := begun(d).Add(within)
	if latest := now.Add(within); due.After(latest) {
		due = latest
	}
	if m == alerting.MissedLimit {
		due = ticked(due)
	}
	n := slices.IndexFunc(*all, func(o *deadline) bool { return o.miss == m && o.within == within && o.due.Equal(due) })
	if n < 0 {
		n = len(*all)
		*all = append(*all, &deadline{due: due, miss: m, within: within})
	}
	return (*all)[n]
}

// begun is the moment that a delivery's budgets count from: the hub had read
// its press, or it was planned.
func begun(d alerting.Delivery) time.Time {
	if d.Origin != nil {
		return d.PlannedAt.Add(-d.Origin.Wait)
	}
	return d.PlannedAt
}

func budgetOf(l alerting.Leg, m alerting.Miss) time.Duration {
	if m == alerting.MissedTarget {
		return l.Budget
	}
	return l.Limit
}

func (r *record) budget(d alerting.Delivery, m alerting.Miss) time.Duration {
	leg, _ := r.leg(d.Key())
	return budgetOf(leg, m)
}

// leg finds a leg of the plan, or one that a concealment took out of it.
func (r *record) leg(k alerting.LegKey) (alerting.Leg, bool) {
	for _, all := range [...][]alerting.Leg{r.view.Plan.Legs, r.view.Hushed} {
		if i := slices.IndexFunc(all, func(l alerting.Leg) bool { return l.Key() == k }); i >= 0 {
			return all[i], true
		}
	}
	return alerting.Leg{}, false
}

// watchAgain judges after a start what the hub stopped before it had judged.
// What had been received is past its hurry.
func (e *Engine) watchAgain(r *record, now time.Time) {
	var open []alerting.Delivery
	for _, leg := range r.view.Plan.Legs {
		d, told := r.deliveries[r.latest[leg.Key()]]
		if !told {
			continue
		}
		if _, there := d.Took(e.proves(d)); !there {
			open = append(open, *d)
		}
	}
	e.watchBudgets(r, open, now)
}
