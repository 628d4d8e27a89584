package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// ChangeRoster puts entries in place of all those of some days, and notes who
// changed what, all or nothing.
func (s *Store) ChangeRoster(ctx context.Context, school string, days []calendar.Date, entries []duty.Entry, changes []watch.Change) error {
	return s.inTx(ctx, "change roster of "+school, func(tx *sql.Tx) error {
		for _, d := range days {
			if _, err := tx.ExecContext(ctx, `DELETE FROM duty_roster WHERE school = ? AND date = ?`, school, d.String()); err != nil {
				return err
			}
		}
		if err := insertEntries(ctx, tx, school, entries); err != nil {
			return err
		}
		return insertChanges(ctx, tx, school, changes)
	})
}

func insertChanges(ctx context.Context, tx *sql.Tx, school string, all []watch.Change) error {
	for _, c := range all {
		if _, err := tx.ExecContext(ctx, `INSERT INTO duty_changes (school, at_ms, actor, what, shift, person, other) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			school, c.At.UnixMilli(), c.By, c.What, c.Shift, c.Person, c.Other); err != nil {
			return err
		}
	}
	return nil
}

// DutyChanges lists a school's latest changes, the latest first.
func (s *Store) DutyChanges(ctx context.Context, school string, limit int) ([]watch.Change, error) {
	var out []watch.Change
	err := s.rows(ctx, `SELECT at_ms, actor, what, shift, person, other FROM duty_changes WHERE school = ? ORDER BY id DESC LIMIT ?`, func(rows *sql.Rows) error {
		var c watch.Change
		var at int64
		if err := rows.Scan(&at, &c.By, &c.What, &c.Shift, &c.Person, &c.Other); err != nil {
			return err
		}
		c.At = time.UnixMilli(at)
		out = append(out, c)
		return nil
	}, school, limit)
	if err != nil {
		return nil, fmt.Errorf("read changes of the roster of %s: %w", school, err)
	}
	return out, nil
}

// SaveAway puts an absence in place of the one of its person and beginning, and
// notes who said so.
func (s *Store) SaveAway(ctx context.Context, school string, a duty.Away, c watch.Change) error {
	return s.inTx(ctx, "store absence of "+school, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO duty_aways (school, person, from_ms, to_ms, incident) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET to_ms = excluded.to_ms`,
			school, a.Person, a.From.UnixMilli(), a.To.UnixMilli(), a.Incident); err != nil {
			return err
		}
		return insertChanges(ctx, tx, school, []watch.Change{c})
	})
}

func (s *Store) aways(ctx context.Context, since time.Time, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, person, from_ms, to_ms, incident FROM duty_aways WHERE to_ms >= ? ORDER BY from_ms`, func(rows *sql.Rows) error {
		var school string
		var a duty.Away
		var from, to int64
		if err := rows.Scan(&school, &a.Person, &from, &to, &a.Incident); err != nil {
			return err
		}
		a.From, a.To = time.UnixMilli(from), time.UnixMilli(to)
		of := out[school]
		of.Aways = append(of.Aways, a)
		out[school] = of
		return nil
	}, since.UnixMilli())
}
