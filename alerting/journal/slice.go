package journal

import (
	"context"
	"database/sql"
	"fmt"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/evidence"
)

// sliceRows is how many entries of a slice are read at once: for each the
// school's event before it is looked up.
const sliceRows = 100

// Slice reads what the audit chain of an incident's school has of it, so that
// it can be checked without the journal. The error is alerting.ErrNotFound where
// there is no such incident.
func (r *Reader) Slice(ctx context.Context, incident string) (evidence.Slice, error) {
	s := evidence.Slice{Incident: incident}
	for after := int64(-1); ; {
		rows, err := collect(ctx, r.db, scanSlice, `SELECT e.seq, e.school, e.incident, e.at, e.type, e.command, e.salt, e.digest, e.chain, e.payload,
				(SELECT chain FROM events AS p WHERE p.school = e.school AND p.seq < e.seq ORDER BY p.seq DESC LIMIT 1)
			FROM events AS e WHERE e.incident = ? AND e.seq > ? ORDER BY e.seq LIMIT ?`, incident, after, sliceRows)
		if err != nil {
			return evidence.Slice{}, fmt.Errorf("read audit entries of incident %s: %w", incident, err)
		}
		for _, e := range rows {
			after, s.School = e.Seq, e.School
			s.Entries = append(s.Entries, e)
		}
		if len(rows) < sliceRows {
			break
		}
	}
	if len(s.Entries) == 0 {
		return evidence.Slice{}, fmt.Errorf("read audit entries of incident %s: %w", incident, alerting.ErrNotFound)
	}
	ends, err := r.chains(ctx, nil) // after the entries: it lies behind them all
	if err != nil {
		return evidence.Slice{}, err
	}
	end := ends[s.School]
	s.Head = evidence.Head{Seq: end.seq, Length: end.length, Chain: end.head}
	return s, nil
}

func scanSlice(rows *sql.Rows) (e evidence.Entry, err error) {
	var payload []byte
	err = rows.Scan(&e.Seq, &e.School, &e.Incident, &e.At, &e.Type, &e.Command, (*[]byte)(&e.Salt), (*[]byte)(&e.Digest), (*[]byte)(&e.Chain), &payload, (*[]byte)(&e.Previous))
	e.Payload = string(payload)
	if payload == nil {
		e.Salt = nil // erased: a salt alone says nothing
	}
	return e, err
}
