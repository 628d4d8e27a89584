package notice

import (
	"context"
	"slices"
	"strconv"
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
	return encode(ofMuster, counted{Events: events}, saidOf(events[0]))
}

// saidOf is an event of a head count in words, for the incident's timeline.
func saidOf(e muster.Event) alerting.Text {
	switch e.Type {
	case muster.EventReported:
		if why := muster.ReasonText(e.Figures.Reason); why.ZH != "" {
			return alerting.Text{
				ZH: "清点人数：" + e.Class + " 已上报，应到少于名册：" + why.ZH,
				EN: "Head count: " + e.Class + " reported, fewer expected than on the roll: " + why.EN,
			}
		}
		return alerting.Text{ZH: "清点人数：" + e.Class + " 已上报", EN: "Head count: " + e.Class + " reported"}
	case muster.EventAsked:
		if e.Asked.People == 0 {
			return alerting.Text{ZH: "清点人数：没有可询问的教职工，请改用电话", EN: "Head count: there are no staff to ask, telephone"}
		}
		asked, missed := strconv.Itoa(e.Asked.People), strconv.Itoa(e.Asked.Unreached)
		return alerting.Text{
			ZH: "清点人数：请 " + asked + " 人上报，" + missed + " 人未送达",
			EN: "Head count: " + asked + " asked to report, " + missed + " not reached",
		}
	}
	return alerting.Text{ZH: "清点人数：开始", EN: "Head count: begun"}
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
