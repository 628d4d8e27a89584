package journal

import (
	"context"
	"database/sql"
	"fmt"

	"example.org/campushub/alerting"
)

// sinceWindow is how many sequence numbers one read looks at: most of them may
// belong to incidents that changed again later.
const sinceWindow = 2000

// Since gives each incident that changed after the sequence number: its latest
// state and its last sequence number, in order of that number, at most limit
// of them. Who may see them is for the caller to decide.
func (r *Reader) Since(ctx context.Context, seq int64, limit int) ([]alerting.Update, error) {
	if limit <= 0 || limit > MaxLimit {
		limit = MaxLimit
	}
	var updates []alerting.Update
	for len(updates) < limit {
		next, ok, err := r.nextSeq(ctx, seq)
		if err != nil {
			return nil, fmt.Errorf("list incidents changed after %d: %w", seq, err)
		}
		if !ok {
			break
		}
		rows, err := collect(ctx, r.db, scanSnapshot, `SELECT i.last_seq, i.snapshot
			FROM events AS e CROSS JOIN incidents AS i ON i.id = e.incident
			WHERE e.seq >= ? AND e.seq < ? AND i.last_seq = e.seq ORDER BY e.seq LIMIT ?`,
			next, next+sinceWindow, limit-len(updates))
		if err != nil {
			return nil, fmt.Errorf("list incidents changed after %d: %w", seq, err)
		}
		for _, row := range rows {
			i, err := row.decode()
			if err != nil {
				return nil, err
			}
			updates = append(updates, alerting.Update{Incident: i, Seq: row.seq})
		}
		seq = next + sinceWindow - 1
	}
	return updates, nil
}

// nextSeq is the first event after the sequence number: numbers may skip.
func (r *Reader) nextSeq(ctx context.Context, seq int64) (next int64, ok bool, err error) {
	var first sql.NullInt64
	err = r.db.QueryRowContext(ctx, `SELECT min(seq) FROM events WHERE seq > ?`, seq).Scan(&first)
	return first.Int64, first.Valid, err
}
