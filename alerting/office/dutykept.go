package office

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting/duty/watch"
)

// day is a day of retention.
const day = 24 * time.Hour

// dutyKept is for how long check-ins and rosters are kept: who stood where is
// personal, and a school year's questions are asked within it.
const dutyKept = watch.RosterKept

// retention is for how long something of the duty is kept. Its query finds the
// keys of what is older than the first value, at most as many as the second.
type retention struct {
	what  string
	kept  time.Duration
	query string
	dated bool // by a date of the school's own, instead of milliseconds
}

// retentions follow the retention rules of the product: rosters and check-ins
// one year, with all that says who changed them; patrol rounds, which inspectors
// ask for, three. What became of a reminder is of use for a term.
func retentions() []retention {
	const round = `DELETE FROM duty_checkins WHERE (school, id) IN (SELECT school, id FROM duty_checkins WHERE received_ms < ? AND round = %d ORDER BY received_ms LIMIT ?)`
	return []retention{
		{what: "rosters", kept: dutyKept, dated: true, query: `DELETE FROM duty_roster WHERE (school, date, post, shift, person) IN
			(SELECT school, date, post, shift, person FROM duty_roster WHERE date < ? ORDER BY date LIMIT ?)`},
		{what: "check-ins", kept: dutyKept, query: fmt.Sprintf(round, 0)},
		{what: "patrol scans", kept: 3 * dutyKept, query: fmt.Sprintf(round, 1)},
		{what: "roll calls", kept: dutyKept, query: `DELETE FROM duty_calls WHERE (school, id) IN (SELECT school, id FROM duty_calls WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`},
		{what: "absences", kept: dutyKept, query: `DELETE FROM duty_aways WHERE (school, person, from_ms) IN (SELECT school, person, from_ms FROM duty_aways WHERE to_ms < ? LIMIT ?)`},
		{what: "changes of the roster", kept: dutyKept, query: `DELETE FROM duty_changes WHERE id IN (SELECT id FROM duty_changes WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`},
		{what: "reminders", kept: 180 * day, query: `DELETE FROM duty_reminders WHERE (school, key) IN (SELECT school, key FROM duty_reminders WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`},
	}
}

// pruneBatch bounds what one statement removes: between two of them whoever
// checks in or signs in has the file.
const pruneBatch = 500

// pruneDuty removes what was of long ago.
func (s *Store) pruneDuty(ctx context.Context, now time.Time) error {
	for _, r := range retentions() {
		var before any = now.Add(-r.kept).UnixMilli()
		if r.dated {
			before = watch.RosterFrom(now).String()
		}
		if err := s.pruneOne(ctx, r, before); err != nil {
			return fmt.Errorf("prune %s: %w", r.what, err)
		}
	}
	return nil
}

func (s *Store) pruneOne(ctx context.Context, r retention, before any) error {
	for {
		done, err := s.db.ExecContext(ctx, r.query, before, pruneBatch)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n < pruneBatch {
			return err
		}
	}
}
