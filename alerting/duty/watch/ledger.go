package watch

import (
	"context"
	"fmt"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// MostLedger bounds the rows of one file: a school year of a large school.
// Overflow: refused, with the advice to ask for fewer days.
const MostLedger = 100_000

// errLongLedger refuses a ledger of more rows.
func errLongLedger() error {
	return &alerting.Refusal{Kind: alerting.ErrInvalid, Code: "ledger-rows", Text: alerting.Text{
		ZH: fmt.Sprintf("超过 %d 行，请缩短起止日期", MostLedger), EN: fmt.Sprintf("more than %d rows: ask for fewer days", MostLedger),
	}}
}

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
	all, err := w.ledger(ctx, school, false, days.From.At(0, of.Zone), days.To.Add(1).At(0, of.Zone))
	if err != nil {
		return nil, err
	}
	if err := w.noted(ctx, school, taken(TookCheckins, by, days)); err != nil {
		return nil, err
	}
	return all, nil
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
	all, err := w.ledger(ctx, school, true, days.From.Add(-1).At(0, of.Zone), days.To.Add(3).At(0, of.Zone))
	if err != nil {
		return nil, err
	}
	s := (*w.shown.Load())[school]
	known := duty.Watch{Setup: of.Setup, Calendar: of.Calendar, Zone: of.Zone, Since: s.since}
	for _, c := range all {
		known.Scans = append(known.Scans, duty.Scan{Point: c.Post, Person: c.Person, At: c.At, Received: c.Received})
	}
	walks := known.Walked(days, now)
	if len(walks)*len(of.Setup.Points) > MostLedger { // every round has a row for each of its points
		return nil, errLongLedger()
	}
	if err := w.noted(ctx, school, taken(TookRounds, by, days)); err != nil {
		return nil, err
	}
	return walks, nil
}

// TakeRoster lists who owes what at a school on some days, with their numbers,
// and notes first who takes the list away. It fails with alerting.ErrNotFound and
// ErrUnavailable.
func (w *Watcher) TakeRoster(ctx context.Context, school, by string, days calendar.Span) ([]duty.Entry, error) {
	if _, err := w.schoolOf(school); err != nil {
		return nil, err
	}
	if err := w.noted(ctx, school, taken(TookRoster, by, days)); err != nil {
		return nil, err
	}
	all, _ := w.Roster(school, days)
	return all, nil
}

func taken(what, by string, days calendar.Span) Change {
	return Change{At: time.Now(), By: by, What: what, Shift: daysOf(days)}
}

// daysOf is how a change names the days that it is about.
func daysOf(days calendar.Span) string { return days.From.String() + "/" + days.To.String() }

// ledger reads the check-ins at posts, or the scans of rounds.
func (w *Watcher) ledger(ctx context.Context, school string, rounds bool, from, to time.Time) ([]duty.Checkin, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerWithin)
	defer cancel()
	all, err := w.deps.Store.DutyLedger(ctx, school, rounds, from, to, MostLedger+1)
	if err != nil {
		w.log.Error("a ledger could not be read", "school", school, "error", err)
		return nil, fmt.Errorf("ledger of %s: %w", school, alerting.ErrUnavailable)
	}
	if len(all) > MostLedger {
		return nil, errLongLedger()
	}
	return all, nil
}

// noted writes down who takes a ledger or a roster away, before anybody has it.
func (w *Watcher) noted(ctx context.Context, school string, note Change) error {
	ctx, cancel := context.WithTimeout(ctx, ledgerWithin)
	defer cancel()
	if err := w.deps.Store.NoteChange(ctx, school, note); err != nil {
		w.log.Error("who takes it away could not be noted", "school", school, "what", note.What, "error", err)
		return fmt.Errorf("%s of %s: %w", note.What, school, alerting.ErrUnavailable)
	}
	return nil
}
