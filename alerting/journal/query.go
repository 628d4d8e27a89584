package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"example.org/campushub/alerting"
)

// rowsQuerier is a pool, a connection or a transaction.
type rowsQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect reads all rows of a query before any of them is decoded.
func collect[T any](ctx context.Context, q rowsQuerier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return gather(rows, scan)
}

func gather[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) ([]T, error) {
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

func scanText(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}

func scanBytes(rows *sql.Rows) (b []byte, err error) {
	err = rows.Scan(&b)
	return b, err
}

func scanDevice(rows *sql.Rows) (p PressRef, err error) {
	err = rows.Scan(&p.School, &p.Device)
	return p, err
}

func scanPress(rows *sql.Rows) (p PressRef, err error) {
	err = rows.Scan(&p.School, &p.Device, &p.Press, &p.Incident)
	return p, err
}

func scanEvent(rows *sql.Rows) (e eventRow, err error) {
	err = rows.Scan(&e.seq, &e.school, &e.incident, &e.at, &e.kind, &e.command, &e.payload, &e.storedAt)
	return e, err
}

// snapshotRow is an incident of the projection, not yet decoded.
type snapshotRow struct {
	seq      int64
	snapshot []byte
}

func scanSnapshot(rows *sql.Rows) (s snapshotRow, err error) {
	err = rows.Scan(&s.seq, &s.snapshot)
	return s, err
}

func (s snapshotRow) decode() (alerting.Incident, error) {
	var i alerting.Incident
	if err := json.Unmarshal(s.snapshot, &i); err != nil {
		return alerting.Incident{}, fmt.Errorf("decode incident changed at %d: %w", s.seq, err)
	}
	return i, nil
}
