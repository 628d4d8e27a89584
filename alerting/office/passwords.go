package office

import (
	"context"
	"database/sql"
	"fmt"

	"example.org/campushub/alerting/people"
)

// Passwords are those that were set on a page, by account.
func (s *Store) Passwords(ctx context.Context) (map[string]people.NewPassword, error) {
	out := map[string]people.NewPassword{}
	err := s.rows(ctx, `SELECT account, replaces, hash, initial FROM passwords`, func(rows *sql.Rows) error {
		var account string
		var p people.NewPassword
		err := rows.Scan(&account, &p.Replaces, &p.Hash, &p.Initial)
		out[account] = p
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read passwords: %w", err)
	}
	return out, nil
}

// setPassword keeps a password that was set on a page. What is set in the
// configuration needs no row, and takes none away: until a hub that runs has read
// it, the one of the page must go on to stand in for the old one.
func setPassword(ctx context.Context, tx *sql.Tx, c people.AccountChange, seq int64) error {
	if c.Did != people.AccountPassword || c.Password == nil {
		return nil
	}
	p := c.Password
	_, err := tx.ExecContext(ctx, `INSERT INTO passwords (account, replaces, hash, initial, seq) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET replaces = excluded.replaces, hash = excluded.hash, initial = excluded.initial, seq = excluded.seq`,
		c.Account, p.Replaces, p.Hash, p.Initial, seq)
	return err
}
