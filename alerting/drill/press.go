package drill

import (
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/devices"
)

// HoldIsLive is how long a button is held to say that it is real, also within
// its window.
const HoldIsLive = 3 * time.Second

// MaxUnexpected bounds how many unexpected presses a drill records.
const MaxUnexpected = 100

// Press is one press as the plan sees it.
type Press struct {
	ID   string
	From devices.Address
	At   time.Time // of pressing
	Hold time.Duration
}

// Expected is the mode that the drill gives a press: drill for the first short
// press of a named device within its announced window, live for everything
// else. Firmware decides by the same rule; where the hub itself gives a press
// its mode, this is it. A press that a device has sent is never changed by it.
func (s State) Expected(p Press) alerting.Mode {
	i := s.window(p.From.School, p.From.Device)
	if i < 0 || p.Hold >= HoldIsLive {
		return devices.Live
	}
	w := s.Windows[i]
	switch {
	case p.At.Before(w.From) || !p.At.Before(w.Until):
		return devices.Live
	case w.Press != "" && w.Press != p.ID:
		return devices.Live
	case !s.EndedAt.IsZero() && !p.At.Before(s.EndedAt):
		return devices.Live
	}
	return devices.Drill
}

// press decides what a press does to the drill. Its mode is its device's: a
// live one ends the drill, a drill press that nobody expected stays one and is
// a fault to tell. What can't be read as drill or test is live.
func (s State) press(p devices.Press, hushed bool, now time.Time) []Event {
	if _, here := s.Plan.site(p.From.School); !here {
		return nil
	}
	e := Event{
		Drill: s.Plan.ID, At: now, Actor: alerting.Actor{Name: p.From.Device}, School: p.From.School,
		Device: p.From.Device, Press: p.ID, PressedAt: p.PressedAt().UTC().Round(0),
	}
	switch p.Mode {
	case devices.Test:
		return nil
	case devices.Drill:
		return s.drillPress(e, p)
	}
	if hushed {
		return s.hushed(now)
	}
	if !s.underWay() {
		return nil
	}
	e.Type, e.Texts, e.Clear = EventPreempted, notADrill(), true
	return []Event{e}
}

// hushed ends the drill as its time would: it tells nobody that anything is
// real, and names neither button nor school. Who has to act is told by the
// alarm's own plan, and a person sends people back.
func (s State) hushed(now time.Time) []Event {
	if s.Phase != Running {
		return nil
	}
	return []Event{{Type: EventStopped, Drill: s.Plan.ID, At: now, Actor: hub, Reason: "hub", Clear: true}}
}

func (s State) drillPress(e Event, p devices.Press) []Event {
	if i := s.window(p.From.School, p.From.Device); i >= 0 && s.Windows[i].Press == p.ID {
		return nil // sent again
	}
	e.Type = EventPressed
	if s.Expected(Press{ID: p.ID, From: p.From, At: e.PressedAt}) == devices.Drill {
		return []Event{e}
	}
	if slices.Contains(s.Unexpected, e.pressKey()) || len(s.Unexpected) >= MaxUnexpected {
		return nil
	}
	e.Type = EventUnexpected
	return []Event{e}
}
