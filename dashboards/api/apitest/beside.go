package apitest

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
)

// OnBeside puts in place who hears what stands beside the engine's own events.
func (e *Engine) OnBeside(hear func(alerting.Event)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hear = hear
}

// Add decides an addition and stores it; what must be durable is unavailable
// while the journal is down.
func (e *Engine) Add(_ context.Context, a alerting.Addition) (alerting.Incident, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.incidents[a.Incident]
	if !ok {
		return alerting.Incident{}, fmt.Errorf("%w: incident %s", alerting.ErrNotFound, a.Incident)
	}
	var earlier []alerting.Event
	for _, ev := range r.events {
		if ev.Type == a.Type {
			earlier = append(earlier, ev)
		}
	}
	now := time.Now()
	b, err := a.Decide(r.incident.Listed(), earlier, now)
	if err != nil || b == nil {
		return r.incident, err
	}
	ev, err := a.Event(r.incident, *b, now)
	switch {
	case err != nil:
		return alerting.Incident{}, err
	case e.down && ev.Rejectable():
		return alerting.Incident{}, fmt.Errorf("%w: the journal", alerting.ErrUnavailable)
	}
	i := e.apply([]alerting.Event{ev}, false)
	if e.hear != nil {
		ev.Seq = e.seq
		e.hear(ev)
	}
	return i, nil
}
