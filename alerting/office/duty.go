package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
	"example.org/campushub/alerting/duty/watch"
)

// SaveRoster puts a school's entries in place of all those of the days, and notes
// who changed what, all or nothing.
func (s *Store) SaveRoster(ctx context.Context, school string, days calendar.Span, entries []duty.Entry, changes []watch.Change) error {
	return s.inTx(ctx, "store roster of "+school, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM duty_roster WHERE school = ? AND date BETWEEN ? AND ?`, school, days.From.String(), days.To.String()); err != nil {
			return err
		}
		if err := insertEntries(ctx, tx, school, entries); err != nil {
			return err
		}
		return insertChanges(ctx, tx, school, changes)
	})
}

func insertEntries(ctx context.Context, tx *sql.Tx, school string, entries []duty.Entry) error {
	for _, e := range entries {
		if _, err := tx.ExecContext(ctx, `INSERT INTO duty_roster
			(school, date, post, shift, person, role, phone, substitute, claimed, named_ms, instead_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			school, e.Date.String(), e.PostID, e.Window, e.Person, string(e.Role), e.Phone, e.Substitute, e.Claimed, millis(e.Named), millis(e.Instead)); err != nil {
			return err
		}
	}
	return nil
}

// SaveCheckins adds check-ins; one whose id is known changes nothing. Those at a
// point of the rounds that the school is watched at are patrol scans.
func (s *Store) SaveCheckins(ctx context.Context, school string, all []duty.Checkin) error {
	return s.inTx(ctx, "store check-ins of "+school, func(tx *sql.Tx) error {
		for _, c := range all {
			if _, err := tx.ExecContext(ctx, `INSERT INTO duty_checkins (school, id, person, post, means, leaves, at_ms, received_ms, round)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, EXISTS (SELECT 1 FROM duty_since WHERE school = ? AND what = 'point/' || ?)) ON CONFLICT DO NOTHING`,
				school, c.ID, c.Person, c.Post, string(c.Means), c.Out, c.At.UnixMilli(), c.Received.UnixMilli(), school, c.Post); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveCall puts a roll call in place of the one of its id.
func (s *Store) SaveCall(ctx context.Context, school string, c watch.Call) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("store roll call: %w", err)
	}
	if _, err := s.db.ExecContext(ctx, `INSERT INTO duty_calls VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET call = excluded.call`,
		school, c.ID, c.At.UnixMilli(), string(raw)); err != nil {
		return fmt.Errorf("store roll call: %w", err)
	}
	return nil
}

// Duty reads every school's roster, and its check-ins and roll calls since. A
// line that can't be read is an error: half a roster is none.
func (s *Store) Duty(ctx context.Context, since time.Time) (map[string]watch.Saved, error) {
	out := map[string]watch.Saved{}
	for _, read := range []func() error{
		func() error { return s.roster(ctx, out) },
		func() error { return s.checkins(ctx, since, out) },
		func() error { return s.calls(ctx, since, out) },
		func() error { return s.reminders(ctx, since, out) },
		func() error { return s.aways(ctx, since, out) },
		func() error { return s.since(ctx, out) },
		func() error { return s.blinds(ctx, out) },
	} {
		if err := read(); err != nil {
			return nil, fmt.Errorf("read duty: %w", err)
		}
	}
	return out, nil
}

func (s *Store) roster(ctx context.Context, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, date, post, shift, person, role, phone, substitute, claimed, named_ms, instead_ms FROM duty_roster`, func(rows *sql.Rows) error {
		var school, date string
		var e duty.Entry
		var named, instead int64
		if err := rows.Scan(&school, &date, &e.PostID, &e.Window, &e.Person, &e.Role, &e.Phone, &e.Substitute, &e.Claimed, &named, &instead); err != nil {
			return err
		}
		e.Named, e.Instead = at(named), at(instead)
		var err error
		e.Date, err = calendar.ParseDate(date)
		of := out[school]
		of.Entries = append(of.Entries, e)
		out[school] = of
		return err
	})
}

func (s *Store) checkins(ctx context.Context, since time.Time, out map[string]watch.Saved) error {
	const query = `SELECT school, id, person, post, means, leaves, at_ms, received_ms FROM duty_checkins WHERE received_ms >= ? ORDER BY received_ms`
	return s.rows(ctx, query, func(rows *sql.Rows) error {
		var school string
		var c duty.Checkin
		var at, received int64
		if err := rows.Scan(&school, &c.ID, &c.Person, &c.Post, &c.Means, &c.Out, &at, &received); err != nil {
			return err
		}
		c.At, c.Received = time.UnixMilli(at), time.UnixMilli(received)
		of := out[school]
		of.Checkins = append(of.Checkins, c)
		out[school] = of
		return nil
	}, since.UnixMilli())
}

func (s *Store) calls(ctx context.Context, since time.Time, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, call FROM duty_calls WHERE at_ms >= ? ORDER BY at_ms`, func(rows *sql.Rows) error {
		var school, raw string
		var c watch.Call
		if err := rows.Scan(&school, &raw); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(raw), &c)
		of := out[school]
		of.Calls = append(of.Calls, c)
		out[school] = of
		return err
	}, since.UnixMilli())
}

func (s *Store) rows(ctx context.Context, query string, scan func(*sql.Rows) error, args ...any) error {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Store) inTx(ctx context.Context, what string, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if err := do(tx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
