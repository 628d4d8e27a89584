package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// SaveSince puts what a school is watched since in place of all that was known
// of it.
func (s *Store) SaveSince(ctx context.Context, school string, since duty.Marks) error {
	return s.inTx(ctx, "store since when "+school+" is watched", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM duty_since WHERE school = ?`, school); err != nil {
			return err
		}
		for what, at := range since {
			if _, err := tx.ExecContext(ctx, `INSERT INTO duty_since (school, what, since_ms) VALUES (?, ?, ?)`, school, what, millis(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) since(ctx context.Context, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, what, since_ms FROM duty_since`, func(rows *sql.Rows) error {
		var school, what string
		var since int64
		if err := rows.Scan(&school, &what, &since); err != nil {
			return err
		}
		of := out[school]
		if of.Since == nil {
			of.Since = duty.Marks{}
		}
		of.Since[what] = at(since)
		out[school] = of
		return nil
	})
}

// SaveLooked notes that the hub looked at its posts until now, and when it was
// down; what it was down for long ago is forgotten.
func (s *Store) SaveLooked(ctx context.Context, until time.Time, down []duty.Gap) error {
	return s.inTx(ctx, "store until when posts were looked at", func(tx *sql.Tx) error {
		for _, g := range down {
			if _, err := tx.ExecContext(ctx, `INSERT INTO duty_down (from_ms, to_ms) VALUES (?, ?) ON CONFLICT DO NOTHING`, millis(g.From), millis(g.To)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM duty_down WHERE to_ms < ?`, until.Add(-dutyKept).UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO duty_looked VALUES (1, ?) ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms`, millis(until))
		return err
	})
}

// Looked says until when the hub looked at its posts, zero where it never did,
// and when it was down since.
func (s *Store) Looked(ctx context.Context, since time.Time) (until time.Time, down []duty.Gap, err error) {
	var last int64
	err = s.db.QueryRowContext(ctx, `SELECT until_ms FROM duty_looked`).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return until, nil, fmt.Errorf("read until when posts were looked at: %w", err)
	}
	err = s.rows(ctx, `SELECT from_ms, to_ms FROM duty_down WHERE to_ms >= ? ORDER BY from_ms`, func(rows *sql.Rows) error {
		var from, to int64
		if err := rows.Scan(&from, &to); err != nil {
			return err
		}
		down = append(down, duty.Gap{From: at(from), To: at(to)})
		return nil
	}, since.UnixMilli())
	if err != nil {
		return until, nil, fmt.Errorf("read when the hub was down: %w", err)
	}
	return at(last), down, nil
}
