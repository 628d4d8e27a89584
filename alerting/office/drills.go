package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"example.org/campushub/alerting/drill"
)

// AppendDrill stores the events of drills, all or none, in their order. They
// are on disk when it returns, each with the sequence number that it was given.
func (s *Store) AppendDrill(ctx context.Context, events []drill.Event) ([]drill.Event, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("store drill events: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	stored := make([]drill.Event, 0, len(events))
	for _, e := range events {
		if e.Seq, err = appendDrill(ctx, tx, e); err != nil {
			return nil, fmt.Errorf("store %s of drill %s: %w", e.Type, e.Drill, err)
		}
		stored = append(stored, e)
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("store drill events: %w", err)
	}
	return stored, nil
}

// appendDrill leaves the sequence number out of the JSON: the row has it.
func appendDrill(ctx context.Context, tx *sql.Tx, e drill.Event) (int64, error) {
	e.Seq = 0
	raw, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO drill_events (drill, at_ms, event) VALUES (?, ?, ?)`, e.Drill, e.At.UnixMilli(), string(raw))
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// DrillEvents returns every event of the latest drills, oldest first. A line
// that can't be read is an error: half a drill is none.
func (s *Store) DrillEvents(ctx context.Context, drills int) ([]drill.Event, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT seq, event FROM drill_events
		WHERE drill IN (SELECT drill FROM drill_events GROUP BY drill ORDER BY MAX(seq) DESC LIMIT ?)
		ORDER BY seq`, drills)
	if err != nil {
		return nil, fmt.Errorf("read drill events: %w", err)
	}
	defer rows.Close()
	var out []drill.Event
	for rows.Next() {
		e, err := scanDrill(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read drill events: %w", err)
	}
	return out, nil
}

func scanDrill(rows *sql.Rows) (e drill.Event, err error) {
	var seq int64
	var raw string
	if err := rows.Scan(&seq, &raw); err != nil {
		return e, fmt.Errorf("read drill event: %w", err)
	}
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		return e, fmt.Errorf("read drill event %d: %w", seq, err)
	}
	e.Seq = seq
	return e, nil
}
