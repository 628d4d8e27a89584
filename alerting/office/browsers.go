package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Browser is one browser that an account wants to be told through, as its Push
// API describes it.
type Browser struct {
	Account  string
	Endpoint string // a browser's own; it is one account's at a time
	Auth     string // base64url
	P256dh   string // base64url
	AddedAt  time.Time
}

// Browsers lists every browser, the latest first.
func (s *Store) Browsers(ctx context.Context) ([]Browser, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT account, endpoint, auth, p256dh, added_ms FROM browsers ORDER BY added_ms DESC, endpoint`)
	if err != nil {
		return nil, fmt.Errorf("list browsers: %w", err)
	}
	defer rows.Close()
	var out []Browser
	for rows.Next() {
		var b Browser
		var added int64
		if err := rows.Scan(&b.Account, &b.Endpoint, &b.Auth, &b.P256dh, &added); err != nil {
			return nil, fmt.Errorf("list browsers: %w", err)
		}
		b.AddedAt = time.UnixMilli(added).UTC()
		out = append(out, b)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list browsers: %w", err)
	}
	return out, nil
}

// SaveBrowser stores a browser, and keeps the latest ones of its account: at
// most keep. A browser that another account had is the new one's. It is on
// disk when SaveBrowser returns.
func (s *Store) SaveBrowser(ctx context.Context, b Browser, keep int) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store browser: %w", err)
	}
	if err := errors.Join(saveBrowser(ctx, tx, b), boundBrowsers(ctx, tx, b.Account, keep)); err != nil {
		return fmt.Errorf("store browser: %w", errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store browser: %w", err)
	}
	return nil
}

func saveBrowser(ctx context.Context, tx *sql.Tx, b Browser) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO browsers (endpoint, account, auth, p256dh, added_ms) VALUES (?, ?, ?, ?, ?)
		 ON CONFLICT (endpoint) DO UPDATE SET account = excluded.account, auth = excluded.auth,
		 p256dh = excluded.p256dh, added_ms = excluded.added_ms`,
		b.Endpoint, b.Account, b.Auth, b.P256dh, b.AddedAt.UnixMilli())
	return err
}

func boundBrowsers(ctx context.Context, tx *sql.Tx, account string, keep int) error {
	_, err := tx.ExecContext(ctx,
		`DELETE FROM browsers WHERE account = ?1 AND endpoint NOT IN
		 (SELECT endpoint FROM browsers WHERE account = ?1 ORDER BY added_ms DESC, endpoint LIMIT ?2)`, account, keep)
	return err
}

// DeleteBrowser removes a browser of an account; one that is not there, or is
// another account's by now, is no error.
func (s *Store) DeleteBrowser(ctx context.Context, account, endpoint string) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM browsers WHERE account = ? AND endpoint = ?`, account, endpoint)
	if err != nil {
		return fmt.Errorf("delete browser: %w", err)
	}
	return nil
}
