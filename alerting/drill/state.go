package drill

import (
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Phase is where a drill stands.
type Phase string

// The phases.
const (
	Planned   Phase = "planned"
	Pending   Phase = "pending" // one person asked for its start, another has to confirm
	Running   Phase = "running"
	Stopped   Phase = "stopped"   // over, and nobody has gone back yet
	Returned  Phase = "returned"  // every school has gone back
	Preempted Phase = "preempted" // it became real
	Cancelled Phase = "cancelled"
)

// State is one drill, a fold of its events. What was published is never
// written to again: Apply replaces or appends.
type State struct {
	Plan      Plan           `json:"plan"`
	Phase     Phase          `json:"phase"`
	PlannedBy alerting.Actor `json:"planned_by"`
	PlannedAt time.Time      `json:"planned_at,omitzero"`
	FiledLate bool           `json:"filed_late"` // less than a working day before
	Accepted  []string       `json:"accepted"`   // stations

	AskedBy     alerting.Actor `json:"asked_by,omitzero"`
	AskedAt     time.Time      `json:"asked_at,omitzero"`
	StartedBy   alerting.Actor `json:"started_by,omitzero"`
	ConfirmedBy alerting.Actor `json:"confirmed_by,omitzero"` // where the start needed two
	StartedAt   time.Time      `json:"started_at,omitzero"`
	EndedBy     alerting.Actor `json:"ended_by,omitzero"`
	EndedAt     time.Time      `json:"ended_at,omitzero"`
	Back        []string       `json:"back"` // schools that have gone back

	Windows []Opened `json:"windows"` // announced, in order
	Marks   []Mark   `json:"marks"`
	// Counts are the last head counts, by school.
	Counts map[string]Count `json:"counts"`
	// Unexpected lists drill presses that the plan did not expect, as
	// "school/device/press"; the first MaxUnexpected, for more say nothing new.
	Unexpected []string `json:"unexpected"`
	// Commands holds the idempotency ids that this drill has seen.
	Commands []string `json:"-"`
}

// Opened is a window that its device was told of.
type Opened struct {
	School string    `json:"school"`
	Device string    `json:"device"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	// Press is the one press of the window, "" while there is none.
	Press     string    `json:"press,omitempty"`
	PressedAt time.Time `json:"pressed_at,omitzero"`
}

// Mark says when a part was done at a school.
type Mark struct {
	School string         `json:"school"`
	Part   Part           `json:"part"`
	At     time.Time      `json:"at"`
	By     alerting.Actor `json:"by"`
}

// Fold rebuilds a drill from its events, in the order of the journal.
func Fold(events []Event) State {
	var s State
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

// Apply folds one event. It never fails: an event that is in the journal has
// happened.
func (s *State) Apply(e Event) {
	if e.Command != "" && !slices.Contains(s.Commands, e.Command) {
		s.Commands = append(s.Commands, e.Command)
	}
	switch e.Type {
	case EventPlanned:
		s.Plan, s.Phase, s.PlannedBy, s.PlannedAt, s.FiledLate = *e.Plan, Planned, e.Actor, e.At, e.Late
	case EventAccepted:
		s.Accepted = append(s.Accepted, e.Station)
	case EventCancelled:
		s.Phase = Cancelled
	case EventAsked:
		s.Phase, s.AskedBy, s.AskedAt = Pending, e.Actor, e.At
	case EventLapsed:
		s.unask()
	case EventStarted:
		s.start(e)
	case EventStopped:
		s.end(e, Stopped)
	case EventPreempted, EventReal:
		s.becomeReal(e)
	case EventReturned:
		s.goBack(e)
	default:
		s.record(e)
	}
}

// record folds what is measured.
func (s *State) record(e Event) {
	switch e.Type {
	case EventWindow:
		s.Windows = append(s.Windows, Opened{School: e.School, Device: e.Device, From: e.At, Until: e.Until})
	case EventPressed:
		s.pressed(e)
	case EventUnexpected:
		s.Unexpected = append(s.Unexpected, e.pressKey())
	case EventCounted:
		counts := maps.Clone(s.Counts)
		if counts == nil {
			counts = map[string]Count{}
		}
		counts[e.School] = *e.Count
		s.Counts = counts
	case EventMarked:
		s.Marks = append(s.Marks, Mark{School: e.School, Part: e.Part, At: e.MarkedAt, By: e.Actor})
	}
}

func (s *State) unask() { s.Phase, s.AskedBy, s.AskedAt = Planned, alerting.Actor{}, time.Time{} }

func (s *State) start(e Event) {
	s.StartedBy = e.Actor
	if s.Phase == Pending {
		s.StartedBy, s.ConfirmedBy = s.AskedBy, e.Actor
	}
	s.Phase, s.StartedAt = Running, e.At
}

func (s *State) end(e Event, p Phase) {
	s.Phase = p
	if s.EndedAt.IsZero() {
		s.EndedAt, s.EndedBy = e.At, e.Actor
	}
}

func (s *State) becomeReal(e Event) {
	switch s.Phase {
	case Running, Stopped:
		s.end(e, Preempted)
	case Pending:
		s.unask()
	}
}

func (s *State) goBack(e Event) {
	s.Back = append(s.Back, e.School)
	if len(s.Back) == len(s.Plan.Schools) {
		s.Phase = Returned
	}
}

func (s *State) pressed(e Event) {
	i := s.window(e.School, e.Device)
	if i < 0 {
		return
	}
	s.Windows = slices.Clone(s.Windows)
	s.Windows[i].Press, s.Windows[i].PressedAt = e.Press, e.PressedAt
}

// pressKey names a press: its id is scoped by its device.
func (e Event) pressKey() string { return e.School + "/" + e.Device + "/" + e.Press }

// window finds a device's announced window.
func (s State) window(school, device string) int {
	return slices.IndexFunc(s.Windows, func(w Opened) bool { return w.School == school && w.Device == device })
}

// underWay reports whether people still act as in a drill: it runs, or has
// stopped and somebody waits outside.
func (s State) underWay() bool { return s.Phase == Running || s.Phase == Stopped }

// PoliceTold lists the stations that are told of the drill, marked as one:
// those that accepted it. An unfiled drill tells none.
func (s State) PoliceTold() []string { return s.Accepted }
