package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

func readSettings(ctx context.Context, from reads) (map[string]people.Setting, error) {
	rows, err := from.QueryContext(ctx, `SELECT account, replaces, terms FROM account_settings`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]people.Setting{}
	for rows.Next() {
		var account string
		var raw []byte
		var s people.Setting
		if err := rows.Scan(&account, &s.Replaces, &raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &s.Terms); err != nil {
			return nil, fmt.Errorf("%s: %w", account, err)
		}
		out[account] = s
	}
	return out, rows.Err()
}

// set keeps the terms that an account was added with or changed to on a page. What
// the command line adds stands in the configuration, and needs no row.
func set(ctx context.Context, tx *sql.Tx, c people.AccountChange, seq int64) error {
	if c.After == nil {
		return nil
	}
	raw, err := json.Marshal(c.After)
	if err != nil {
		return err
	}
	otherwise := `DO UPDATE SET replaces = excluded.replaces, terms = excluded.terms, seq = excluded.seq`
	if c.Did == people.AccountAdded {
		otherwise = `DO NOTHING`
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO account_settings (account, replaces, terms, seq) VALUES (?, ?, ?, ?) ON CONFLICT (account) `+otherwise,
		c.Account, c.Replaces, string(raw), seq)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return fmt.Errorf("%w: %s was added already", alerting.ErrConflict, c.Account)
	}
	return err
}

// supersede forgets what was set of accounts that the configuration has otherwise
// since: once it goes back to what it said, that is what somebody wants of it.
func supersede(ctx context.Context, tx *sql.Tx, all []people.Account, now time.Time) error {
	set, err := readSettings(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		var configured *people.Account
		if k := slices.IndexFunc(all, func(a people.Account) bool { return a.Name == name }); k >= 0 {
			configured = &all[k]
		}
		if set[name].Counts(configured) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_settings WHERE account = ?`, name); err != nil {
			return err
		}
		was := set[name].Terms
		c := people.AccountChange{At: now, Account: name, Did: people.AccountSuperseded, By: people.ByConfiguration, Before: &was}
		if _, err := chainAccount(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
