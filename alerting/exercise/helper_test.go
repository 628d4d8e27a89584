package exercise_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

var (
	officer = who("office", alerting.RoleOfficer)
	second  = who("deputy", alerting.RoleOfficer)
	liaison = who("desk", alerting.RoleLiaison)
	staff   = who("teacher", alerting.RoleStaff)
	b1      = devices.Address{School: "ziwei", Device: "b-1"}
	b2      = devices.Address{School: "ziwei", Device: "b-2"}
)

func who(name string, r alerting.Role) drill.Person {
	return drill.Person{Actor: alerting.Actor{Name: name, Role: r}, Schools: []string{"ziwei", "lanhua"}}
}

func campus() *people.Directory {
	name := func(zh, en string) alerting.Text { return alerting.Text{ZH: zh, EN: en} }
	both := []string{"ziwei", "lanhua"}
	return people.New(people.Lists{
		Schools: []people.School{{ID: "ziwei", Name: name("紫薇小学", "Ziwei")}, {ID: "lanhua", Name: name("兰花小学", "Lanhua")}},
		Devices: []people.Device{
			{Address: b1, Kind: devices.KindButton}, {Address: b2, Kind: devices.KindButton},
			{Address: devices.Address{School: "ziwei", Device: "f-1"}, Kind: devices.KindFirePanel},
		},
		Terminals: []people.Terminal{
			{Audience: alerting.Police, ID: "desk-1", Schools: both}, {Audience: alerting.Police, ID: "desk-2", Schools: both},
			{Audience: alerting.Guards, ID: "gate-1", Schools: []string{"ziwei"}}, {Audience: alerting.Guards, ID: "gate-2", Schools: []string{"lanhua"}},
			{Audience: alerting.Staff, ID: "hall", Schools: []string{"ziwei"}, Public: true}, {Audience: alerting.Staff, ID: "room", Schools: []string{"ziwei"}},
		},
	})
}

// world is what an exercise works with, all of it in memory.
type world struct {
	t *testing.T
	*exercise.Exercises
	mu         sync.Mutex
	events     []drill.Event
	down, away bool
	examined   string
	unresolved []alerting.Incident
	declared   []alerting.Actor
	unexpected []devices.Address
	stoodDown  []string
	windows    map[string][]time.Duration
	cleared    map[string]devices.Command // the latest that closed a window
	told       []deliver.Message
	stop       func()
}

var errDown = errors.New("no disk")

func (w *world) AppendDrill(_ context.Context, events []drill.Event) ([]drill.Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return nil, errDown
	}
	w.events = append(w.events, events...)
	return events, nil
}

func (w *world) DrillEvents(context.Context, int) ([]drill.Event, error) { return w.events, nil }

func (w *world) Unresolved() []alerting.Incident {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.unresolved)
}

func (w *world) Unexpected(from devices.Address) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unexpected = append(w.unexpected, from)
}

func (w *world) StandDownOver() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stoodDown = append(w.stoodDown, "over")
}

func (w *world) StandDown(school string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stoodDown = append(w.stoodDown, school)
}

func (w *world) Declare(_ context.Context, school string, k alerting.Kind, _ string, by alerting.Actor) (alerting.Incident, error) {
	w.mu.Lock()
	w.declared = append(w.declared, by)
	w.mu.Unlock()
	w.Raised(school, k, by, alerting.AlwaysConfidential(k))
	return alerting.Incident{ID: "live", School: school, Mode: devices.Live}, nil
}

func (w *world) Tell(to devices.Address, c devices.Command) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.away {
		return errors.New("not connected")
	}
	if c.Drill.For == 0 {
		w.cleared[to.String()] = c
	}
	w.windows[to.String()] = append(w.windows[to.String()], c.Drill.For)
	return nil
}

// sink is the world as the lanes.
type sink struct{ w *world }

func (s sink) Tell(m deliver.Message) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.w.told = append(s.w.told, m)
}

func inVirtualTime(t *testing.T, story func(*world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, windows: map[string][]time.Duration{}, cleared: map[string]devices.Command{}}
		w.start()
		defer func() { w.stop() }()
		story(w)
	})
}

// start runs the exercise; a second time it is a hub that starts again.
func (w *world) start() {
	if w.stop != nil {
		w.stop()
	}
	w.load()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	w.stop = func() { cancel(); require.NoError(w.t, <-done) }
	synctest.Wait()
}

// load is a hub that has read its drills, and does not run yet.
func (w *world) load() {
	w.Exercises = exercise.New(exercise.Deps{
		Store: w, People: campus, Log: slog.New(slog.DiscardHandler),
		Days: func(s string, _, _ time.Time) drill.Day {
			return drill.Day{Examination: s == w.examined, WorkingDays: 1}
		},
	})
	w.Connect(w, w, sink{w})
	require.NoError(w.t, w.Load(w.t.Context()))
}

func (w *world) do(by drill.Person, c drill.Command) exercise.View {
	w.t.Helper()
	v, err := w.try(by, c)
	require.NoError(w.t, err)
	return v
}

func (w *world) try(by drill.Person, c drill.Command) (exercise.View, error) {
	c.By = by
	if c.Verb == drill.VerbMark && c.Count == nil {
		c.Count = &drill.Count{Complete: true, Expected: 400}
	}
	v, err := w.Do(w.t.Context(), exercise.Order{Drill: "d-1", Command: c})
	synctest.Wait()
	return v, err
}

// plan is a drill of one school, with b-1 in its window from the start.
func plan() drill.Plan {
	return drill.Plan{
		ID: "d-1", Kind: "fire", At: time.Now(), ForS: 900, Schools: []drill.Site{{ID: "ziwei", Storeys: 4}},
		Windows: []drill.Window{{School: "ziwei", Device: "b-1"}}, Parts: []drill.Part{drill.Unit, drill.Evacuated, drill.Counted},
		Filed: []string{"desk-1"},
	}
}

func (w *world) running(p drill.Plan) {
	w.t.Helper()
	w.do(officer, drill.Command{Verb: drill.VerbPlan, Plan: p})
	w.do(liaison, drill.Command{Verb: drill.VerbAccept, Station: "desk-1"})
	w.do(officer, drill.Command{Verb: drill.VerbStart})
	if len(p.Schools) > 1 {
		w.do(second, drill.Command{Verb: drill.VerbConfirm})
	}
	require.Equal(w.t, drill.Running, w.phase())
}

func (w *world) phase() drill.Phase {
	v, ok := w.Drill("d-1")
	require.True(w.t, ok)
	return v.Phase
}

func (w *world) press(from devices.Address, id string, m devices.Mode) {
	w.Pressed(devices.Press{ID: id, From: from, Alarm: devices.Attack, Mode: m, ReceivedAt: time.Now()}, false)
	synctest.Wait()
}

// heard is the latest text of a recipient.
func (w *world) heard(a alerting.Audience, id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range slices.Backward(w.told) {
		if m.Audience == a && m.Recipient == id {
			return string(m.Mode) + " " + m.Text.ZH
		}
	}
	return ""
}

// windowsOf is what a device was told of its windows; none is closed.
func (w *world) windowsOf(device string) []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.windows[device])
}
