package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty/watch"
)

// SaveReminder notes what became of a reminder; the last word counts: what a
// gateway has accepted may still not arrive.
func (s *Store) SaveReminder(ctx context.Context, school string, r watch.Reminded) error {
	if _, err := s.db.ExecContext(ctx, `INSERT INTO duty_reminders VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, failed = excluded.failed`,
		school, r.Key, r.At.UnixMilli(), r.Failed); err != nil {
		return fmt.Errorf("store reminder of %s: %w", school, err)
	}
	return nil
}

func (s *Store) reminders(ctx context.Context, since time.Time, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, key, at_ms, failed FROM duty_reminders WHERE at_ms >= ? ORDER BY at_ms`, func(rows *sql.Rows) error {
		var school string
		var r watch.Reminded
		var at int64
		if err := rows.Scan(&school, &r.Key, &at, &r.Failed); err != nil {
			return err
		}
		r.At = time.UnixMilli(at)
		of := out[school]
		of.Reminded = append(of.Reminded, r)
		out[school] = of
		return nil
	}, since.UnixMilli())
}
