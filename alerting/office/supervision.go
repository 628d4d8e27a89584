package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"example.org/campushub/devices"
	"example.org/campushub/devices/supervision"
)

// KeepSupervised writes down how devices stand, all or none, and removes the
// days before one. Of a device's days those that have changed are enough.
func (s *Store) KeepSupervised(ctx context.Context, records []supervision.Record, first supervision.Date) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store supervision: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if err := keepSupervised(ctx, tx, records); err != nil {
		return fmt.Errorf("store supervision: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM supervised_days WHERE day < ?`, string(first)); err != nil {
		return fmt.Errorf("prune supervision: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store supervision: %w", err)
	}
	return nil
}

func keepSupervised(ctx context.Context, tx *sql.Tx, records []supervision.Record) error {
	device, err := tx.PrepareContext(ctx,
		`INSERT INTO supervised (school, device, known_ms, seen_ms, lost_ms, told, firmware, firmware_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		 ON CONFLICT (school, device) DO UPDATE SET known_ms = excluded.known_ms, seen_ms = excluded.seen_ms, lost_ms = excluded.lost_ms, told = excluded.told,
		 firmware = excluded.firmware, firmware_ms = excluded.firmware_ms`)
	if err != nil {
		return err
	}
	defer device.Close()
	day, err := tx.PrepareContext(ctx,
		`INSERT INTO supervised_days (school, device, day, observed_ms, down_ms) VALUES (?, ?, ?, ?, ?)
		 ON CONFLICT (school, device, day) DO UPDATE SET observed_ms = excluded.observed_ms, down_ms = excluded.down_ms`)
	if err != nil {
		return err
	}
	defer day.Close()
	for _, r := range records {
		if _, err := device.ExecContext(ctx, r.Address.School, r.Address.Device, millis(r.Known), millis(r.Seen), millis(r.Lost), string(r.Told), r.Version, millis(r.Since)); err != nil {
			return err
		}
		for _, d := range r.Days {
			_, err := day.ExecContext(ctx, r.Address.School, r.Address.Device, string(d.Date), d.Observed.Milliseconds(), d.Down.Milliseconds())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Supervised gives what was written down, with the days from one on.
func (s *Store) Supervised(ctx context.Context, first supervision.Date) ([]supervision.Record, error) {
	days, err := s.supervisedDays(ctx, first)
	if err != nil {
		return nil, fmt.Errorf("read supervision: %w", err)
	}
	rows, err := s.db.QueryContext(ctx, `SELECT school, device, known_ms, seen_ms, lost_ms, told, firmware, firmware_ms FROM supervised ORDER BY school, device`)
	if err != nil {
		return nil, fmt.Errorf("read supervision: %w", err)
	}
	defer rows.Close()
	var out []supervision.Record
	for rows.Next() {
		var r supervision.Record
		var known, seen, lost, since int64
		if err := rows.Scan(&r.Address.School, &r.Address.Device, &known, &seen, &lost, &r.Told, &r.Version, &since); err != nil {
			return nil, fmt.Errorf("read supervision: %w", err)
		}
		r.Known, r.Seen, r.Lost, r.Days, r.Since = at(known), at(seen), at(lost), days[r.Address], at(since)
		out = append(out, r)
	}
	return out, rows.Err()
}

func (s *Store) supervisedDays(ctx context.Context, first supervision.Date) (map[devices.Address]supervision.Days, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT school, device, day, observed_ms, down_ms FROM supervised_days WHERE day >= ? ORDER BY school, device, day`, string(first))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[devices.Address]supervision.Days{}
	for rows.Next() {
		var a devices.Address
		var d supervision.Day
		var observed, down int64
		if err := rows.Scan(&a.School, &a.Device, &d.Date, &observed, &down); err != nil {
			return nil, err
		}
		d.Observed, d.Down = time.Duration(observed)*time.Millisecond, time.Duration(down)*time.Millisecond
		out[a] = append(out[a], d)
	}
	return out, rows.Err()
}
