package engine

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// endings are the kinds that end by themselves, so that the hub may close them.
// What somebody has to look at, such as an opened case, is not among them.
func endings() []alerting.Kind {
	return []alerting.Kind{"button-lost", "device-lost", "device-service", "uplink-lost"}
}

// Ended says that a condition that was found is over. The hub closes its
// incident as dealt with, unless somebody has taken it on: then it is theirs to
// close, and the timeline says that it is over. Where none is open nothing
// happens. It never blocks. It returns alerting.ErrInvalid for a kind that does
// not end by itself, and ErrUnavailable where there is no room: then it has to
// be said again.
func (e *Engine) Ended(c Condition) error {
	if !slices.Contains(endings(), c.Kind) {
		return fmt.Errorf("%w: kind: %q does not end by itself", alerting.ErrInvalid, c.Kind)
	}
	if !e.tasks.put(func(now time.Time) { e.ended(c, now) }) {
		return fmt.Errorf("end of %s of %s: task inbox is full: %w", c.Kind, c.Object, alerting.ErrUnavailable)
	}
	return nil
}

// ended commits first, as all that no button says. Where a person's command is
// under way, it is theirs that counts: the incident stays as they leave it.
func (e *Engine) ended(c Condition, now time.Time) {
	r, open := e.raised[raisedKey{c.School, string(c.Kind), c.Object}]
	if !open || r.view.Resolved() || r.command != nil || r.undecided != nil || r.saidOver() {
		return
	}
	e.commit(r, r.ending("ended", now), command{done: make(chan result, 1)})
}
