package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"example.org/campushub/alerting/pathcheck"
)

// KeepPathCheck writes the result of a path check down.
func (s *Store) KeepPathCheck(ctx context.Context, c pathcheck.Check) error {
	payload, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode path check %s: %w", c.ID, err)
	}
	_, err = s.db.ExecContext(ctx,
		`INSERT INTO path_checks (id, school, pressed_ms, proven, everywhere, payload) VALUES (?, ?, ?, ?, ?, ?)
		 ON CONFLICT (id) DO UPDATE SET proven = excluded.proven, payload = excluded.payload`,
		c.ID, c.School, c.PressedAt.UnixMilli(), !c.ProvenAt.IsZero(), c.Everywhere, payload)
	if err != nil {
		return fmt.Errorf("store path check %s: %w", c.ID, err)
	}
	return nil
}

// PathRecords gives the latest results of each school.
func (s *Store) PathRecords(ctx context.Context) (map[string]pathcheck.Records, error) {
	return pathRecords(ctx, s.db)
}

// PathChecks lists the latest results of a school, newest first.
func (s *Store) PathChecks(ctx context.Context, school string, limit int) ([]pathcheck.Check, error) {
	rows, err := s.db.QueryContext(ctx,
		`SELECT payload FROM path_checks WHERE school = ? ORDER BY pressed_ms DESC LIMIT ?`, school, limit)
	if err != nil {
		return nil, fmt.Errorf("list path checks: %w", err)
	}
	defer rows.Close()
	var out []pathcheck.Check
	for rows.Next() {
		c, err := scanCheck(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, *c)
	}
	return out, rows.Err()
}

// PrunePathChecks removes the results of checks that were pressed before a
// moment.
func (s *Store) PrunePathChecks(ctx context.Context, before time.Time) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM path_checks WHERE pressed_ms < ?`, before.UnixMilli()); err != nil {
		return fmt.Errorf("prune path checks: %w", err)
	}
	return nil
}

// ReadPathRecords reads the latest results from an office database that a hub
// may have open; it changes nothing.
func ReadPathRecords(ctx context.Context, path string) (map[string]pathcheck.Records, error) {
	u := url.URL{
		Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(),
		RawQuery: url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(1000)"}}.Encode(),
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open office database %s: %w", path, err)
	}
	defer db.Close() //nolint:errcheck // it was only read
	return pathRecords(ctx, db)
}

func pathRecords(ctx context.Context, db *sql.DB) (map[string]pathcheck.Records, error) {
	out := map[string]pathcheck.Records{}
	for _, q := range []struct {
		which string
		into  func(*pathcheck.Records) **pathcheck.Check
	}{
		{"1", func(r *pathcheck.Records) **pathcheck.Check { return &r.Last }},
		{"proven", func(r *pathcheck.Records) **pathcheck.Check { return &r.Proven }},
		{"everywhere", func(r *pathcheck.Records) **pathcheck.Check { return &r.Everywhere }},
	} {
		latest, err := latestChecks(ctx, db, q.which)
		if err != nil {
			return nil, fmt.Errorf("read path checks: %w", err)
		}
		for _, c := range latest {
			r := out[c.School]
			*q.into(&r) = c
			out[c.School] = r
		}
	}
	return out, nil
}

// latestChecks is the latest check of each school of those that a column marks.
func latestChecks(ctx context.Context, db *sql.DB, which string) ([]*pathcheck.Check, error) {
	rows, err := db.QueryContext(ctx,
		`SELECT payload FROM (SELECT payload, row_number() OVER (PARTITION BY school ORDER BY pressed_ms DESC) AS place
			FROM path_checks WHERE `+which+`) WHERE place = 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*pathcheck.Check
	for rows.Next() {
		c, err := scanCheck(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

var errNoID = errors.New("it names no check")

func scanCheck(rows *sql.Rows) (*pathcheck.Check, error) {
	var payload []byte
	if err := rows.Scan(&payload); err != nil {
		return nil, fmt.Errorf("read path check: %w", err)
	}
	var c pathcheck.Check
	err := json.Unmarshal(payload, &c)
	if err == nil && c.ID == "" {
		err = errNoID
	}
	if err != nil {
		return nil, fmt.Errorf("decode path check: %w", err)
	}
	return &c, nil
}
