package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/board"
	"example.org/campushub/alerting/deliver/carrier"
	"example.org/campushub/alerting/engine"
	"example.org/campushub/alerting/evidence"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/journal"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/trial"
)

// desk is the engine as the API sees it, with the board of the console's pages.
type desk struct {
	*engine.Engine
	board *board.Board
}

// ConsoleOpened says that an account has one more live stream.
func (d desk) ConsoleOpened(account string) (closed func()) { return d.board.Opened(account) }

// Sent says that an update was written to a stream of the account.
func (d desk) Sent(account, incident string, number int64) {
	d.board.Sent(account, incident, number, time.Now())
}

// ConfirmConsole records that a page received or read an update.
func (d desk) ConfirmConsole(_ context.Context, account, incident string, number int64, s alerting.DeliveryState) error {
	if !d.board.Confirm(account, incident, number, s, time.Now()) {
		return fmt.Errorf("incident %s: %w: %s was not told", incident, alerting.ErrNotFound, account)
	}
	return nil
}

// vault is what evidence is taken from: the journal has the audit entries, and
// the engine notes who took them.
type vault struct {
	*engine.Engine
	journal *journal.Journal
}

// Slice reads an incident's audit entries.
func (v vault) Slice(ctx context.Context, incident string) (evidence.Slice, error) {
	return v.journal.Slice(ctx, incident)
}

// switchboard is the engine as callbacks see it, with the texts of drills and the
// tests of ways.
type switchboard struct {
	engine *engine.Engine
	drills *exercise.Exercises
	trials *trial.Desk
}

// Confirm records what became of a delivery that the caller has proven to
// speak of; alerting.ErrNotFound where there is no such delivery.
func (s switchboard) Confirm(ctx context.Context, p alerting.Progress) error {
	switch {
	case exercise.Owns(p.Incident):
		s.drills.Report(p)
		return nil
	case trial.Owns(p.Incident):
		s.trials.Report(p)
		return nil
	}
	return s.engine.Hear(ctx, alerting.LegKey{}, p)
}

// Hear records what a webhook says of a delivery that was for it.
func (s switchboard) Hear(ctx context.Context, from alerting.LegKey, p alerting.Progress) error {
	switch {
	case exercise.Owns(p.Delivery):
		s.drills.Confirm(from.Audience, from.Recipient, p.Delivery, p.State, p.At)
		return nil
	case trial.Owns(p.Delivery):
		s.trials.Confirm(from, p)
		return nil
	}
	return s.engine.Hear(ctx, from, p)
}

// Waiting reports whether an incident that the contact is told of still waits
// for somebody of their audience, in its present round.
func (s switchboard) Waiting(c people.Contact, incident string) bool {
	open := s.engine.Unresolved()
	i := slices.IndexFunc(open, func(i alerting.Incident) bool { return i.ID == incident })
	return i >= 0 && !open[i].Resolved() && !open[i].AcknowledgedBy(c.Audience) && concerns(open[i], c)
}

// concerns reports whether a contact is in an incident's plan, for their own
// audience or for that in which a roster named them: whoever was taken out when
// it became confidential knows of it no more.
func concerns(i alerting.Incident, c people.Contact) bool {
	named := func(l alerting.Leg) bool {
		return slices.ContainsFunc(i.Plan.Rostered, func(r alerting.Rostered) bool { return r.Contact == c.Name && r.Audience == l.Audience })
	}
	return slices.Contains(c.Schools, i.School) && slices.ContainsFunc(i.Plan.Legs, func(l alerting.Leg) bool {
		return l.Reaches() == c.Name && (l.Audience == c.Audience || named(l))
	})
}

// Acknowledge takes an incident on in the contact's name, as whoever signs in
// for their audience would. It returns when that is durable, or known not to
// be for now.
func (s switchboard) Acknowledge(ctx context.Context, a carrier.Acknowledgement) error {
	_, err := s.engine.Do(ctx, alerting.Command{
		Incident: a.Incident, Verb: alerting.VerbAcknowledge, Number: a.Number,
		Actor: alerting.Actor{Name: a.Contact.Name, Role: roleOf(a.Contact.Audience), Channel: a.Channel},
	})
	return err
}

// roleOf is the role that takes incidents on for an audience; "", which takes
// on none, for those who get action lines or reports.
func roleOf(a alerting.Audience) alerting.Role {
	switch a {
	case alerting.Police:
		return alerting.RoleLiaison
	case alerting.School:
		return alerting.RoleOfficer
	case alerting.Guards:
		return alerting.RoleGuard
	}
	return ""
}
