package office

import (
	"context"
	"database/sql"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
)

// SaveBlinds puts when a school's posts could not be seen in place of all that was
// known of it.
func (s *Store) SaveBlinds(ctx context.Context, school string, all duty.Blinds) error {
	return s.inTx(ctx, "store when posts of "+school+" could not be seen", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM duty_blind WHERE school = ?`, school); err != nil {
			return err
		}
		for _, b := range all {
			if _, err := tx.ExecContext(ctx, `INSERT INTO duty_blind (school, post, from_ms, to_ms) VALUES (?, ?, ?, ?)`,
				school, b.Post, millis(b.From), millis(b.To)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) blinds(ctx context.Context, out map[string]watch.Saved) error {
	return s.rows(ctx, `SELECT school, post, from_ms, to_ms FROM duty_blind ORDER BY from_ms, post`, func(rows *sql.Rows) error {
		var school, post string
		var from, to int64
		if err := rows.Scan(&school, &post, &from, &to); err != nil {
			return err
		}
		of := out[school]
		of.Blinds = append(of.Blinds, duty.Blind{Post: post, From: at(from), To: at(to)})
		out[school] = of
		return nil
	})
}
