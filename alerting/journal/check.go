package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
)

// mostIntegrity bounds what SQLite says of a damaged file.
const mostIntegrity = 20

// Integrity has SQLite look at every page of the file, and says what is wrong:
// none where it is sound. It may run beside the hub, which it delays by nothing
// but what it reads.
func (r *Reader) Integrity(ctx context.Context) ([]string, error) {
	said, err := collect(ctx, r.db, scanText, fmt.Sprintf("PRAGMA integrity_check(%d)", mostIntegrity))
	if err != nil {
		return nil, fmt.Errorf("check integrity: %w", err)
	}
	return slices.DeleteFunc(said, func(s string) bool { return s == "ok" }), nil
}

// Sums is how the rows that lists read were held against the events that they
// were made of.
type Sums struct {
	Incidents int64
	Presses   int64
	// Skipped are incidents of which events were erased: nobody can add them up.
	Skipped int64
	Faults  []string
}

// mostSums bounds the faults that are listed. Overflow: the last says so.
const mostSums = 100

func (s *Sums) fault(format string, args ...any) {
	switch {
	case len(s.Faults) < mostSums:
		s.Faults = append(s.Faults, fmt.Sprintf(format, args...))
	case len(s.Faults) == mostSums:
		s.Faults = append(s.Faults, "and more")
	}
}

// Sums folds the events of every incident, and compares what lists, presses and
// tellings say with what that gives. It may run beside the hub.
func (r *Reader) Sums(ctx context.Context) (s Sums, err error) {
	for after := ""; ; {
		ids, err := collect(ctx, r.db, scanText, `SELECT id FROM incidents WHERE id > ? ORDER BY id LIMIT ?`, after, pageRows)
		if err != nil {
			return s, fmt.Errorf("list incidents: %w", err)
		}
		for _, id := range ids {
			after = id
			if err := r.sum(ctx, &s, id); err != nil {
				return s, err
			}
		}
		if len(ids) < pageRows {
			break
		}
	}
	return s, r.orphans(ctx, &s)
}

// viewRow is an incident as lists read it.
type viewRow struct {
	snapshotRow
	school, state, opened, resolved string
	confidential                    bool
}

// sum looks at one incident in one transaction: the hub may change it meanwhile.
func (r *Reader) sum(ctx context.Context, s *Sums, id string) error {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read incident %s: %w", id, err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was changed
	var v viewRow
	err = tx.QueryRowContext(ctx, `SELECT last_seq, snapshot, school, state, opened_at, resolved_at, confidential FROM incidents WHERE id = ?`, id).
		Scan(&v.seq, &v.snapshot, &v.school, &v.state, &v.opened, &v.resolved, &v.confidential)
	if err != nil {
		return fmt.Errorf("read incident %s: %w", id, err)
	}
	rows, err := collect(ctx, tx, scanEvent, `SELECT seq, school, incident, at, type, command, payload, '' FROM events WHERE incident = ? ORDER BY seq`, id)
	if err != nil {
		return fmt.Errorf("read events of incident %s: %w", id, err)
	}
	events := make([]alerting.Event, 0, len(rows))
	for _, row := range rows {
		if row.payload == nil {
			s.Skipped++
			return nil
		}
		e, err := row.decode()
		if err != nil {
			s.fault("incident %s: event %d cannot be read: %v", id, row.seq, err)
			return nil
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		s.fault("incident %s: stands in the list, and has no event", id)
		return nil
	}
	s.Incidents++
	s.view(id, v, alerting.Fold(events), events[len(events)-1].Seq)
	return r.presses(ctx, tx, s, id, events)
}

// view compares what lists say with what the events say.
func (s *Sums) view(id string, v viewRow, want alerting.Incident, last int64) {
	listed, err := v.decode()
	if err != nil {
		s.fault("incident %s: what lists say of it cannot be read: %v", id, err)
		return
	}
	for _, c := range []struct {
		what        string
		says, ought any
	}{
		{"school", v.school, want.School},
		{"state", v.state, string(want.State)},
		{"confidential", v.confidential, want.Confidential},
		{"opened", v.opened, timeText(want.OpenedAt)},
		{"resolved", v.resolved, resolvedText(want)},
		{"last event", v.seq, last},
		{"id", listed.ID, id},
		{"number", listed.Number, want.Number},
		{"number of presses", listed.PressCount, want.PressCount},
		{"severity", listed.Severity, want.Severity},
		{"kind", listed.Kind, want.Kind},
		{"mode", listed.Mode, want.Mode},
		{"device", listed.Device, want.Device},
		{"place", listed.Place.ID, want.Place.ID},
		{"name of the place", listed.Place.Name.ZH + " " + listed.Place.Name.EN, want.Place.Name.ZH + " " + want.Place.Name.EN},
		{"latch", listed.Latched, want.Latched},
		{"silent", listed.Silent, want.Silent},
		{"outcome", listed.Outcome, want.Outcome},
		{"verification", listed.Verify, want.Verify},
	} {
		if c.says != c.ought {
			s.fault("incident %s: lists say %s %q, its events %q", id, c.what, fmt.Sprint(c.says), fmt.Sprint(c.ought))
		}
	}
}

func resolvedText(i alerting.Incident) string {
	if !i.Resolved() {
		return ""
	}
	return timeText(i.ResolvedAt)
}

// presses compares the presses that are known again with those that were made.
func (r *Reader) presses(ctx context.Context, tx *sql.Tx, s *Sums, id string, events []alerting.Event) error {
	for _, e := range events {
		if e.Press == nil || e.Type == alerting.EventPressAgain {
			continue
		}
		s.Presses++
		var press, incident string
		err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), ''), coalesce(max(incident), '') FROM presses WHERE school = ? AND seq = ?`, e.School, e.Seq).Scan(&press, &incident)
		if err != nil {
			return fmt.Errorf("read presses of incident %s: %w", id, err)
		}
		if press != e.Press.ID || incident != id {
			s.fault("incident %s: its press of event %d is not known as its own", id, e.Seq)
		}
	}
	return nil
}

// orphans finds rows that belong to nothing.
func (r *Reader) orphans(ctx context.Context, s *Sums) error {
	for what, query := range map[string]string{
		"tellings of no incident":                  `SELECT count(*) FROM tellings WHERE incident NOT IN (SELECT id FROM incidents)`,
		"presses without their event":              `SELECT count(*) FROM presses AS p WHERE NOT EXISTS (SELECT 1 FROM events AS e WHERE e.seq = p.seq AND e.incident = p.incident)`,
		"times of storing that belong to no event": `SELECT count(*) FROM stamps WHERE seq NOT IN (SELECT seq FROM events)`,
	} {
		var n int64
		if err := r.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return fmt.Errorf("look for %s: %w", what, err)
		}
		if n > 0 {
			s.fault("%d %s", n, what)
		}
	}
	return nil
}
