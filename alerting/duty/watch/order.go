package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// order is what a person wants, on its way to Run's goroutine.
type order struct {
	do   func(now time.Time) error
	done chan error // holds one
}

// ask has Run carry an order out.
func (w *Watcher) ask(ctx context.Context, do func(now time.Time) error) error {
	o := order{do, make(chan error, 1)}
	select {
	case w.orders <- o:
	default:
		return fmt.Errorf("duty: too many orders at once: %w", alerting.ErrUnavailable)
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("duty: %w", ctx.Err())
	case <-w.stopped:
		return fmt.Errorf("hub is stopping: %w", alerting.ErrUnavailable)
	}
}

func (w *Watcher) order(o order, now time.Time) {
	err := o.do(now)
	if err == nil {
		w.marks(now)
		w.publish()
	}
	o.done <- err
}

// school finds one that has a duty.
func (w *Watcher) schoolOf(id string) (School, error) {
	s, ok := w.deps.Schools()[id]
	if !ok {
		return School{}, fmt.Errorf("%w: school %s has no posts", alerting.ErrNotFound, id)
	}
	return s, nil
}

// stored runs what writes to the disk, and says so where that takes nothing.
func (w *Watcher) stored(what string, write func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	if err := write(ctx); err != nil {
		w.log.Error("duty was not stored", "what", what, "error", err)
		return fmt.Errorf("%s: the disk did not take it: %w", what, alerting.ErrUnavailable)
	}
	return nil
}

// Import puts a roster in place of all that a school has for the days but the
// claims that it has room for, and says what became of these. It is stored, with
// who did it, before it counts.
func (w *Watcher) Import(ctx context.Context, school, by string, days calendar.Span, entries []duty.Entry) (notes []alerting.Text, err error) {
	return w.ImportOver(ctx, school, by, days, nil, entries)
}

// ImportOver is Import over one of the versions that whoever made the new roster
// has seen of these days; nil is any. It fails with duty.ErrOtherRoster, and
// changes nothing, where they have another one by now.
func (w *Watcher) ImportOver(ctx context.Context, school, by string, days calendar.Span, seen []string, entries []duty.Entry) (notes []alerting.Text, err error) {
	for _, e := range entries {
		if !days.Has(e.Date) {
			return nil, fmt.Errorf("%w: roster: %v lies outside %v to %v", alerting.ErrInvalid, e.ShiftKey, days.From, days.To)
		}
	}
	err = w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		s := w.of(school)
		if seen != nil && !slices.Contains(seen, duty.Version(s.entries.Within(days))) {
			return duty.ErrOtherRoster
		}
		all := slices.DeleteFunc(s.entries.Entries(), func(e duty.Entry) bool { return days.Has(e.Date) })
		next, err := duty.NewRoster(append(all, entries...))
		if err != nil {
			return err
		}
		next, claims, err := next.Keep(s.entries.Within(days), of.shiftsOf())
		if err != nil {
			return err
		}
		next = next.Since(s.entries, now)
		entries := slices.DeleteFunc(next.Entries(), func(e duty.Entry) bool { return !days.Has(e.Date) })
		if err := w.stored("roster", func(ctx context.Context) error {
			did := append(dropped(claims, by, now), Change{At: now, By: by, What: Imported, Shift: daysOf(days)})
			return w.deps.Store.SaveRoster(ctx, school, days, entries, did)
		}); err != nil {
			return err
		}
		s.entries, s.quiet = next, now.Add(Settling)
		w.log.Info("roster imported", "school", school, "from", days.From.String(), "to", days.To.String(), "entries", len(entries), "by", by)
		notes = of.claimNotes(claims)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return notes, nil
}

// Claim lets whoever signs in with an account take an open slot themselves, or
// give one back that they took. It is stored, with who did it, before it counts.
func (w *Watcher) Claim(ctx context.Context, school, account string, key duty.ShiftKey, role duty.Role, back bool) error {
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		who, ok := of.Named(account)
		if !ok {
			return nobody(account)
		}
		shift, busy, err := of.around(key)
		if err != nil {
			return err
		}
		s := w.of(school)
		var next duty.Roster
		did := Claimed
		if back {
			did = GaveBack
			next, err = s.entries.Withdraw(shift, who, now)
		} else {
			next, err = s.entries.Claim(shift, busy, who, role, now)
		}
		if err != nil || len(next.Of(key)) == len(s.entries.Of(key)) { // said again, it changes nothing
			return err
		}
		return w.change(school, s, next, []calendar.Date{key.Date}, Change{At: now, By: account, What: did, Shift: key.String(), Person: who})
	})
}

func nobody(account string) error {
	return fmt.Errorf("%w: %s is nobody on the roster: the duty section of the configuration says who signs in with which account", alerting.ErrForbidden, account)
}
