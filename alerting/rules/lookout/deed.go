package lookout

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/devices"
)

const (
	// mostDeeds is how many things wait to be said to the engine. Overflow: the
	// oldest is dropped, counted and logged.
	mostDeeds = 512
	againIn   = time.Second
	// mostTries is how often the end of something is looked for whose incident is
	// not there: somebody has closed it.
	mostTries   = 5
	closeWithin = 2 * time.Second
)

// deed is something to be said to the engine: a condition, its end, or that
// nobody can say any more whether it is so.
type deed struct {
	gate      devices.Address
	condition engine.Condition
	over      bool
	unknown   bool
	at        time.Time // when it is tried
	tries     int
}

func (l *Lookout) do(d deed) {
	if len(l.deeds) >= mostDeeds {
		l.metrics.unsaid.Inc()
		l.log.Error("the engine has had no room for too long: something a gate found is not told", "school", l.deeds[0].condition.School)
		l.deeds = slices.Delete(l.deeds, 0, 1)
	}
	l.deeds = append(l.deeds, d)
}

// act says what is due, in order; what finds no room is said again.
func (l *Lookout) act(ctx context.Context, now time.Time) {
	deeds := l.deeds
	l.deeds = nil
	for _, d := range deeds {
		done := !now.Before(d.at) && l.said(ctx, d)
		if g := l.gates[d.gate]; done && g != nil {
			g.said = now
		}
		if !done {
			if !now.Before(d.at) {
				d.at, d.tries = now.Add(againIn), d.tries+1
			}
			l.deeds = append(l.deeds, d)
		}
	}
}

// said reports whether nothing is left to do.
func (l *Lookout) said(ctx context.Context, d deed) bool {
	var err error
	switch {
	case d.over:
		err = l.end(ctx, d)
	case d.unknown:
		err = l.deps.Alarms.Unknown(d.condition)
	default:
		err = l.deps.Alarms.Found(d.condition)
	}
	switch {
	case err == nil:
		return true
	case errors.Is(err, alerting.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.Is(err, alerting.ErrNotFound):
		return d.tries >= mostTries
	}
	l.metrics.unsaid.Inc()
	l.log.Error("what a gate found was refused", "school", d.condition.School, "gate", d.condition.Object, "error", err)
	return true
}

// end closes a low incident whose condition is over and that nobody has taken
// on. Any other says so, and is for a person to close.
func (l *Lookout) end(ctx context.Context, d deed) error {
	c := d.condition
	for _, i := range l.deps.Alarms.Unresolved() {
		if i.School != c.School || i.Kind != c.Kind || i.Device != c.Object || i.PressCount > 0 || i.Resolved() {
			continue
		}
		if i.Severity != alerting.Low || len(i.Acknowledgements) > 0 {
			return l.deps.Alarms.Passed(c)
		}
		ctx, stop := context.WithTimeout(ctx, closeWithin)
		defer stop()
		return l.deps.Alarms.Over(ctx, i.ID, "sensors")
	}
	return alerting.ErrNotFound
}
