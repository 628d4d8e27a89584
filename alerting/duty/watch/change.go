package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/calendar"
)

// longestName is how many characters a person's name may have, as on a sheet.
const longestName = 64

// What was changed.
const (
	Replaced = "replaced" // 替岗
	Swapped  = "swapped"  // 换岗
	WentAway = "away"     // called away
	CameBack = "back"
	Claimed  = "claimed" // 认领
	GaveBack = "gave-back"
	Dropped  = "claim-dropped" // by an import that leaves it no room
	Imported = "imported"      // a sheet, of the days that Shift says

	TookRoster   = "took-roster" // away, with names and numbers, of the days that Shift says
	TookCheckins = "took-checkins"
	TookRounds   = "took-rounds"
)

// Change is who changed what of a school's duty.
type Change struct {
	At     time.Time
	By     string // the account
	What   string
	Shift  string // "" where it is about none; the days of what was imported or taken away
	Person string // "" where it is about nobody
	Other  string // who stands there now; "" nobody
}

// Place is one person's place on the roster.
type Place struct {
	duty.ShiftKey
	Person string
}

// Replace puts another in a person's place, known beforehand or while the shift
// runs. phone is the other's own, "" where it is not known. It is stored, with
// who did it, before it counts. It fails with alerting.ErrNotFound where there
// is no such shift or the person does not stand there, ErrConflict where the
// shift is over or another post has the other then, standing or ready, and ErrInvalid
// for what is no name.
func (w *Watcher) Replace(ctx context.Context, school, by string, at Place, other, phone string) error {
	if err := readable(other, phone); err != nil {
		return err
	}
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		shift, busy, err := of.around(at.ShiftKey)
		if err != nil {
			return err
		}
		other = of.spelled(other)
		s := w.of(school)
		next, err := s.entries.Replace(shift, busy, at.Person, other, now)
		if err != nil {
			return err
		}
		if next, err = next.Reached(at.ShiftKey, other, phone); err != nil {
			return err
		}
		return w.change(school, s, next, []calendar.Date{at.Date}, Change{
			At: now, By: by, What: Replaced, Shift: at.ShiftKey.String(), Person: at.Person, Other: other,
		})
	})
}

// Swap exchanges two people's shifts, both or none. Its errors are Replace's;
// both must have the same role, and neither shift may have begun.
func (w *Watcher) Swap(ctx context.Context, school, by string, a, b Place) error {
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		one, busy, err := of.around(a.ShiftKey)
		if err != nil {
			return err
		}
		two, more, err := of.around(b.ShiftKey)
		if err != nil {
			return err
		}
		s := w.of(school)
		next, err := s.entries.Swap(one, two, append(busy, more...), a.Person, b.Person, now)
		if err != nil {
			return err
		}
		return w.change(school, s, next, []calendar.Date{a.Date, b.Date},
			Change{At: now, By: by, What: Swapped, Shift: a.ShiftKey.String(), Person: a.Person, Other: b.Person},
			Change{At: now, By: by, What: Swapped, Shift: b.ShiftKey.String(), Person: b.Person, Other: a.Person})
	})
}

// change stores the days of a changed roster and who changed them, all or
// nothing, and then lets them count.
func (w *Watcher) change(school string, s *state, next duty.Roster, days []calendar.Date, all ...Change) error {
	entries := slices.DeleteFunc(next.Entries(), func(e duty.Entry) bool { return !slices.Contains(days, e.Date) })
	if err := w.stored("roster", func(ctx context.Context) error {
		return w.deps.Store.ChangeRoster(ctx, school, days, entries, all)
	}); err != nil {
		return err
	}
	s.entries = next
	for _, c := range all {
		w.log.Info("roster changed", "school", school, "what", c.What, "shift", c.Shift, "by", c.By)
	}
	return nil
}

// around finds a shift, and all of the days beside it.
func (s School) around(k duty.ShiftKey) (shift duty.Shift, busy []duty.Shift, err error) {
	for i := -1; i <= 1; i++ {
		busy = append(busy, s.Setup.Shifts(s.Calendar, s.Zone, k.Date.Add(i))...)
	}
	at := slices.IndexFunc(busy, func(o duty.Shift) bool { return o.ShiftKey == k })
	if at < 0 {
		return shift, nil, fmt.Errorf("%w: there is no shift %v", alerting.ErrNotFound, k)
	}
	return busy[at], busy, nil
}

// readable refuses what a sheet would refuse.
func readable(name, phone string) error {
	for _, s := range []string{name, phone} {
		if len([]rune(s)) > longestName || strings.ContainsFunc(s, unicode.IsControl) || strings.TrimSpace(s) != s {
			return fmt.Errorf("%w: name and phone: want at most %d printable characters, without blanks around them", alerting.ErrInvalid, longestName)
		}
	}
	return nil
}

// Changes lists the latest changes of a school's roster, the latest first;
// alerting.ErrNotFound where the school has no posts.
func (w *Watcher) Changes(ctx context.Context, school string) ([]Change, error) {
	if _, err := w.schoolOf(school); err != nil {
		return nil, err
	}
	out, err := w.deps.Store.DutyChanges(ctx, school, MaxChanges)
	if err != nil {
		w.log.Error("changes of a roster could not be read", "school", school, "error", err)
		return nil, fmt.Errorf("changes of the roster: %w", alerting.ErrUnavailable)
	}
	return out, nil
}

// MaxChanges is how many changes are listed.
const MaxChanges = 100
