package journal

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
)

// MaxLimit is how many incidents one call of List or Since gives at most; a
// limit of 0 asks for as many.
const MaxLimit = 1000

// List gives the latest states of incidents, newest first by the time they
// opened, then by id. Paging is stable while incidents open and change.
func (r *Reader) List(ctx context.Context, q alerting.Query) ([]alerting.Incident, error) {
	if q.Limit <= 0 || q.Limit > MaxLimit {
		q.Limit = MaxLimit
	}
	rows, err := r.list(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	incidents := make([]alerting.Incident, 0, len(rows))
	for _, row := range rows {
		i, err := row.decode()
		if err != nil {
			return nil, err
		}
		incidents = append(incidents, i)
	}
	return incidents, nil
}

// list reads within one transaction, so that an incident that changes its
// state meanwhile is in the answer once.
func (r *Reader) list(ctx context.Context, q alerting.Query) ([]snapshotRow, error) {
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was changed
	keys, err := newest(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	byID, err := tx.PrepareContext(ctx, `SELECT last_seq, snapshot FROM incidents WHERE id = ?`)
	if err != nil {
		return nil, err
	}
	defer byID.Close()
	rows := make([]snapshotRow, 0, len(keys))
	for _, k := range keys {
		var row snapshotRow
		if err := byID.QueryRowContext(ctx, k.id).Scan(&row.seq, &row.snapshot); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// listKey orders incidents in a list.
type listKey struct{ openedAt, id string }

func scanKey(rows *sql.Rows) (k listKey, err error) {
	err = rows.Scan(&k.openedAt, &k.id)
	return k, err
}

// keyOf is a cursor among the list's keys; the beginning is behind nothing.
func keyOf(c alerting.Cursor) listKey {
	if c.Zero() {
		return listKey{openedAt: "~"} // sorts after every time
	}
	return listKey{openedAt: timeText(c.OpenedAt), id: c.ID}
}

// newest finds the first keys of the answer. Each combination of school, state
// and confidentiality is one range of one index, in order; the ranges are
// merged here, so that a page costs the same however many incidents there are.
func newest(ctx context.Context, tx *sql.Tx, q alerting.Query) ([]listKey, error) {
	inRange, err := tx.PrepareContext(ctx, `SELECT opened_at, id FROM incidents
		WHERE school = ? AND state = ? AND confidential = ? AND opened_at >= ? AND (opened_at, id) < (?, ?)
		ORDER BY opened_at DESC, id DESC LIMIT ?`)
	if err != nil {
		return nil, err
	}
	defer inRange.Close()
	before := keyOf(q.Before)
	var keys []listKey
	for _, p := range parts(q) {
		rows, err := inRange.QueryContext(ctx, p.school, p.state, p.confidential, timeText(q.Since), before.openedAt, before.id, q.Limit)
		if err != nil {
			return nil, err
		}
		found, err := gather(rows, scanKey)
		if err != nil {
			return nil, err
		}
		keys = append(keys, found...)
	}
	slices.SortFunc(keys, func(a, b listKey) int {
		return cmp.Or(cmp.Compare(b.openedAt, a.openedAt), cmp.Compare(b.id, a.id))
	})
	return keys[:min(len(keys), q.Limit)], nil
}

// part is one range of the index of lists.
type part struct {
	school       string
	state        alerting.State
	confidential bool
}

func parts(q alerting.Query) []part {
	states := []alerting.State{alerting.StateOpen, alerting.StateAcknowledged, alerting.StateResolved}
	if q.State != "" {
		states = []alerting.State{q.State}
	}
	var parts []part
	for _, school := range slices.Compact(slices.Sorted(slices.Values(q.Schools))) {
		for _, state := range states {
			parts = append(parts, part{school, state, false})
			if slices.Contains(q.Named, school) {
				parts = append(parts, part{school, state, true})
			}
		}
	}
	return parts
}

// Schools names every school that has ever had an event.
func (r *Reader) Schools(ctx context.Context) ([]string, error) {
	schools, err := collect(ctx, r.db, scanText, `SELECT school FROM chains ORDER BY school`)
	if err != nil {
		return nil, fmt.Errorf("list schools: %w", err)
	}
	return schools, nil
}
