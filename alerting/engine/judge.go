package engine

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// judge looks at what should have come by now. What is closed is nobody's
// hurry any more.
func (e *Engine) judge(r *record, l *deadline, now time.Time) {
	*l.left--
	if r.view.Resolved() || e.records[r.view.ID] != r {
		return
	}
	for _, s := range l.stages {
		for _, id := range s.deliveries {
			if d, ok := r.deliveries[id]; ok && e.judgeDelivery(r, d, l, s.stage) {
				r.marks = append(r.marks, *d)
			}
		}
	}
	if *l.left == 0 {
		e.keep(r, r.takeMarks())
	}
	for _, a := range alerting.Audiences() {
		for _, s := range l.stages {
			for _, u := range s.updates {
				if u.audience == a {
					e.judgeAudience(r, u, l, s.stage, now)
				}
			}
		}
	}
}

// takeMarks is every delivery that was marked and not written since. A mark is
// written once, with the last deadline of its telling or with the resolution. A
// crash before that costs the mark of what was received meanwhile; any other is
// made again by the next start.
func (r *record) takeMarks() []alerting.Delivery {
	out := r.marks
	r.marks = nil
	return out
}

// judgeDelivery counts and marks a delivery that is late for a stage. One that
// was superseded is not: the news that took its place has budgets of its own.
func (e *Engine) judgeDelivery(r *record, d *alerting.Delivery, l *deadline, stage alerting.DeliveryState) (marked bool) {
	asked := stage == alerting.Handed || e.proves(d) == stage
	if d.State == alerting.Expired || !asked || !d.Late(stage, l.within) {
		return false
	}
	e.metrics.missed(*d, stage, l.miss, r.view.Mode)
	if d.Missed == alerting.MissedLimit || d.Missed == l.miss {
		return false
	}
	d.Missed = l.miss
	return true
}

// judged are the stages that have a budget, in their order.
func judged() []alerting.DeliveryState {
	return []alerting.DeliveryState{alerting.Handed, alerting.Received}
}

// judgeAudience counts an audience of which nobody came to a stage in time, and
// writes it on the incident where the limit was hard: with the first such stage.
func (e *Engine) judgeAudience(r *record, u update, l *deadline, stage alerting.DeliveryState, now time.Time) {
	if r.takenOn(u) || r.received(u, l.within) {
		return // whoever took it on has received it
	}
	tried := r.tried(u)
	if e.reachedIn(tried, stage, l.within) {
		return
	}
	e.metrics.missedBy(&r.view, u.audience, stage, l.miss)
	if l.miss != alerting.MissedLimit || r.missed[u] {
		return
	}
	r.missed[u] = true
	o := alerting.NewOverrun(u.audience, stage, l.within, u.number, tried)
	e.notice(r, alerting.Notice{
		Type: alerting.EventOverrun, Audience: u.audience, Number: u.number, Overrun: &o,
		Reason: string(u.audience) + ": not " + string(stage) + " within " + l.within.String(),
	}, now)
}

// takenOn reports whether somebody of the audience took an update on, or a
// later one.
func (r *record) takenOn(u update) bool {
	return slices.ContainsFunc(r.view.Acknowledgements, func(k alerting.Acknowledgement) bool {
		return k.Audience == u.audience && k.Number >= u.number
	})
}

// received reports whether the update itself was received in time by anybody
// of the audience, which is as far as it can get.
func (r *record) received(u update, within time.Duration) bool {
	return slices.ContainsFunc(r.tellings[u.number], func(d *alerting.Delivery) bool {
		return d.Audience == u.audience && d.Alarm && !d.Late(alerting.Received, within)
	})
}

// tried is every delivery to the contacts whom an update was to reach, over
// whatever path, since then.
func (r *record) tried(u update) []alerting.Delivery {
	var out []alerting.Delivery
	contacts := map[string]bool{}
	for _, d := range r.tellings[u.number] {
		if leg, ok := r.leg(d.Key()); ok && d.Alarm && d.Audience == u.audience {
			contacts[leg.Reaches()] = true
			out = append(out, *d)
		}
	}
	if len(out) == 0 {
		return nil
	}
	since := out[0].PlannedAt
	for _, d := range r.deliveries {
		leg, ok := r.leg(d.Key())
		again := d.Number == u.number && d.Alarm
		if ok && !again && d.Audience == u.audience && contacts[leg.Reaches()] && !d.PlannedAt.Before(since) {
			out = append(out, *d)
		}
	}
	return out
}

// reachedIn reports whether one of the deliveries came to a stage in time,
// counted from the beginning of the first. A channel that can't give a receipt
// counts for one only where none of them can.
func (e *Engine) reachedIn(tried []alerting.Delivery, stage alerting.DeliveryState, within time.Duration) bool {
	receipts := slices.ContainsFunc(tried, func(d alerting.Delivery) bool { return e.proves(&d) == alerting.Received })
	if !receipts {
		stage = alerting.Handed
	}
	return slices.ContainsFunc(tried, func(d alerting.Delivery) bool {
		took, ok := d.Took(stage)
		return ok && d.PlannedAt.Add(took).Sub(begun(tried[0])) <= within
	})
}

// proves is the last stage that is asked of a delivery: handed where its
// channel can never give a receipt, or its gateway takes none.
func (e *Engine) proves(d *alerting.Delivery) alerting.DeliveryState {
	if !takesReceipts(e.deps.People(), d) {
		return alerting.Handed
	}
	return alerting.Proves(d.Channel)
}

// takesReceipts reports whether a gateway that could report back is listened
// to. One that nobody knows is no excuse.
func takesReceipts(dir *people.Directory, d *alerting.Delivery) bool {
	if d.Channel != alerting.ChannelSMS && d.Channel != alerting.ChannelVoice {
		return true
	}
	c, _ := dir.Contact(d.Recipient)
	for _, p := range c.Paths {
		if g, ok := dir.Gateway(p.Gateway); ok && p.Channel == d.Channel {
			return len(g.Callback) > 0
		}
	}
	return true
}
