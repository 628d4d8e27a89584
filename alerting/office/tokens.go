package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

const tokenColumns = `SELECT name, role, schools, scopes, made_ms, made_by, until_ms, revoked_ms, used_ms, refused_ms FROM tokens `

// Token looks a token up, also one that has ended.
func (s *Store) Token(ctx context.Context, kept people.TokenHash) (t people.Token, found bool, err error) {
	all, err := s.tokens(ctx, tokenColumns+`WHERE hash = ?`, kept[:])
	if err != nil || len(all) == 0 {
		return people.Token{}, false, err
	}
	return all[0], true, nil
}

// Tokens lists every token there ever was, by name.
func (s *Store) Tokens(ctx context.Context) ([]people.Token, error) {
	return s.tokens(ctx, tokenColumns+`ORDER BY name`)
}

func (s *Store) tokens(ctx context.Context, query string, args ...any) ([]people.Token, error) {
	out := []people.Token{}
	err := s.rows(ctx, query, func(rows *sql.Rows) error {
		t, err := scanToken(rows)
		out = append(out, t)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return out, nil
}

func scanToken(rows *sql.Rows) (t people.Token, err error) {
	var schools, scopes []byte
	var made, until, revoked, used, refused int64
	if err := rows.Scan(&t.Name, &t.Role, &schools, &scopes, &made, &t.By, &until, &revoked, &used, &refused); err != nil {
		return t, err
	}
	t.Made, t.Until, t.Revoked, t.Used, t.Refused = at(made), at(until), at(revoked), at(used), at(refused)
	if err := json.Unmarshal(schools, &t.Schools); err != nil {
		return t, fmt.Errorf("schools of token %s: %w", t.Name, err)
	}
	if err := json.Unmarshal(scopes, &t.Scopes); err != nil {
		return t, fmt.Errorf("scopes of token %s: %w", t.Name, err)
	}
	return t, nil
}

// LiveTokens is the program of each token that is good, by what is kept of it.
func (s *Store) LiveTokens(ctx context.Context, now time.Time) (map[people.TokenHash]string, error) {
	out := map[people.TokenHash]string{}
	err := s.rows(ctx, `SELECT hash, name FROM tokens WHERE revoked_ms = 0 AND until_ms > ?`, func(rows *sql.Rows) error {
		var hash []byte
		var t people.Token
		if err := rows.Scan(&hash, &t.Name); err != nil {
			return err
		}
		var kept people.TokenHash
		copy(kept[:], hash)
		out[kept] = t.Program()
		return nil
	}, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read tokens that are good: %w", err)
	}
	return out, nil
}

// MakeToken stores a token and writes that into the audit chain of the
// accounts, both or neither. It fails with alerting.ErrConflict where a token
// has had that name, and where people.MostTokens are good already.
func (s *Store) MakeToken(ctx context.Context, t people.Token, kept people.TokenHash, c people.AccountChange) error {
	schools, err := json.Marshal(t.Schools)
	if err != nil {
		return err
	}
	scopes, err := json.Marshal(t.Scopes)
	if err != nil {
		return err
	}
	return s.inTx(ctx, "make token "+t.Name, func(tx *sql.Tx) error {
		var live int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM tokens WHERE revoked_ms = 0 AND until_ms > ?`, t.Made.UnixMilli()).Scan(&live); err != nil {
			return err
		}
		if live >= people.MostTokens {
			return fmt.Errorf("%w: %d tokens are good already", alerting.ErrConflict, live)
		}
		done, err := tx.ExecContext(ctx, `INSERT INTO tokens (name, hash, role, schools, scopes, made_ms, made_by, until_ms)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			t.Name, kept[:], string(t.Role), string(schools), string(scopes), t.Made.UnixMilli(), t.By, t.Until.UnixMilli())
		if err := once(done, err, "there was a token "+t.Name+" already"); err != nil {
			return err
		}
		_, err = chainAccount(ctx, tx, c)
		return err
	})
}

// RevokeToken ends a token for good and writes that into the audit chain of
// the accounts, both or neither. It fails with alerting.ErrConflict where it is
// revoked already, or there is none.
func (s *Store) RevokeToken(ctx context.Context, name string, c people.AccountChange) error {
	return s.inTx(ctx, "revoke token "+name, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE tokens SET revoked_ms = ? WHERE name = ? AND revoked_ms = 0`, c.At.UnixMilli(), name)
		if err := once(done, err, "token "+name+" is revoked already"); err != nil {
			return err
		}
		_, err = chainAccount(ctx, tx, c)
		return err
	})
}

// TokenUsed notes the hour in which a token was used.
func (s *Store) TokenUsed(ctx context.Context, name string, hour time.Time) error {
	ms := hour.UnixMilli()
	if _, err := s.db.ExecContext(ctx, `UPDATE tokens SET used_ms = ? WHERE name = ? AND used_ms < ?`, ms, name, ms); err != nil {
		return fmt.Errorf("note use of token %s: %w", name, err)
	}
	return nil
}

// TokenRefused notes the day on which a token was used behind its end, in the
// audit chain of the accounts too; once a day.
func (s *Store) TokenRefused(ctx context.Context, name string, day time.Time, c people.AccountChange) error {
	ms := day.UnixMilli()
	return s.inTx(ctx, "note refusal of token "+name, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE tokens SET refused_ms = ? WHERE name = ? AND refused_ms < ?`, ms, name, ms)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = chainAccount(ctx, tx, c)
		return err
	})
}

// once refuses what changed nothing.
func once(done sql.Result, err error, otherwise string) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return fmt.Errorf("%w: %s", alerting.ErrConflict, otherwise)
	}
	return err
}
