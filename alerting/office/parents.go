package office

import (
	"context"
	"database/sql"
	"fmt"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// ReplaceParents puts a school's list in place of the one before. It fails with
// alerting.ErrConflict where a notice could not go to all of it and to whoever
// subscribed.
func (s *Store) ReplaceParents(ctx context.Context, school string, all []people.Parent) error {
	err := s.within(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM parents WHERE school = ?`, school); err != nil {
			return err
		}
		for _, p := range all {
			if _, err := tx.ExecContext(ctx, `INSERT INTO parents (school, channel, address, language) VALUES (?, ?, ?, ?)
				ON CONFLICT DO NOTHING`, school, string(p.Channel), p.Address, p.Language); err != nil {
				return err
			}
		}
		return tellable(ctx, tx, school)
	})
	if err != nil {
		return fmt.Errorf("replace parents of %s: %w", school, err)
	}
	return nil
}

// CountParents says how many ways to parents a school has, by channel.
func (s *Store) CountParents(ctx context.Context, school string) (map[alerting.Channel]int, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT channel, count(*) FROM parents WHERE school = ? GROUP BY channel`, school)
	if err != nil {
		return nil, fmt.Errorf("count parents of %s: %w", school, err)
	}
	defer rows.Close()
	out := map[alerting.Channel]int{}
	for rows.Next() {
		var c string
		var n int
		if err := rows.Scan(&c, &n); err != nil {
			return nil, fmt.Errorf("count parents of %s: %w", school, err)
		}
		out[alerting.Channel(c)] = n
	}
	return out, rows.Err()
}

// within runs f in one transaction.
func (s *Store) within(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing is left of it, or it was committed
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
