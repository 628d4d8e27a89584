package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/devices"
)

// reporting is a person's alarm on its way in. Its answer comes when it is
// durable, or known not to be for now.
type reporting struct {
	alerting.Report
	done chan result // holds one
}

// Raise takes a person's alarm in: their phone is a button. Like a press it
// goes ahead of everything else and is told before it is stored; it returns
// when it is durable, and after CommitLimit at the latest. An incident that is
// not Stored has been told all the same: whoever raised it sends it again, and
// the same report twice is the same incident. What comes back was opened by
// this very call where its first press was received at the report's At.
//
// It returns alerting.ErrForbidden and ErrInvalid for what is no alarm of a
// person's, ErrConflict where the id is another person's or a test is not made
// on an examination day (alerting.NoTestToday), and ErrUnavailable where the alarm has not been taken in: whoever raised it dials 110.
func (e *Engine) Raise(ctx context.Context, r alerting.Report) (alerting.Incident, error) {
	if err := r.Check(); err != nil {
		return alerting.Incident{}, err
	}
	p := &reporting{Report: r, done: make(chan result, 1)}
	select {
	case e.alarms <- alarm{reporting: p}:
	default:
		e.metrics.refused.Inc()
		return alerting.Incident{}, fmt.Errorf("%w: %w", ErrBusy, alerting.ErrUnavailable)
	}
	limit := time.NewTimer(CommitLimit)
	defer limit.Stop()
	for {
		select {
		case got := <-p.done:
			if away := (notResident{}); errors.As(got.err, &away) {
				return e.Incident(ctx, away.incident)
			}
			return got.incident, got.err
		case <-limit.C:
			e.tasks.force(func(now time.Time) { e.reportTooSlow(p, now) }) // bounded by the requests
		case <-ctx.Done():
			return alerting.Incident{}, fmt.Errorf("alarm %s: %w", r.ID, ctx.Err())
		case <-e.stopped:
			return alerting.Incident{}, fmt.Errorf("%w: %w", ErrStopped, alerting.ErrUnavailable)
		}
	}
}

// report tells first and stores in parallel.
func (e *Engine) report(p *reporting, now time.Time) {
	if e.reported(p, now) {
		return
	}
	if p.Mode == devices.Test && e.examination(p.School, now) {
		p.done <- result{err: alerting.NoTestToday()}
		return
	}
	o := policy.Open(e.deps.People(), e.guarded(policy.Occasion{
		School: p.School, Place: p.Place, Kind: p.Kind, Mode: p.Mode, Silent: p.Silent, At: now,
		Facts: policy.FactsOf(p.Facts), Engaged: e.elsewhereThan(p.School),
	}))
	o.OnPost = e.posted(p.School, p.Place)
	events, err := alerting.Step(nil, alerting.Input{Report: &p.Report, Opening: o}, now)
	if err != nil { // Raise has looked before
		p.done <- result{err: err}
		return
	}
	r, t := e.open(p.from(), events[0])
	p.wait(r, t)
	e.showNow(r, t, now)
}

// reported handles a report that is known: it is answered when that very
// report is durable, and told to nobody a second time. It is known as a press
// is: while its incident is in memory, and among the latest of its school.
func (e *Engine) reported(p *reporting, now time.Time) bool {
	incident, known := e.known(p.from(), p.ID)
	if r, resident := e.records[p.Incident()]; resident {
		incident, known = r.view.ID, true
	}
	if !known {
		return false
	}
	e.metrics.repeated.Inc()
	r, resident := e.records[incident]
	switch {
	case incident != p.Incident():
		p.done <- result{err: fmt.Errorf("%w: the id is another alarm's", alerting.ErrConflict)}
	case !resident: // resolved and durable
		p.done <- result{err: notResident{incident}}
	default:
		e.joined(r, p, now)
	}
	return true
}

func (e *Engine) joined(r *record, p *reporting, now time.Time) {
	t := r.events[0]
	if t.state == durable {
		p.done <- result{incident: r.full()}
		return
	}
	if len(t.waiters) >= maxWaiting {
		answer(t, ErrNotStored)
	}
	p.wait(r, t)
	e.retry(r, now)
}

// wait answers with the incident, stored or not: it has been told.
func (p *reporting) wait(r *record, t *tracked) {
	t.waiters = append(t.waiters, func(error) { p.done <- result{incident: r.full()} })
}

// reportTooSlow answers a report whose commit has not ended in time.
func (e *Engine) reportTooSlow(p *reporting, now time.Time) {
	if r, ok := e.records[p.Incident()]; ok {
		e.tooLate(r, r.events[0], now)
		answer(r.events[0], ErrNotStored)
	}
}

// from stands for the device that a phone is not.
func (p *reporting) from() devices.Address { return devices.Address{School: p.School} }
