package simulation

import (
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/devices"
)

// finds has a part of the hub find something that nobody pressed for, or that
// it is over, or unknown: also of incidents that are none of its own.
func (w *world) finds(d deed) {
	kinds := []alerting.Kind{"post-missed", "post-uncovered", "device-lost", "lone-worker", "intrusion", "crowd", "tamper"}
	c := engine.Condition{
		School: schools()[d.pick[0]%3], Kind: kinds[d.pick[1]%uint64(len(kinds))], Object: fmt.Sprintf("o-%d", d.pick[2]%2), Place: gate(),
	}
	if d.pick[2]/2%3 == 0 {
		c.Due = time.Now().Truncate(10 * time.Minute)
	}
	if d.pick[2]/6%3 == 0 {
		c.Facts = alerting.FoundFacts()[:d.pick[2]/18%3]
	}
	e := w.engine
	switch d.pick[3] % 8 {
	case 0:
		_ = e.Passed(c)
	case 1:
		_ = e.Unknown(c)
	case 2, 3:
		w.over(d)
	default:
		_ = e.Found(c)
	}
}

// over has the hub say of an incident that its condition has ended.
func (w *world) over(d deed) {
	id, ok := w.latestOpen(d.pick[0])
	if own := w.foundOpen(); len(own) > 0 && d.pick[0]%4 > 0 {
		id, ok = own[d.pick[1]%uint64(len(own))], true
	}
	if !ok {
		return
	}
	w.note("over %s", id)
	e, ctx := w.engine, w.ctx
	w.callers.Go(func() { _ = e.Over(ctx, id, "whoever was missed has come") })
}

// foundOpen are the open incidents that nobody pressed for.
func (w *world) foundOpen() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, v := range w.views {
		if v.PressCount == 0 && v.Kind != alerting.KindHubFault {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// closes: what people pressed or raised, and what is no alarm, is closed by
// people alone. w.mu is held, as in all that follows.
func (w *world) closes(e alerting.Event, i alerting.Incident) {
	if e.Type != alerting.EventResolved || e.Actor.Name != alerting.ActorHub {
		return
	}
	w.dirs.happens("closed by the hub")
	if i.PressCount > 0 || i.Mode != devices.Live || i.Kind == alerting.KindHubFault || len(i.Acknowledgements) > 0 {
		w.fail(lawUnclosed, "the hub closed %s (%s), pressed %d times, taken on by %v", e.Incident, i.Kind, i.PressCount, i.Acknowledgements)
	}
}

// reportsOn has further reports of the same incident follow a report.
func (w *world) reportsOn(c alerting.Command, d deed) {
	stages := alerting.ReportStages()
	for n := range 3 {
		next := c
		next.ID, next.When = fmt.Sprintf("c-%d-%d", d.id, n), time.Time{}
		next.Report = stages[w.draw("report", next.ID)%uint64(len(stages))]
		w.at(time.Duration(n+1)*time.Duration(1+d.pick[0]%uint64(4*time.Minute)), "report "+next.ID, func() { w.ask(next) })
	}
}

// submits: a report to the bureau is an officer's word about what is live, made
// neither before the alarm nor in the future; the final one follows the closing
// and is the last.
func (w *world) submits(e alerting.Event, i alerting.Incident) {
	r := e.Submission
	if r == nil {
		return
	}
	w.dirs.happens("report " + string(r.Report))
	final := r.Report == alerting.ReportFinal
	switch {
	case e.Actor.Role != alerting.RoleOfficer || i.Mode != devices.Live:
		w.fail(lawReported, "%+v reported the %s incident %s", e.Actor, i.Mode, e.Incident)
	case r.At.After(e.At):
		w.fail(lawReported, "the %s report of %s was made at %s and stamped at %s", r.Report, e.Incident, r.At, e.At)
	case final && (!i.Resolved() || r.At.Before(i.ResolvedAt)):
		w.fail(lawReported, "the final report of %s was made at %s, which was closed at %s", e.Incident, r.At, i.ResolvedAt)
	}
	if s := w.of(e.Incident); !final && s.final {
		w.fail(lawReported, "a %s report of %s follows the final one", r.Report, e.Incident)
	} else if final {
		s.final = true
	}
}
