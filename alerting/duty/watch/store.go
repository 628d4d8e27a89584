package watch

import (
	"context"
	"time"

	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// Call is a roll call of a school, and who began it.
type Call struct {
	duty.Call
	By string
}

// Saved is what the disk knows of a school.
type Saved struct {
	Entries  []duty.Entry
	Checkins []duty.Checkin
	Calls    []Call
	Reminded []Reminded
	Aways    []duty.Away
	Since    duty.Marks
	Blinds   duty.Blinds
}

// Store keeps rosters, check-ins and roll calls.
type Store interface {
	// Duty reads every school's roster, and its check-ins, roll calls, reminders
	// and absences since.
	Duty(ctx context.Context, since time.Time) (map[string]Saved, error)
	// SaveRoster puts entries in place of all those of the days, and notes who
	// changed what, whole or not at all.
	SaveRoster(ctx context.Context, school string, days calendar.Span, entries []duty.Entry, changes []Change) error
	// ChangeRoster does the same for single days.
	ChangeRoster(ctx context.Context, school string, days []calendar.Date, entries []duty.Entry, changes []Change) error
	// DutyChanges lists the latest changes, the latest first.
	DutyChanges(ctx context.Context, school string, limit int) ([]Change, error)
	// SaveAway puts an absence in place of the one of its person and beginning.
	SaveAway(ctx context.Context, school string, a duty.Away, c Change) error
	// SaveCheckins adds check-ins; one that is known changes nothing.
	SaveCheckins(ctx context.Context, school string, all []duty.Checkin) error
	// DutyLedger reads the check-ins at posts that were made from one instant to
	// before another, in order, or the scans of points of the rounds; at most limit.
	DutyLedger(ctx context.Context, school string, rounds bool, from, to time.Time, limit int) ([]duty.Checkin, error)
	// NoteChange notes who did what.
	NoteChange(ctx context.Context, school string, c Change) error
	// SaveCall puts a roll call in place of the one of its id.
	SaveCall(ctx context.Context, school string, c Call) error
	// SaveSince puts what a school is watched since in place of all that was known
	// of it.
	SaveSince(ctx context.Context, school string, since duty.Marks) error
	// SaveBlinds puts when a school's posts could not be seen in place of all that
	// was known of it.
	SaveBlinds(ctx context.Context, school string, all duty.Blinds) error
	// Looked says until when the hub looked at its posts, zero where it never did,
	// and when it was down since.
	Looked(ctx context.Context, since time.Time) (until time.Time, down []duty.Gap, err error)
	// SaveLooked notes that it looks until now, and when it was down.
	SaveLooked(ctx context.Context, until time.Time, down []duty.Gap) error
	// SaveReminder notes what became of one.
	SaveReminder(ctx context.Context, school string, r Reminded) error
}
