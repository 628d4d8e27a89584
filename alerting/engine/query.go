package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
)

// Incident is one incident with its deliveries and its timeline: from memory
// where the engine holds it, else from the journal. It returns
// alerting.ErrNotFound.
func (e *Engine) Incident(ctx context.Context, id string) (alerting.Incident, error) {
	found := make(chan *alerting.Incident, 1)
	asked := e.tasks.put(func(time.Time) {
		if r, ok := e.records[id]; ok {
			i := r.full()
			found <- &i
			return
		}
		found <- nil
	})
	if asked {
		select {
		case i := <-found:
			if i != nil {
				return *i, nil
			}
		case <-ctx.Done():
			return alerting.Incident{}, fmt.Errorf("incident %s: %w", id, ctx.Err())
		case <-e.stopped:
		}
	}
	events, deliveries, err := e.deps.Journal.Get(ctx, id)
	if err != nil {
		return alerting.Incident{}, fmt.Errorf("incident %s: %w", id, err)
	}
	i := alerting.Fold(events)
	i.Stored, i.Deliveries, i.Timeline = true, deliveries, alerting.Timeline(events)
	for _, ev := range events {
		i.NoteStored(ev)
	}
	return i, nil
}

// Since lists what has changed after a sequence number, in the journal's order.
func (e *Engine) Since(ctx context.Context, seq int64, limit int) ([]alerting.Update, error) {
	return e.deps.Journal.Since(ctx, seq, limit)
}

// List lists incidents, newest first. Where memory is ahead of the journal,
// memory wins: an incident that was told and is not yet stored is listed too,
// by whoever heard of it first.
func (e *Engine) List(ctx context.Context, q alerting.Query) ([]alerting.Incident, error) {
	fresh := map[string]alerting.Incident{}
	for _, i := range e.Unresolved() {
		fresh[i.ID] = i
	}
	stored, err := e.deps.Journal.List(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	full := q.Limit > 0 && len(stored) == q.Limit
	var last alerting.Cursor
	if full {
		last = alerting.Cursor{OpenedAt: stored[len(stored)-1].OpenedAt, ID: stored[len(stored)-1].ID}
	}
	out := make([]alerting.Incident, 0, len(stored))
	for _, i := range stored {
		if f, ok := fresh[i.ID]; ok {
			delete(fresh, i.ID)
			i = f
		}
		if matches(q, i) {
			out = append(out, i)
		}
	}
	for _, i := range fresh {
		onThisPage := !full || !last.Behind(i)
		if onThisPage && q.Before.Behind(i) && matches(q, i) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b alerting.Incident) int {
		return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID))
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, nil
}

func matches(q alerting.Query, i alerting.Incident) bool {
	return slices.Contains(q.Schools, i.School) &&
		(!i.Confidential || slices.Contains(q.Named, i.School)) &&
		(q.State == "" || q.State == i.State) &&
		!i.OpenedAt.Before(q.Since)
}
