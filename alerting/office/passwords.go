package office

import (
	"context"
	"database/sql"

	"example.org/campushub/alerting/people"
)

func readPasswords(ctx context.Context, from reads) (map[string]people.NewPassword, error) {
	rows, err := from.QueryContext(ctx, `SELECT account, replaces, hash, initial FROM passwords`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]people.NewPassword{}
	for rows.Next() {
		var account string
		var p people.NewPassword
		if err := rows.Scan(&account, &p.Replaces, &p.Hash, &p.Initial); err != nil {
			return nil, err
		}
		out[account] = p
	}
	return out, rows.Err()
}

// setPassword keeps a password that was set on a page. What is set in the
// configuration needs no row, and takes none away: until a hub that runs has read
// it, the one of the page must go on to stand in for the old one.
func setPassword(ctx context.Context, tx *sql.Tx, c people.AccountChange, seq int64) error {
	if c.Password == nil {
		return nil
	}
	p := c.Password
	_, err := tx.ExecContext(ctx, `INSERT INTO passwords (account, replaces, hash, initial, seq) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET replaces = excluded.replaces, hash = excluded.hash, initial = excluded.initial, seq = excluded.seq`,
		c.Account, p.Replaces, p.Hash, p.Initial, seq)
	return err
}
