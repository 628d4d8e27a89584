package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting/people"
)

// KeepAnswer writes down what was asked with a key, or what it was answered since.
func (s *Store) KeepAnswer(ctx context.Context, a people.Answered) error {
	header, err := json.Marshal(a.Header)
	if err != nil {
		return fmt.Errorf("encode answer to %s: %w", a.Account, err)
	}
	_, err = s.db.ExecContext(ctx, `INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Account, a.Key[:], a.Request[:], a.Rights[:], a.At.UnixMilli(), a.Status, string(header), a.Body)
	if err != nil {
		return fmt.Errorf("store answer to %s: %w", a.Account, err)
	}
	return nil
}

// DropAnswer forgets a key; one that is not there is no error.
func (s *Store) DropAnswer(ctx context.Context, account string, key people.Digest) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM answers WHERE account = ? AND key = ?`, account, key[:]); err != nil {
		return fmt.Errorf("drop answer to %s: %w", account, err)
	}
	return nil
}

// Answer reads one, with its body.
func (s *Store) Answer(ctx context.Context, account string, key people.Digest) (a people.Answered, found bool, err error) {
	var header []byte
	var kept bool
	a.Account, a.Key = account, key
	err = s.db.QueryRowContext(ctx, `SELECT status, header, body, body IS NOT NULL FROM answers WHERE account = ? AND key = ?`, account, key[:]).Scan(&a.Status, &header, &a.Body, &kept)
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	if err == nil {
		err = json.Unmarshal(header, &a.Header)
	}
	if err != nil {
		return a, false, fmt.Errorf("read answer to %s: %w", account, err)
	}
	if kept && a.Body == nil { // an empty one reads as none
		a.Body = []byte{}
	}
	return a, true, nil
}

// Answers lists what came with a key since, the earliest first, without headers
// and bodies: the latest where they are more than limit.
func (s *Store) Answers(ctx context.Context, since time.Time, limit int) ([]people.Answered, error) {
	var out []people.Answered
	err := s.rows(ctx, `SELECT account, key, request, rights, at_ms, status FROM
		(SELECT * FROM answers WHERE at_ms > ? ORDER BY at_ms DESC LIMIT ?) ORDER BY at_ms`, func(rows *sql.Rows) error {
		var a people.Answered
		var key, request, rights []byte
		var at int64
		if err := rows.Scan(&a.Account, &key, &request, &rights, &at, &a.Status); err != nil {
			return err
		}
		copy(a.Key[:], key)
		copy(a.Request[:], request)
		copy(a.Rights[:], rights)
		a.At = time.UnixMilli(at)
		out = append(out, a)
		return nil
	}, since.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	return out, nil
}

func (s *Store) pruneAnswers(ctx context.Context, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM answers WHERE at_ms <= ?`, now.Add(-people.AnsweredFor).UnixMilli()); err != nil {
		return fmt.Errorf("prune answers: %w", err)
	}
	return nil
}
