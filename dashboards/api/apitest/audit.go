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

// Checked is the latest check of the chains, and the one that runs.
func (e *Engine) Checked(of api.AuditScope) api.AuditCheck {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.audited
	c.Chains = slices.DeleteFunc(slices.Clone(c.Chains), func(c api.AuditChain) bool { return !of.Has(c.School) })
	return c
}

// Check begins a check, which does not end before Audited says what it found.
func (e *Engine) Check(of api.AuditScope) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.checks = append(e.checks, of)
	if e.audited.Running.IsZero() {
		e.audited.Running = time.Now()
	}
}

// Checks are the chains that were to be checked, each time that somebody asked.
func (e *Engine) Checks() []api.AuditScope {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.checks)
}
