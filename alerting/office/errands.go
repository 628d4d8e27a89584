package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting"
)

// errandsKept is for how long it is known what was told to whom.
const errandsKept = 180 * 24 * time.Hour

// Errand is something that was told to somebody of a school beside any alarm,
// or decided not to be.
type Errand struct {
	ID     string
	School string
	At     time.Time
	Text   alerting.Text
	Failed string // why they were not reached; "" else
}

// SaveErrand notes what became of one; the last word counts.
func (s *Store) SaveErrand(ctx context.Context, e Errand) error {
	if _, err := s.db.ExecContext(ctx, `INSERT INTO errands VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, failed = excluded.failed`,
		e.ID, e.School, e.At.UnixMilli(), e.Text.ZH, e.Text.EN, e.Failed); err != nil {
		return fmt.Errorf("store errand %s: %w", e.ID, err)
	}
	return nil
}

// Errands lists those since.
func (s *Store) Errands(ctx context.Context, since time.Time) ([]Errand, error) {
	var out []Errand
	err := s.rows(ctx, `SELECT id, school, at_ms, zh, en, failed FROM errands WHERE at_ms >= ? ORDER BY at_ms, id`, func(rows *sql.Rows) error {
		var e Errand
		var ms int64
		if err := rows.Scan(&e.ID, &e.School, &ms, &e.Text.ZH, &e.Text.EN, &e.Failed); err != nil {
			return err
		}
		e.At = at(ms)
		out = append(out, e)
		return nil
	}, since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read errands: %w", err)
	}
	return out, nil
}

func (s *Store) pruneErrands(ctx context.Context, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM errands WHERE at_ms < ?`, now.Add(-errandsKept).UnixMilli()); err != nil {
		return fmt.Errorf("prune errands: %w", err)
	}
	return nil
}
