package apitest

import (
	"context"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/dashboards/api"
)

// Trail gives a school's events before a sequence number, the latest first.
func (e *Engine) Trail(_ context.Context, school string, before int64, limit int) (events []alerting.Event, next int64, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.incidents {
		for _, ev := range r.events {
			if ev.School == school && (before == 0 || ev.Seq < before) {
				events = append(events, ev)
			}
		}
	}
	slices.SortFunc(events, func(a, b alerting.Event) int { return int(b.Seq - a.Seq) })
	if len(events) > limit {
		return events[:limit], events[limit-1].Seq, nil
	}
	return events, 0, nil
}

// Audited is what Checked says from now on.
func (e *Engine) Audited(c api.AuditCheck) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.audited = c
}

// Checked is the latest check, and the one that runs.
func (e *Engine) Checked() api.AuditCheck {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.audited
}

// Check begins a check, which does not end before Audited says what it found.
func (e *Engine) Check() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.audited.Running.IsZero() {
		return false
	}
	e.audited.Running = time.Now()
	return true
}
