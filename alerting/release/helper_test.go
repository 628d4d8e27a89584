package release_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
	"example.org/campushub/devices"
)

var (
	opened = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // 08:00 at the school
	china  = time.FixedZone("CST", 8*3600)

	ziwei = release.SchoolOf(
		people.School{ID: "ziwei", Name: alerting.Text{ZH: "紫薇小学", EN: "Ziwei Primary"}, Callback: "010-5555", Zone: china},
		[]alerting.Place{{ID: "east", Name: alerting.Text{ZH: "东门广场", EN: "the east square"}}},
	)
	lanhua = release.SchoolOf(
		people.School{ID: "lanhua", Name: alerting.Text{ZH: "兰花小学", EN: "Lanhua Primary"}, Zone: china},
		[]alerting.Place{{ID: "east", Name: alerting.Text{ZH: "东门", EN: "the east gate"}}},
	)

	head    = holder("head")   // the principal
	deputy  = holder("deputy") // also holds the right
	third   = holder("third")  //
	plain   = person("office", alerting.RoleOfficer)
	police  = person("desk", alerting.RoleLiaison)
	counted = release.Count{Complete: true, Expected: 400}
)

func person(name string, r alerting.Role) release.Person {
	return release.Person{Actor: alerting.Actor{Name: name, Role: r}}
}

func holder(name string) release.Person {
	p := person(name, alerting.RoleOfficer)
	p.Releases = []string{"ziwei", "lanhua"}
	return p
}

// story is one incident's notices and the events that made them.
type story struct {
	t      *testing.T
	sit    release.Situation
	now    time.Time
	state  release.State
	events []release.Event
}

// ruled is what a policy says of the kinds that parents may hear of.
var ruled = map[alerting.Kind]release.Rule{
	"emergency": release.Agreed, "attack": release.Agreed, "intrusion": release.Agreed, "fire": release.Agreed,
	"health": release.Two, "traffic": release.One, "crowd": release.One, "weather": release.One,
}

func about(t *testing.T, kind alerting.Kind) *story {
	return &story{t: t, now: opened.Add(time.Minute), sit: release.Situation{
		Incident: "i-1", School: "ziwei", Kind: kind, Mode: devices.Live, OpenedAt: opened, Rule: ruled[kind],
		Schools: []release.School{ziwei, lanhua},
	}}
}

// become is what classifying the incident anew makes of it.
func (s *story) become(kind alerting.Kind) { s.sit.Kind, s.sit.Rule = kind, ruled[kind] }

func (s *story) wait(d time.Duration) { s.now = s.now.Add(d) }

func (s *story) try(c release.Command) ([]release.Event, error) {
	return release.Step(s.state, release.Input{Situation: s.sit, Command: &c}, s.now)
}

func (s *story) keep(events []release.Event) []release.Event {
	for _, e := range events {
		e.Seq = int64(len(s.events) + 1)
		s.events = append(s.events, e)
		s.state.Apply(e)
	}
	return events
}

func (s *story) do(c release.Command) []release.Event {
	s.t.Helper()
	events, err := s.try(c)
	require.NoError(s.t, err)
	return s.keep(events)
}

func (s *story) refused(kind error, c release.Command) {
	s.t.Helper()
	events, err := s.try(c)
	require.ErrorIs(s.t, err, kind)
	require.Empty(s.t, events)
}

func (s *story) tick() []release.Event {
	s.t.Helper()
	events, err := release.Step(s.state, release.Input{Situation: s.sit}, s.now)
	require.NoError(s.t, err)
	return s.keep(events)
}

// by is a command about the draft as it stands.
func (s *story) by(p release.Person, v release.Verb) release.Command {
	c := release.Command{Verb: v, By: p, Reason: "why"}
	if s.state.Draft != nil {
		c.Hash = s.state.Draft.Hash
	}
	return c
}

func (s *story) draft(p release.Person, c release.Content, schools ...string) {
	s.t.Helper()
	s.do(release.Command{Verb: release.VerbDraft, By: p, Content: c, Schools: schools})
}

// out brings a first notice out, by its rule.
func (s *story) out() {
	s.t.Helper()
	s.draft(plain, s.holding())
	if release.RuleOf(s.sit, release.Holding) == release.Two {
		s.do(s.by(deputy, release.VerbApprove))
	}
	s.do(s.by(head, release.VerbRelease))
	require.Equal(s.t, 1, s.state.Number)
}

func (s *story) holding() release.Content {
	return release.Content{Text: release.Holding, Next: s.now.Add(30 * time.Minute)}
}

// content is one that is complete for the text and the story's kind.
func (s *story) content(id release.TextID) release.Content {
	c := release.Content{Text: id}
	switch id {
	case release.Holding, release.HoldingArrival, release.Waiting, release.DismissalLater:
		c.Next = s.now.Add(30 * time.Minute)
	case release.PickUp:
		c.Pickup, c.Collect = "east", s.now.Add(time.Hour)
	case release.GateChanged:
		c.Pickup = "east"
	case release.ClosedWeather:
		c.Date = "2026-03-03"
	case release.DrillAhead:
		c.Date, c.Drill = "2026-03-03", release.Evacuation
	}
	if lines := release.Reasons(id, s.sit.Kind); len(lines) > 0 {
		c.Reason = lines[0]
	}
	return c
}

// recorded is the story as a journal gives it back.
func (s *story) recorded() release.State {
	s.t.Helper()
	raw, err := json.Marshal(s.events)
	require.NoError(s.t, err)
	var events []release.Event
	require.NoError(s.t, json.Unmarshal(raw, &events))
	return release.Fold(events)
}
