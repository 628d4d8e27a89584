package watch

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// mostLedger bounds what one file holds: a school year of a large school.
// Overflow: refused, with the advice to ask for fewer days.
const mostLedger = 100_000

// ledgerWithin is how long the disk may take to read it.
const ledgerWithin = 10 * time.Second

// Checkins lists who was at which post of a school on some days, as the disk has
// it, and notes first who takes the list away. It fails with
// alerting.ErrNotFound, ErrInvalid and ErrUnavailable.
func (w *Watcher) Checkins(ctx context.Context, school, by string, days calendar.Span) ([]duty.Checkin, error) {
	of, err := w.schoolOf(school)
	if err != nil {
		return nil, err
	}
	return w.ledger(ctx, school, false, days.From.At(0, of.Zone), days.To.Add(1).At(0, of.Zone), taken(TookCheckins, by, days))
}

// Walked lists the patrol rounds of a school on some days, as they are set up
// now, by what the disk has of the scans, and notes first who takes the list
// away. It fails as Checkins does.
func (w *Watcher) Walked(ctx context.Context, school, by string, days calendar.Span, now time.Time) ([]duty.Walk, error) {
	of, err := w.schoolOf(school)
	if err != nil {
		return nil, err
	}
	// A round may begin on the day before, and end on the day after.
	all, err := w.ledger(ctx, school, true, days.From.Add(-1).At(0, of.Zone), days.To.Add(3).At(0, of.Zone), taken(TookRounds, by, days))
	if err != nil {
		return nil, err
	}
	s := (*w.shown.Load())[school]
	known := duty.Watch{Setup: of.Setup, Calendar: of.Calendar, Zone: of.Zone, Since: s.since}
	for _, c := range all {
		known.Scans = append(known.Scans, duty.Scan{Point: c.Post, Person: c.Person, At: c.At, Received: c.Received})
	}
	return known.Walked(days, now), nil
}

// TakeRoster lists who owes what at a school on some days, with their numbers,
// and notes first who takes the list away. It fails with alerting.ErrNotFound and
// ErrUnavailable.
func (w *Watcher) TakeRoster(ctx context.Context, school, by string, days calendar.Span) ([]duty.Entry, error) {
	if _, err := w.schoolOf(school); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, ledgerWithin)
	defer cancel()
	if err := w.deps.Store.NoteChange(ctx, school, taken(TookRoster, by, days)); err != nil {
		w.log.Error("that a roster is taken away could not be noted", "school", school, "error", err)
		return nil, fmt.Errorf("roster of %s: %w", school, alerting.ErrUnavailable)
	}
	all, _ := w.Roster(school, days)
	return all, nil
}

func taken(what, by string, days calendar.Span) Change {
	return Change{At: time.Now(), By: by, What: what, Shift: daysOf(days)}
}

// daysOf is how a change names the days that it is about.
func daysOf(days calendar.Span) string { return days.From.String() + "/" + days.To.String() }

// ledger notes who takes it away before anybody has it.
func (w *Watcher) ledger(ctx context.Context, school string, rounds bool, from, to time.Time, note Change) ([]duty.Checkin, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerWithin)
	defer cancel()
	all, err := w.deps.Store.DutyLedger(ctx, school, rounds, from, to, mostLedger+1)
	switch {
	case err != nil:
	case len(all) > mostLedger:
		return nil, fmt.Errorf("%w: more than %d check-ins: ask for fewer days", alerting.ErrInvalid, mostLedger)
	default:
		err = w.deps.Store.NoteChange(ctx, school, note)
	}
	if err != nil {
		w.log.Error("a ledger could not be read", "school", school, "what", note.What, "error", err)
		return nil, fmt.Errorf("ledger of %s: %w", school, alerting.ErrUnavailable)
	}
	return all, nil
}
