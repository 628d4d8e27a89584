package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// A budget is judged when its time is up, and once. Each delivery has two for
// every stage that its channel can come to, its leg's target for that stage and
// its hard limit. An audience is judged on what must reach it in time (a press, a
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
	due    time.Time
	miss   alerting.Miss
	within time.Duration
	left   *int      // how many of those that were set together are to come
	stages []atStage // in their order
}

// atStage is what is asked to have come to a stage.
type atStage struct {
	stage      alerting.DeliveryState
	deliveries []string
	updates    []update
}

// of is what a deadline judges on a stage.
func (l *deadline) of(s alerting.DeliveryState) *atStage {
	n := slices.IndexFunc(l.stages, func(a atStage) bool { return a.stage == s })
	if n < 0 {
		n = len(l.stages)
		l.stages = append(l.stages, atStage{stage: s})
	}
	return &l.stages[n]
}

// watchBudgets sets the timers of what was planned just now. What is judged is
// what has been reported by then: reports that wait in the inbox are looked at
// first.
func (e *Engine) watchBudgets(r *record, planned []alerting.Delivery, now time.Time) {
	all := r.deadlines(planned, now)
	if len(all) == 0 {
		return
	}
	left := len(all)
	for _, d := range all {
		d.left = &left
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
		for _, stage := range judged() {
			r.deadlinesOf(&out, planned, m, stage, now)
		}
	}
	return out
}

// deadlinesOf are those of one budget, for one stage.
func (r *record) deadlinesOf(out *deadlines, planned []alerting.Delivery, m alerting.Miss, stage alerting.DeliveryState, now time.Time) {
	var shortest []alerting.Delivery
	for _, d := range planned {
		if _, known := r.leg(d.Key()); !known || d.State == alerting.Expired || r.wasJudged(d, m, stage, now) {
			continue
		}
		l := out.at(d, m, r.budget(d, m, stage), now).of(stage)
		l.deliveries = append(l.deliveries, d.ID)
		n := slices.IndexFunc(shortest, func(s alerting.Delivery) bool { return s.Audience == d.Audience && s.Number == d.Number })
		switch {
		case !d.Alarm:
		case n < 0:
			shortest = append(shortest, d)
		case r.budget(d, m, stage) < r.budget(shortest[n], m, stage):
			shortest[n] = d
		}
	}
	for _, d := range shortest {
		l := out.at(d, m, r.budget(d, m, stage), now).of(stage)
		l.updates = append(l.updates, update{d.Audience, d.Number})
	}
}

// wasJudged reports whether an earlier life has judged a delivery: its mark is
// written once, and may be that of the stage before.
func (r *record) wasJudged(d alerting.Delivery, m alerting.Miss, stage alerting.DeliveryState, now time.Time) bool {
	return d.Missed == alerting.MissedLimit || d.Missed == m && !now.Before(begun(d).Add(r.budget(d, m, stage)))
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

func budgetOf(l alerting.Leg, m alerting.Miss, stage alerting.DeliveryState) time.Duration {
	if m == alerting.MissedTarget {
		return l.Target(stage)
	}
	return l.Limit
}

func (r *record) budget(d alerting.Delivery, m alerting.Miss, stage alerting.DeliveryState) time.Duration {
	leg, _ := r.leg(d.Key())
	return budgetOf(leg, m, stage)
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
		d, told := r.begun(leg.Key())
		if !told {
			continue
		}
		if _, there := d.Took(e.proves(d)); !there {
			open = append(open, *d)
		}
	}
	e.watchBudgets(r, open, now)
}
