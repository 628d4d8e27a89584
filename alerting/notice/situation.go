package notice

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
)

// maxLinked bounds how many linked incidents are looked at.
const maxLinked = 100

// linked is the other incidents that an incident is linked with, over however
// many links: to people they are one matter, so their parents read one row.
func (d *Desk) linked(ctx context.Context, id string) ([]alerting.Incident, error) {
	known := map[string]bool{id: true}
	var out []alerting.Incident
	for next := []string{id}; len(next) > 0 && len(out) < maxLinked; next = next[1:] {
		i, err := d.deps.Engine.Incident(ctx, next[0]) // the owner's own view: a link counts at once
		if err != nil {
			return nil, fmt.Errorf("linked incident: %w", err)
		}
		if i.ID != id {
			out = append(out, i)
		}
		for _, o := range i.Links {
			if !known[o] {
				known[o] = true
				next = append(next, o)
			}
		}
	}
	return out, nil
}

// matter is what a decision about notices is taken on: one moment's view of
// the incident, those linked with it, the rows and the people.
type matter struct {
	state  state
	people *people.Directory
	linked []alerting.Incident
	drill  *drill.State // the drill that it is about, where it has no incident
	// carries says why a school's parents could not be sent a text; nil never.
	carries func(school string, t alerting.Text) error
}

// sendable refuses, while it can still be changed, what a channel would refuse
// when it is sent.
func (m matter) sendable(events []release.Event) error {
	if m.carries == nil || events[0].Draft == nil {
		return nil
	}
	for _, r := range events[0].Draft.Rendered {
		if err := m.carries(r.School, r.Text); err != nil {
			return fmt.Errorf("%w: text: %w", alerting.ErrInvalid, err)
		}
	}
	return nil
}

// begin is the beginning of the day, at the school, on which the oldest of the
// linked incidents opened: from then on its parents read one row of numbers.
func (m matter) begin(i alerting.Incident) time.Time {
	oldest := i.OpenedAt
	for _, o := range m.linked {
		if o.School == i.School && o.Mode == i.Mode && o.OpenedAt.Before(oldest) {
			oldest = o.OpenedAt
		}
	}
	school, _ := m.people.School(i.School)
	y, mo, day := oldest.In(school.Location()).Date()
	return time.Date(y, mo, day, 0, 0, 0, 0, school.Location())
}

// row is the school's notices as they count for the incident, and the number
// that none of the schools has got beyond.
func (m matter) row(i alerting.Incident, schools []string) release.State {
	begin := m.begin(i)
	s := m.state.rows[rowKey{i.School, i.Mode}].since(begin)
	for _, id := range schools {
		s.Number = max(s.Number, m.state.rows[rowKey{id, i.Mode}].number(begin))
	}
	return s
}

// about is the incident of the draft that lies at the school.
func (m matter) about(i alerting.Incident) string {
	return m.state.rows[rowKey{i.School, i.Mode}].about
}

func (m matter) situation(i alerting.Incident) release.Situation {
	s := release.Of(i, m.rule(i))
	if m.drill != nil {
		s.Stage = stageOf(*m.drill)
	}
	t := m.count(i).Total()
	s.Count = release.Count{Complete: t.Complete, Expected: t.Expected, Missing: t.Missing}
	for _, school := range m.people.Schools() {
		s.Schools = append(s.Schools, release.SchoolOf(school, school.Pickups))
	}
	if own, ok := m.people.School(i.School); ok {
		s.Auto = release.Automatic{On: own.Holding.After > 0, After: own.Holding.After, Countdown: own.Holding.Countdown}
	}
	return s
}

// rule is what the policy in force asks for: who tightens it tightens it for
// what is open too.
func (m matter) rule(i alerting.Incident) release.Rule {
	return release.RuleNamed(string(policy.Of(m.people).Release(i)))
}

// count is the latest head count of the incident and those linked with it.
func (m matter) count(i alerting.Incident) muster.State {
	latest := m.state.counts[i.ID]
	for _, o := range m.linked {
		if c := m.state.counts[o.ID]; o.School == i.School && o.Mode == i.Mode && c.StartedAt.After(latest.StartedAt) {
			latest = c
		}
	}
	return latest
}

// stricter is whether a linked incident asks for more than this one does: then
// it is said there, or a weaker rule would do for the graver matter.
func (m matter) stricter(sit release.Situation, text release.TextID) bool {
	if release.RuleOf(sit, text) != release.One {
		return false
	}
	for _, o := range m.linked {
		if o.School != sit.School || o.Mode != sit.Mode || o.Resolved() {
			continue
		}
		if r := release.RuleOf(release.Of(o, m.rule(o)), text); r == release.Agreed || r == release.Two {
			return true
		}
	}
	return false
}
