package notice

import (
	"context"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/muster"
)

// Count takes a person's command about an incident's head count. It fails as
// Release does, but is shown while the journal is down: children are counted
// whatever the disk does.
func (d *Desk) Count(ctx context.Context, incident string, c muster.Command) (alerting.Incident, error) {
	return d.ask(ctx, func(ctx context.Context) (alerting.Incident, error) {
		s := *d.seen.Load()
		return d.deps.Engine.Add(ctx, alerting.Addition{
			ID: c.ID, Incident: incident, Type: alerting.EventCounted, Actor: c.By.Actor,
			Decide: func(i alerting.Incident, _ []alerting.Event, now time.Time) (*alerting.Beside, error) {
				return count(s.counts[i.ID], i, c, now)
			},
		})
	})
}

// count is the decision itself, pure.
func count(s muster.State, i alerting.Incident, c muster.Command, now time.Time) (*alerting.Beside, error) {
	if c.Verb == muster.VerbStart && i.Confidential {
		return nil, refuse("a head count would give a confidential matter away")
	}
	if c.Verb == muster.VerbReport && s.StartedAt.IsZero() {
		return nil, refuse("no head count has begun")
	}
	c.Muster, c.School = i.ID, i.School
	events, err := muster.Step(s, c, now)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	text := alerting.Text{ZH: "清点人数:开始", EN: "Head count: begun"}
	if events[0].Type == muster.EventReported {
		text = alerting.Text{ZH: "清点人数:" + events[0].Class + " 已上报", EN: "Head count: " + events[0].Class + " reported"}
	}
	return encode(ofMuster, counted{Events: events}, text)
}

// Counted is the head count of one incident; false where none has begun.
func (d *Desk) Counted(incident string) (muster.State, bool) {
	s, ok := d.seen.Load().counts[incident]
	return s, ok
}

// Counts lists the head counts of unresolved incidents at the schools, newest
// first. Nothing of the incidents is in them but their ids.
func (d *Desk) Counts(schools []string) []muster.State {
	counts := d.seen.Load().counts
	var out []muster.State
	for _, i := range d.deps.Engine.Unresolved() {
		if s, ok := counts[i.ID]; ok && slices.Contains(schools, i.School) && !i.Confidential && !i.Resolved() {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b muster.State) int { return b.StartedAt.Compare(a.StartedAt) })
	return out
}
