package office

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.org/campushub/alerting/evidence"
)

// AccountsReport is what was found of the accounts' audit chain.
type AccountsReport struct {
	Entries int64 // that hold
	Erased  int64 // of these, entries whose content was erased
	// BrokenAt is the entry at which it breaks first, 0 while it holds; Break is
	// how, in the words of the journal's chains: unlinked, changed, missing,
	// beyond, differs.
	BrokenAt int64
	Break    string
}

// VerifyAccounts recomputes the accounts' audit chain of the database at path,
// and changes nothing of it. It may run beside the hub. A database of before
// there was such a chain has an empty one.
func VerifyAccounts(ctx context.Context, path string) (r AccountsReport, err error) {
	err = reading(path, func(db *sql.DB) error {
		var tables int
		err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = 'account_chain'`).Scan(&tables)
		if err != nil || tables == 0 {
			return err
		}
		r, err = verifyAccounts(ctx, db)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("verify office database %s: %w", path, err)
	}
	return r, nil
}

// VerifyAccounts does what the function does, within a hub.
func (s *Store) VerifyAccounts(ctx context.Context) (AccountsReport, error) {
	return verifyAccounts(ctx, s.db)
}

// verifyAccounts reads one state of the file: who writes meanwhile is in the
// next report.
func verifyAccounts(ctx context.Context, db *sql.DB) (r AccountsReport, err error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return r, fmt.Errorf("verify accounts: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it was only read
	var length int64
	var end []byte
	err = tx.QueryRowContext(ctx, `SELECT length, head FROM account_chain`).Scan(&length, &end)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("verify accounts: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT seq, account, at, did, salt, digest, payload, payload IS NULL, chain FROM account_changes ORDER BY seq`)
	if err != nil {
		return r, fmt.Errorf("verify accounts: %w", err)
	}
	defer rows.Close()
	var head []byte
	for rows.Next() && r.Break == "" {
		if head, err = r.next(rows, head); err != nil {
			return r, fmt.Errorf("verify accounts: %w", err)
		}
	}
	switch {
	case r.Break != "":
	case r.Entries < length:
		r.BrokenAt, r.Break = length, "missing"
	case r.Entries > length:
		r.BrokenAt, r.Break = length+1, "beyond"
	case !bytes.Equal(head, end):
		r.BrokenAt, r.Break = length, "differs"
	}
	return r, rows.Err()
}

// next holds one entry against the one before it.
func (r *AccountsReport) next(rows *sql.Rows, head []byte) ([]byte, error) {
	var seq int64
	var account, when, did string
	var salt, digest, payload, chain []byte
	var erased bool
	if err := rows.Scan(&seq, &account, &when, &did, &salt, &digest, &payload, &erased, &chain); err != nil {
		return nil, err
	}
	link := evidence.Link(head, changeRow(seq, account, when, did, digest))
	switch {
	case seq != r.Entries+1 || !bytes.Equal(link, chain):
		r.BrokenAt, r.Break = seq, "unlinked"
	case !erased && !bytes.Equal(evidence.Digest(salt, payload), digest):
		r.BrokenAt, r.Break = seq, "changed"
	default:
		r.Entries++
		if erased {
			r.Erased++
		}
	}
	return link, nil
}
