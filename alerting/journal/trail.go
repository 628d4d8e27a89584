package journal

import (
	"context"
	"fmt"
	"math"

	"example.org/campushub/alerting"
)

const (
	// trailWindow is how many sequence numbers one read of a trail looks at: among
	// many schools most of them are another's.
	trailWindow = 5000
	// trailWindows bounds the reads of one call.
	trailWindows = 20
)

// Trail reads what stands in a school's audit chain, the latest first: events
// before a sequence number, or from the end where that is 0. It gives at most
// limit, and fewer where a great many are other schools'; next is before what to
// go on, 0 where nothing is left. Of an event whose payload was erased the time, the type and
// the incident remain.
func (r *Reader) Trail(ctx context.Context, school string, before int64, limit int) (events []alerting.Event, next int64, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	for range trailWindows {
		last, err := r.seqBefore(ctx, before)
		if err != nil {
			return nil, 0, fmt.Errorf("read audit trail of %s: %w", school, err)
		}
		if last == 0 {
			return events, 0, nil
		}
		from := max(last-trailWindow+1, 1)
		rows, err := collect(ctx, r.db, scanEvent, `SELECT seq, school, incident, at, type, command, payload, ''
			FROM events WHERE seq >= ? AND seq <= ? AND school = ? ORDER BY seq DESC LIMIT ?`, from, last, school, limit-len(events))
		if err != nil {
			return nil, 0, fmt.Errorf("read audit trail of %s: %w", school, err)
		}
		for _, row := range rows {
			e, err := row.decode()
			if err != nil {
				return nil, 0, err
			}
			events = append(events, e)
		}
		before = from
		if len(events) == limit {
			before = events[limit-1].Seq
			break
		}
	}
	if before <= 1 {
		return events, 0, nil
	}
	return events, before, nil
}

// seqBefore is the last event before a sequence number; 0 where there is none.
func (r *Reader) seqBefore(ctx context.Context, seq int64) (last int64, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events WHERE seq < ?`, seq).Scan(&last)
	return last, err
}
