package apitest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Drills are the real drills over the engine in memory: with a slice for a
// disk, and devices and terminals that hear everything.
type Drills struct {
	*exercise.Exercises
	engine *Engine
	dir    func() *people.Directory

	mu     sync.Mutex // guards what follows
	events []drill.Event
	// Examination makes every day an examination day.
	examination bool
}

// NewDrills builds drills; Run runs them, and must.
func NewDrills(e *Engine, dir func() *people.Directory) *Drills {
	d := &Drills{engine: e, dir: dir}
	d.Exercises = exercise.New(exercise.Deps{Store: d, People: dir, Days: d.day, Log: slog.New(slog.DiscardHandler)})
	d.Connect(d, d, deaf{})
	return d
}

// SetExamination makes every day an examination day, or none.
func (d *Drills) SetExamination(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.examination = on
}

func (d *Drills) day(string, time.Time, time.Time) drill.Day {
	d.mu.Lock()
	defer d.mu.Unlock()
	return drill.Day{Examination: d.examination, WorkingDays: 1}
}

// AppendDrill keeps events.
func (d *Drills) AppendDrill(_ context.Context, events []drill.Event) ([]drill.Event, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, events...)
	return events, nil
}

// DrillEvents returns what was kept.
func (d *Drills) DrillEvents(context.Context, int) ([]drill.Event, error) { return d.events, nil }

// Unresolved lists the engine's incidents.
func (d *Drills) Unresolved() []alerting.Incident { return d.engine.Unresolved() }

// Unexpected raises nothing here.
func (d *Drills) Unexpected(devices.Address) {}

// StandDown has nothing to end: nothing escalates here.
func (d *Drills) StandDown(string) {}

// StandDownOver has nothing to end either.
func (d *Drills) StandDownOver() {}

// Declare opens a live incident: a press of the first button.
func (d *Drills) Declare(_ context.Context, school string, k alerting.Kind, _ string, _ alerting.Actor) (alerting.Incident, error) {
	return d.engine.Press(devices.Press{
		ID: uuid.NewString(), From: devices.Address{School: school, Device: "b-1"}, Alarm: devices.Alarm(k),
		Mode: devices.Live, ReceivedAt: time.Now(),
	}), nil
}

// Tell says that every device is there.
func (d *Drills) Tell(devices.Address, devices.Command) error { return nil }

type deaf struct{}

// Tell takes a text.
func (deaf) Tell(deliver.Message) {}
