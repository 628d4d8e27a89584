package api

import (
	"context"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Engine is the owner of the incidents as this package needs it.
type Engine interface {
	Incidents
	Console
	// Do carries out a command. It fails with alerting.ErrNotFound,
	// ErrForbidden, ErrConflict, ErrInvalid or ErrUnavailable.
	Do(ctx context.Context, c alerting.Command) (alerting.Incident, error)
	// Raise takes a person's alarm in. What comes back may be not Stored: it has
	// been told all the same. It fails with alerting.ErrForbidden, ErrConflict,
	// ErrInvalid or ErrUnavailable.
	Raise(ctx context.Context, r alerting.Report) (alerting.Incident, error)
}

// Incidents reads incidents. What it returns is immutable.
type Incidents interface {
	// Unresolved returns every unresolved incident.
	Unresolved() []alerting.Incident
	// Incident returns one with deliveries and timeline: from memory while it
	// is unresolved, else from the journal. alerting.ErrNotFound.
	Incident(ctx context.Context, id string) (alerting.Incident, error)
	// List returns incidents in listed form, newest first.
	List(ctx context.Context, q alerting.Query) ([]alerting.Incident, error)
	// Since returns at most limit durable updates after seq, in the journal's order.
	Since(ctx context.Context, seq int64, limit int) ([]alerting.Update, error)
	// Watch returns the updates from now on. The channel is bounded and closed
	// when this reader was too slow.
	Watch() (updates <-chan alerting.Update, stop func())
	// LastSeq is the sequence of the latest durable update that Unresolved
	// reflects and Since returns. It never runs ahead of either: a stream that
	// begins there must not have missed it.
	LastSeq() int64
}

// Console is what the console channel of deliveries hears from its pages.
type Console interface {
	// ConsoleOpened says that the account has a live stream, until closed is called.
	ConsoleOpened(account string) (closed func())
	// Sent says that an incident's update was written to a stream of the account.
	Sent(account, incident string, number int64)
	// ConfirmConsole records that a page of the account received or read an update.
	ConfirmConsole(ctx context.Context, account, incident string, number int64, status alerting.DeliveryState) error
}

// Readiness says whether the hub can do its work.
type Readiness interface{ Ready() error }

// Passwords checks a password against a stored hash, "" for an unknown account.
type Passwords interface {
	Check(ctx context.Context, stored, password string) error
	// Hash makes the hash of a new one, under the same bounds.
	Hash(ctx context.Context, password string) (string, error)
}

// People returns the present directory, so that a reload is seen at once.
type People func() *people.Directory
