package journal

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
)

// Besides reads the events that stand beside the engine's own, of every
// incident, from a moment on, in the journal's order. Those whose payload was
// erased are left out.
func (r *Reader) Besides(ctx context.Context, since time.Time) ([]alerting.Event, error) {
	var out []alerting.Event
	for after := int64(0); ; {
		rows, err := collect(ctx, r.db, scanEvent, `SELECT seq, school, incident, at, type, command, payload, ''
			FROM events INDEXED BY events_beside
			WHERE type IN ('notice', 'counted') AND seq > ? AND at >= ? ORDER BY seq LIMIT ?`, after, timeText(since), pageRows)
		if err != nil {
			return nil, fmt.Errorf("list what stands beside incidents: %w", err)
		}
		for _, row := range rows {
			after = row.seq
			e, err := row.decode()
			if err != nil {
				return nil, err
			}
			if e.Beside != nil {
				out = append(out, e)
			}
		}
		if len(rows) < pageRows {
			return out, nil
		}
	}
}
