package simulation

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// atDusk: every press has arrived, everything is closed, and everybody sees
// what the disk has.
func (w *world) atDusk() {
	w.pages()
	w.audited()
	open := w.engine.Unresolved()
	w.mu.Lock()
	w.unended()
	for _, p := range w.sortedPresses() {
		if p.From.Device == "" || p.Malformed || p.sent == 0 {
			continue
		}
		if n := len(w.durable[p.key()]); n != 1 {
			w.fail(lawDurable, "press %s was sent %d times and is in %d incidents", p.ID, p.sent, n)
		}
	}
	for _, b := range w.sorted() {
		if len(b.outbox) > 0 {
			w.fail(lawDurable, "%s has had no receipt for %s, sent %d times", b.at, b.outbox[0].ID, b.outbox[0].sent)
		}
	}
	if len(open) > 0 {
		w.fail(lawShown, "incident %s (%s) cannot be closed: %s, latched %v, stored %v", open[0].ID, open[0].Kind, open[0].State, open[0].Latched, open[0].Stored)
	}
	all := slices.Clone(w.incidents)
	w.mu.Unlock()
	for _, id := range all {
		w.shown(id)
	}
}

// openPages: what is open is shown as it is stored.
func (w *world) openPages() {
	w.budgets()
	for _, v := range w.engine.Unresolved() {
		if v.Stored {
			w.shown(v.ID)
		}
	}
}

func (w *world) sortedPresses() []*pressing {
	var out []*pressing
	for _, p := range w.pressed {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *pressing) int {
		if a.made != b.made {
			return int(a.made - b.made)
		}
		return slices.Compare([]byte(a.ID), []byte(b.ID))
	})
	return out
}

// shown: an incident's page is the fold of its events on disk, and so is the
// journal's list.
func (w *world) shown(id string) {
	events, _, err := w.journal.Get(w.ctx, id)
	if err != nil {
		return // told by an earlier life, which stored nothing of it
	}
	page, err := w.engine.Incident(w.ctx, id)
	fold := alerting.Fold(events)
	listed, snapErr := w.journal.disk.snapshot(id)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err != nil || snapErr != nil:
		w.fail(lawShown, "incident %s: %v %v", id, err, snapErr)
	case text(page) != text(fold):
		w.fail(lawShown, "incident %s is shown as\n%s\nand is on the disk\n%s", id, text(page), text(fold))
	case listed.State != fold.State || listed.Latched != fold.Latched:
		w.fail(lawShown, "incident %s is listed as %s, latched %v, and is %s, %v", id, listed.State, listed.Latched, fold.State, fold.Latched)
	}
	for _, d := range page.Deliveries {
		for _, at := range []*time.Time{d.HandedAt, d.ReceivedAt, d.ReadAt} {
			if at != nil && at.Before(d.PlannedAt) {
				w.fail(lawLate, "%s over %s had %s before it was told: %+v", d.Recipient, d.Channel, id, d)
			}
		}
	}
}

// text is an incident without what only one of page and fold has.
func text(i alerting.Incident) string {
	i.Stored, i.Deliveries, i.Timeline, i.Escalation = true, nil, nil, nil
	i.Presses = slices.Clone(i.Presses)
	for k := range i.Presses {
		i.Presses[k].StoredAt = nil
	}
	b, err := json.Marshal(i)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// atNight: two hours after the last incident was closed nothing is kept of
// any.
func (w *world) atNight() {
	kept := reflect.ValueOf(w.engine).Elem()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, field := range []string{"records", "owners", "active", "raised"} {
		if n := kept.FieldByName(field).Len(); n > 0 {
			w.fail(lawForgotten, "the engine keeps %d %s", n, field)
		}
	}
	if n := kept.FieldByName("timers").FieldByName("heap").Len(); n > 8 {
		w.fail(lawForgotten, "the engine keeps %d timers", n)
	}
	if n := kept.FieldByName("resends").Len(); n > len(w.terminals()) {
		w.fail(lawForgotten, "the engine keeps %d resends", n)
	}
	w.lanesKeep()
}

// audited: the auditor never had to take a step that a timer forgot.
func (w *world) audited() {
	families, err := w.metrics.Gather()
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.fail(lawAuditor, "%v", err)
	}
	for _, f := range families {
		if f.GetName() == "campushub_engine_escalations_overdue_total" && f.GetMetric()[0].GetCounter().GetValue() > 0 {
			w.fail(lawAuditor, "%v steps", f.GetMetric()[0].GetCounter().GetValue())
		}
	}
}
