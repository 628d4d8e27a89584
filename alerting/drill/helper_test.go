package drill_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/devices"
)

var (
	ten = time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC) // 10:00 at the school

	officer = who("office", alerting.RoleOfficer)
	second  = who("deputy", alerting.RoleOfficer)
	liaison = who("desk", alerting.RoleLiaison)
	guard   = who("gate", alerting.RoleGuard)

	counted = map[string]drill.Count{"ziwei": {Complete: true, Expected: 400}, "lanhua": {Complete: true, Expected: 300}}
)

func who(name string, r alerting.Role) drill.Person {
	return drill.Person{Actor: alerting.Actor{Name: name, Role: r}, Schools: []string{"ziwei", "lanhua"}}
}

// evacuation is a drill of one school, with one button and everybody but the
// police in it.
func evacuation() drill.Plan {
	return drill.Plan{
		ID: "d-1", Kind: "fire", At: ten, ForS: 1200, Schools: []drill.Site{{ID: "ziwei", Storeys: 4}},
		Windows: []drill.Window{{School: "ziwei", Device: "b-1", Kind: devices.KindButton}},
		Parts:   []drill.Part{drill.Unit, drill.MutualAid, drill.Evacuated, drill.Counted},
	}
}

func joint() drill.Plan {
	p := evacuation()
	p.Schools = append(p.Schools, drill.Site{ID: "lanhua", Storeys: 6})
	return p
}

// story is one drill and the events that made it.
type story struct {
	t      *testing.T
	in     drill.Input // what else is known
	now    time.Time
	state  drill.State
	events []drill.Event
}

func planned(t *testing.T, p drill.Plan) *story {
	s := &story{t: t, now: ten.Add(-24 * time.Hour)}
	s.do(drill.Command{Verb: drill.VerbPlan, By: officer, Plan: p})
	s.now = ten
	return s
}

func running(t *testing.T, p drill.Plan) *story {
	s := planned(t, p)
	s.do(drill.Command{Verb: drill.VerbStart, By: officer})
	if len(p.Schools) > 1 {
		s.do(drill.Command{Verb: drill.VerbConfirm, By: second})
	}
	require.Equal(t, drill.Running, s.state.Phase)
	s.counted(counted)
	return s
}

// counted has the last word about each school's heads.
func (s *story) counted(all map[string]drill.Count) {
	for _, school := range slices.Sorted(maps.Keys(all)) {
		c := all[school]
		e := drill.Event{Type: drill.EventCounted, Drill: s.state.Plan.ID, At: s.now, School: school, Count: &c}
		s.events = append(s.events, e)
		s.state.Apply(e)
	}
}

func (s *story) wait(d time.Duration) { s.now = s.now.Add(d) }

func (s *story) try(c drill.Command) ([]drill.Event, error) {
	in := s.in
	in.Command = &c
	return drill.Step(s.state, in, s.now)
}

func (s *story) keep(events []drill.Event) []drill.Event {
	for _, e := range events {
		s.events = append(s.events, e)
		s.state.Apply(e)
	}
	return events
}

func (s *story) do(c drill.Command) []drill.Event {
	s.t.Helper()
	events, err := s.try(c)
	require.NoError(s.t, err)
	return s.keep(events)
}

func (s *story) refused(kind error, c drill.Command) {
	s.t.Helper()
	events, err := s.try(c)
	require.ErrorIs(s.t, err, kind)
	require.Empty(s.t, events)
}

func (s *story) tick() []drill.Event {
	s.t.Helper()
	events, err := drill.Step(s.state, s.in, s.now)
	require.NoError(s.t, err)
	return s.keep(events)
}

// press lets a device of ziwei press now.
func (s *story) press(device, id string, mode alerting.Mode) []drill.Event {
	s.t.Helper()
	p := devices.Press{ID: id, From: devices.Address{School: "ziwei", Device: device}, Alarm: devices.Fire, Mode: mode, ReceivedAt: s.now}
	events, err := drill.Step(s.state, drill.Input{Press: &p}, s.now)
	require.NoError(s.t, err, "a press is never refused")
	return s.keep(events)
}

// mark says that a part was done so long after the drill's start.
func (s *story) mark(p drill.Part, after time.Duration) {
	s.t.Helper()
	s.now = s.state.StartedAt.Add(after)
	s.do(drill.Command{Verb: drill.VerbMark, By: guard, School: "ziwei", Part: p})
}

func (s *story) stop() []drill.Event {
	s.t.Helper()
	return s.do(drill.Command{Verb: drill.VerbStop, By: officer, Reason: "all out"})
}

func (s *story) recorded() drill.State {
	s.t.Helper()
	raw, err := json.Marshal(s.events)
	require.NoError(s.t, err)
	var events []drill.Event
	require.NoError(s.t, json.Unmarshal(raw, &events))
	return drill.Fold(events)
}
