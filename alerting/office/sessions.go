package office

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The methods below make the store a scs.CtxStore. Those without a context
// are there because the interface wants them.

// FindCtx returns a session's data; found is false where there is none or it
// has expired. A token that was never given out costs no read.
func (s *Store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	if !s.given.may(sha256.Sum256([]byte(token))) {
		return nil, false, nil
	}
	err = s.db.QueryRowContext(ctx,
		`SELECT data FROM sessions WHERE token_hash = ? AND expires_ms > ?`,
		digest(token), time.Now().UnixMilli()).Scan(&data)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return data, true, nil
}

// CommitCtx stores a session; it is on disk when CommitCtx returns.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.db.ExecContext(ctx,
		`INSERT INTO sessions (token_hash, data, expires_ms) VALUES (?, ?, ?)
		 ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data, expires_ms = excluded.expires_ms`,
		digest(token), data, expiry.UnixMilli())
	if err != nil {
		return fmt.Errorf("store session: %w", err)
	}
	s.given.add(sha256.Sum256([]byte(token)), expiry.UnixMilli())
	return nil
}

// DeleteCtx removes a session; one that is not there is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE token_hash = ?`, digest(token)); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	s.given.remove(sha256.Sum256([]byte(token)))
	return nil
}

// Prune removes the sessions that have expired.
func (s *Store) Prune(ctx context.Context, now time.Time) error {
	s.given.prune(now)
	if _, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE expires_ms <= ?`, now.UnixMilli()); err != nil {
		return fmt.Errorf("prune sessions: %w", err)
	}
	return errors.Join(s.pruneDuty(ctx, now), s.pruneMutes(ctx, now), s.pruneErrands(ctx, now), s.pruneHazards(ctx, now), s.pruneTrials(ctx, now), s.pruneSubscribers(ctx, now), s.pruneAnswers(ctx, now))
}

// Find is FindCtx without a context.
func (s *Store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
