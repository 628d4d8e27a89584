package notice

import (
	"context"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// tick lets the passing of time decide: approvals lapse, and a school that
// asked for it gets its first holding text.
func (d *Desk) tick(ctx context.Context, now time.Time) {
	d.drain()
	ctx, cancel := context.WithTimeout(ctx, decideWithin)
	defer cancel()
	for _, id := range d.due(ctx, now) {
		hub := alerting.Actor{Name: alerting.ActorHub}
		if _, err := d.decide(ctx, id, alerting.Addition{Actor: hub}, nil); err != nil {
			if !d.stalled {
				d.log.Error("what time decides about notices was not stored", "incident", id, "error", err)
			}
			d.stalled = true
			continue
		}
		d.stalled = false
		d.drain()
	}
}

// due lists the incidents for which time decides something now.
func (d *Desk) due(ctx context.Context, now time.Time) []string {
	var out []string
	for _, id := range d.candidates() {
		m, err := d.matter(ctx, id)
		if err != nil {
			continue // it is asked again in a second
		}
		i, err := d.deps.Engine.Incident(ctx, id)
		if err != nil {
			continue
		}
		if events, err := m.step(i, nil, now); err != nil {
			d.log.Error("the hub's own holding text can't be made", "incident", id, "error", err)
		} else if len(events) > 0 {
			out = append(out, id)
		}
	}
	return out
}

// candidates are the incidents that have a draft on which time works, and the
// unresolved ones of schools that want the hub to speak first.
func (d *Desk) candidates() []string {
	var out []string
	for _, r := range d.state.rows {
		if dr := r.state.Draft; dr != nil && (dr.Automatic() || (len(dr.Schools) > 1 && len(dr.Approvals) == 1)) {
			out = append(out, r.about)
		}
	}
	dir := d.deps.People()
	for _, i := range d.deps.Engine.Unresolved() {
		if s, _ := dir.School(i.School); s.Holding.After > 0 && !i.Confidential && !slices.Contains(out, i.ID) {
			out = append(out, i.ID)
		}
	}
	return out
}
