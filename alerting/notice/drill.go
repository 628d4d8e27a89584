package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

// Drills keep the notices that are about a drill: one that is planned, or that
// nobody has pressed a button in, has no incident.
type Drills interface {
	// Noted keeps what is decided about a notice, durably; nil where that was
	// nothing.
	Noted(ctx context.Context, n exercise.Notice, decide exercise.Note) (*drill.Event, error)
}

// OfDrills makes of the notices that drills keep, oldest first, what Load takes.
func OfDrills(events []drill.Event) []alerting.Event {
	var out []alerting.Event
	for _, e := range events {
		if e.Type == drill.EventNotice {
			out = append(out, besideOf(e))
		}
	}
	return out
}

func besideOf(e drill.Event) alerting.Event {
	return alerting.Event{
		Type: alerting.EventNotice, Incident: e.Drill, School: e.School, At: e.At, Actor: e.Actor, Command: e.Command,
		Beside: &alerting.Beside{Of: ofRelease, Payload: e.Notice},
	}
}

// ReleaseDrill takes a person's command about a drill's notices to the parents
// of one of its schools. It fails as Release does.
func (d *Desk) ReleaseDrill(ctx context.Context, id, school string, c release.Command) error {
	if d.deps.Drills == nil {
		return fmt.Errorf("%w: drill %s", alerting.ErrNotFound, id)
	}
	_, err := d.ask(ctx, func(ctx context.Context) (alerting.Incident, error) {
		m := matter{state: d.state, people: d.deps.People(), carries: d.deps.Carries}
		n := exercise.Notice{Drill: id, School: school, Command: c.ID, By: c.By.Actor}
		e, err := d.deps.Drills.Noted(ctx, n, func(s drill.State, now time.Time) (json.RawMessage, error) {
			events, err := m.drillStep(s, school, c, now)
			if err != nil || len(events) == 0 {
				return nil, err
			}
			return json.Marshal(notices{Mode: devices.Drill, Events: events})
		})
		if err == nil && e != nil {
			d.heard.put(besideOf(*e))
		}
		return alerting.Incident{}, err
	})
	return err
}

// drillStep is the decision itself, pure.
func (m matter) drillStep(s drill.State, school string, c release.Command, now time.Time) ([]release.Event, error) {
	if !slices.ContainsFunc(s.Plan.Schools, func(o drill.Site) bool { return o.ID == school }) {
		return nil, fmt.Errorf("%w: the drill is not at %s", alerting.ErrNotFound, school)
	}
	if len(c.Schools) > 0 && !slices.Equal(c.Schools, []string{school}) {
		return nil, fmt.Errorf("%w: schools: each school of a drill tells its own parents", alerting.ErrInvalid)
	}
	if c.Verb == release.VerbDraft && c.Content.Text == release.DrillAhead {
		day := dayOf(s, m.people, school)
		if c.Content.Date == "" {
			c.Content.Date = day
		}
		if c.Content.Date != day {
			return nil, fmt.Errorf("%w: date: the drill is planned for %s", alerting.ErrInvalid, day)
		}
	}
	m.drill = &s
	return m.step(about(s, school), &c, now)
}

// dayOf is the day of a drill at a school.
func dayOf(s drill.State, dir *people.Directory, school string) string {
	at, _ := dir.School(school)
	return s.Plan.At.In(at.Location()).Format(time.DateOnly)
}

// about is a drill as the gate looks at it: what is practised, in no place and
// pressed by nobody, since it was planned.
func about(s drill.State, school string) alerting.Incident {
	opened := s.PlannedAt
	if opened.IsZero() { // stored before drills kept it
		opened = s.Plan.At
	}
	return alerting.Incident{
		ID: s.Plan.ID, School: school, Kind: s.Plan.Kind, Mode: devices.Drill, OpenedAt: opened, Verify: alerting.VerifiedReal,
	}
}

// stageOf is what parents can be told of a drill.
func stageOf(s drill.State) release.Stage {
	switch s.Phase {
	case drill.Stopped, drill.Returned:
		return release.StageOver
	case drill.Preempted, drill.Cancelled:
		return release.StageGone
	}
	return release.StageAhead
}

// DrillGate looks at a drill's notices to the parents of one of its schools.
func (d *Desk) DrillGate(s drill.State, school string) (alerting.Incident, Gate) {
	i := about(s, school)
	m := matter{state: *d.seen.Load(), people: d.deps.People(), carries: d.deps.Carries, drill: &s}
	g := m.gate(i)
	for _, n := range d.Sent([]string{school}, maxKept) {
		if n.Incident == i.ID {
			g.Sent = append(g.Sent, n)
		}
	}
	return i, g
}

// PreviewDrill renders what a draft would be, and stores nothing.
func (d *Desk) PreviewDrill(s drill.State, school string, c release.Command, now time.Time) (release.Draft, error) {
	m := matter{state: *d.seen.Load(), people: d.deps.People(), carries: d.deps.Carries}
	c.Verb, c.ID = release.VerbDraft, ""
	events, err := m.drillStep(s, school, c, now)
	switch {
	case err != nil:
		return release.Draft{}, err
	case len(events) == 0: // the same draft lies there already
		return *m.row(about(s, school), nil).Draft, nil
	}
	return *events[0].Draft, nil
}
