package simulation

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/journal"
)

// Unresolved lists what a start has to go on with.
func (m *memory) Unresolved(context.Context) ([]journal.History, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.disk.histories(m.disk.incidents(func(s snapshot) bool { return s.resolvedAt.IsZero() }))
}

// Resolved lists what was closed after a moment.
func (m *memory) Resolved(_ context.Context, after time.Time, limit int) ([]journal.History, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := m.disk.incidents(func(s snapshot) bool { return s.resolvedAt.After(after) })
	slices.SortStableFunc(ids, func(a, b string) int {
		return m.disk.snapshots[b].resolvedAt.Compare(m.disk.snapshots[a].resolvedAt)
	})
	ids = ids[:min(limit, len(ids))]
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(m.disk.events[a][0].seq, m.disk.events[b][0].seq) })
	return m.disk.histories(ids)
}

// RecentPresses lists the newest presses of every device.
func (m *memory) RecentPresses(_ context.Context, perDevice int) ([]journal.PressRef, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []journal.PressRef
	for _, from := range m.disk.devices() {
		refs := m.disk.presses[from]
		all = append(all, refs[max(len(refs)-perDevice, 0):]...)
	}
	return all, nil
}

// Get reads one incident.
func (m *memory) Get(_ context.Context, incident string) ([]alerting.Event, []alerting.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.disk.get(incident)
}

// List lists snapshots, newest first.
func (m *memory) List(_ context.Context, q alerting.Query) ([]alerting.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []alerting.Incident{}
	for id := range m.disk.snapshots {
		i, err := m.disk.snapshot(id)
		if err != nil {
			return nil, err
		}
		if selects(q, i) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b alerting.Incident) int {
		return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID))
	})
	if q.Limit > 0 {
		out = out[:min(q.Limit, len(out))]
	}
	return out, nil
}

func selects(q alerting.Query, i alerting.Incident) bool {
	return slices.Contains(q.Schools, i.School) && (!i.Confidential || slices.Contains(q.Named, i.School)) &&
		(q.State == "" || q.State == i.State) && !i.OpenedAt.Before(q.Since) && q.Before.Behind(i)
}

// Since lists what changed after a sequence number.
func (m *memory) Since(_ context.Context, seq int64, limit int) ([]alerting.Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []alerting.Update
	for id, s := range m.disk.snapshots {
		if s.seq <= seq {
			continue
		}
		i, err := m.disk.snapshot(id)
		if err != nil {
			return nil, err
		}
		out = append(out, alerting.Update{Incident: i, Seq: s.seq})
	}
	slices.SortFunc(out, func(a, b alerting.Update) int { return cmp.Compare(a.Seq, b.Seq) })
	if limit > 0 {
		out = out[:min(limit, len(out))]
	}
	return out, nil
}

func (d *disk) snapshot(id string) (alerting.Incident, error) {
	var i alerting.Incident
	if err := json.Unmarshal(d.snapshots[id].payload, &i); err != nil {
		return i, fmt.Errorf("decode incident %s: %w", id, err)
	}
	return i, nil
}
