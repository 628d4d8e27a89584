package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// DutyLedger reads the check-ins at a school's posts that were made from one
// instant to before another, in order, or the scans of points of its rounds; at
// most limit.
func (s *Store) DutyLedger(ctx context.Context, school string, rounds bool, from, to time.Time, limit int) ([]duty.Checkin, error) {
	const query = `SELECT id, person, post, means, leaves, at_ms, received_ms FROM duty_checkins
		WHERE school = ? AND round = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, id LIMIT ?`
	var out []duty.Checkin
	err := s.rows(ctx, query, func(rows *sql.Rows) error {
		var c duty.Checkin
		var at, received int64
		if err := rows.Scan(&c.ID, &c.Person, &c.Post, &c.Means, &c.Out, &at, &received); err != nil {
			return err
		}
		c.At, c.Received = time.UnixMilli(at), time.UnixMilli(received)
		out = append(out, c)
		return nil
	}, school, rounds, from.UnixMilli(), to.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("read check-ins of %s: %w", school, err)
	}
	return out, nil
}

// NoteChange notes who did what with a school's duty.
func (s *Store) NoteChange(ctx context.Context, school string, c watch.Change) error {
	return s.inTx(ctx, "note a change of "+school, func(tx *sql.Tx) error {
		return insertChanges(ctx, tx, school, []watch.Change{c})
	})
}
