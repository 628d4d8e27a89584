package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.org/campushub/alerting/trial"
)

const (
	// trialsKept is for how long it can be read who tested which way: as long as
	// the ledgers of drills and tests that an inspection asks for.
	trialsKept = 3 * 366 * 24 * time.Hour
	// waysKept is for how long it is known when a way last worked.
	waysKept = 400 * 24 * time.Hour
)

// SaveTrial writes a test down, or what has become of it since.
func (s *Store) SaveTrial(ctx context.Context, t trial.Trial) error {
	payload, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode test %s: %w", t.ID, err)
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO trials VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload`,
		t.ID, t.School, t.At.UnixMilli(), payload)
	if err != nil {
		return fmt.Errorf("store test %s: %w", t.ID, err)
	}
	return nil
}

// Trials lists the latest tests of all schools, the latest first.
func (s *Store) Trials(ctx context.Context, limit int) ([]trial.Trial, error) {
	out, err := payloads[trial.Trial](ctx, s, `SELECT payload FROM trials ORDER BY at_ms DESC, id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("read tests: %w", err)
	}
	return out, nil
}

// SaveSigns writes down when ways last worked.
func (s *Store) SaveSigns(ctx context.Context, all []trial.Sign) error {
	return s.inTx(ctx, "store ways", func(tx *sql.Tx) error {
		for _, one := range all {
			payload, err := json.Marshal(one)
			if err != nil {
				return err
			}
			seen := max(one.WorkedAt.UnixMilli(), one.FailedAt.UnixMilli())
			if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO ways VALUES (?, ?, ?, ?, ?)`,
				string(one.Leg.Audience), one.Leg.Recipient, string(one.Leg.Channel), seen, payload); err != nil {
				return err
			}
		}
		return nil
	})
}

// Signs lists when each way last worked.
func (s *Store) Signs(ctx context.Context) ([]trial.Sign, error) {
	out, err := payloads[trial.Sign](ctx, s, `SELECT payload FROM ways`)
	if err != nil {
		return nil, fmt.Errorf("read ways: %w", err)
	}
	return out, nil
}

func payloads[T any](ctx context.Context, s *Store, query string, args ...any) ([]T, error) {
	var out []T
	err := s.rows(ctx, query, func(rows *sql.Rows) error {
		var payload []byte
		var one T
		if err := rows.Scan(&payload); err != nil {
			return err
		}
		err := json.Unmarshal(payload, &one)
		out = append(out, one)
		return err
	}, args...)
	return out, err
}

func (s *Store) pruneTrials(ctx context.Context, now time.Time) error {
	_, tests := s.db.ExecContext(ctx, `DELETE FROM trials WHERE at_ms < ?`, now.Add(-trialsKept).UnixMilli())
	_, ways := s.db.ExecContext(ctx, `DELETE FROM ways WHERE seen_ms < ?`, now.Add(-waysKept).UnixMilli())
	if err := errors.Join(tests, ways); err != nil {
		return fmt.Errorf("prune tests of ways: %w", err)
	}
	return nil
}
