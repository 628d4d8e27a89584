package alerting

import "time"

// The hub's clock may be set back while an incident is open: while the hub
// runs its own time is monotonic, and a start finds events from after now. How
// long the hub was away then nobody knows; what is known to have passed by the
// latest event is never taken back.

// lift follows the time of an event.
func (i *Incident) lift(at time.Time) {
	if behind := i.LastAt.Sub(at.Add(i.Ahead)); !i.LastAt.IsZero() && behind > 0 {
		i.Ahead += behind
	}
	i.LastAt = at.Add(i.Ahead)
}

// SetBack reports whether the clock that shows now has been set back since the
// incident's latest event.
func (i Incident) SetBack(now time.Time) bool { return now.Add(i.Ahead).Before(i.LastAt) }

// Age is the time since the first press, or the opening: never less than
// nothing, and never less than it was at the latest event.
func (i Incident) Age(now time.Time) time.Duration {
	own := now.Add(i.Ahead)
	if own.Before(i.LastAt) {
		own = i.LastAt
	}
	begun := i.OpenedAt
	if len(i.Presses) > 0 {
		begun = i.Presses[0].PressedAt
	}
	return max(own.Sub(begun), 0)
}

// ClockSetBack is why a delivery's stage stands at the moment of its planning:
// by the clock it came before, and how long it took nobody knows.
const ClockSetBack = "clock was set back"

// stageAt is when a stage of a delivery was reached, counted from its planning:
// by the monotonic clock where the hub has run since, and never before it.
func (d Delivery) stageAt(at time.Time) (_ time.Time, setBack bool) {
	if d.PlannedAt.IsZero() {
		return at, false
	}
	took := at.Sub(d.PlannedAt)
	return d.PlannedAt.Add(max(took, 0)), took < 0
}
