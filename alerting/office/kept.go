package office

import (
	"context"
	"database/sql"
	"fmt"

	"example.org/campushub/alerting/people"
)

// Permit says why a change of an account must not be, from what is kept before
// and after it; nil where it may. It is asked within the change: nobody else's
// comes between its answer and the commit.
type Permit = func(before, after people.Kept) error

// reads is a database, or a transaction.
type reads interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Kept is what is kept of accounts.
func (s *Store) Kept(ctx context.Context) (people.Kept, error) { return readKept(ctx, s.db) }

func readKept(ctx context.Context, from reads) (k people.Kept, err error) {
	if k.Suspended, err = names(ctx, from, `SELECT account FROM suspensions ORDER BY account`); err != nil {
		return k, fmt.Errorf("read suspensions: %w", err)
	}
	if k.Disabled, err = names(ctx, from, unreadDisabled); err != nil {
		return k, fmt.Errorf("read who is disabled: %w", err)
	}
	if k.Passwords, err = readPasswords(ctx, from); err != nil {
		return k, fmt.Errorf("read passwords: %w", err)
	}
	if k.Settings, err = readSettings(ctx, from); err != nil {
		return k, fmt.Errorf("read what was set of accounts: %w", err)
	}
	return k, nil
}

// unreadDisabled are the accounts of which nothing was written since the command
// line disabled them: what a hub finds when it reads the configuration is written.
const unreadDisabled = `SELECT account FROM account_changes c WHERE did = 'disabled' AND NOT EXISTS
	(SELECT 1 FROM account_changes l WHERE l.account = c.account AND l.seq > c.seq AND l.did IN ('disabled', 'enabled', 'altered', 'came', 'went'))`

func names(ctx context.Context, from reads, query string) (out []string, err error) {
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}
