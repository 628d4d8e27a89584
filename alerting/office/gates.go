package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting/rules"
	"example.org/campushub/devices"
)

// KeepGates writes down what is known of gates, all or none, and that the hub
// looked until now. It removes what was written before since.
func (s *Store) KeepGates(ctx context.Context, all map[devices.Address]rules.Memory, now, since time.Time) error {
	return s.inTx(ctx, "store gates", func(tx *sql.Tx) error {
		for at, m := range all {
			raw, err := json.Marshal(m)
			if err != nil {
				return fmt.Errorf("gate %v: %w", at, err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO gates VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, memory = excluded.memory`,
				at.School, at.Device, now.UnixMilli(), string(raw)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM gates WHERE at_ms < ?`, since.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO gates_watched VALUES (1, ?) ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms`, now.UnixMilli())
		return err
	})
}

// Gates gives what was written down since, and until when the hub looked. A
// gate that can't be read is left out, and logged: it begins anew.
func (s *Store) Gates(ctx context.Context, since time.Time) (map[devices.Address]rules.Memory, time.Time, error) {
	var until int64
	err := s.db.QueryRowContext(ctx, `SELECT until_ms FROM gates_watched`).Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, nil // it has never looked
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read gates: %w", err)
	}
	out := map[devices.Address]rules.Memory{}
	err = s.rows(ctx, `SELECT school, device, memory FROM gates WHERE at_ms >= ?`, func(rows *sql.Rows) error {
		var at devices.Address
		var raw string
		if err := rows.Scan(&at.School, &at.Device, &raw); err != nil {
			return err
		}
		var m rules.Memory
		if err := json.Unmarshal([]byte(raw), &m); err != nil {
			s.log.Error("what a gate did before could not be read: it begins anew", "gate", at.String(), "error", err)
			return nil
		}
		out[at] = m
		return nil
	}, since.UnixMilli())
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read gates: %w", err)
	}
	return out, time.UnixMilli(until), nil
}
