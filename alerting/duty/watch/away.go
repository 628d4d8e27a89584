package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
)

// longestAway is after what time whoever was called away is expected again,
// where nobody says so before: a forgotten word hides nobody for days.
const longestAway = 12 * time.Hour

// Away says of a person of the roster that they are called away from their
// posts, or, with back, that they are no more. Whoever is away is not missed,
// and does not count: a post that is below its minimum without them is
// uncovered. incident is what they are called to, "" where nobody says; see
// dispatched for how such an absence ends. It is stored, with who said it,
// before it counts; saying it again changes nothing. may says whether the one who speaks may speak of an entry.
// It fails with ErrNotFound where the person owes no shift that is not over,
// and ErrForbidden where may refuses all of theirs.
func (w *Watcher) Away(ctx context.Context, school, by, person, incident string, back bool, may func(duty.Entry) bool) error {
	return w.ask(ctx, func(now time.Time) error {
		of, err := w.schoolOf(school)
		if err != nil {
			return err
		}
		s := w.of(school)
		if err := s.speakable(of, person, may, now); err != nil {
			return err
		}
		at := slices.IndexFunc(s.aways, func(a duty.Away) bool { return a.Person == person && !a.From.After(now) && a.To.After(now) })
		if (at >= 0) != back {
			return nil // it is so already
		}
		a, c := duty.Away{Person: person, From: now, To: now.Add(longestAway), Incident: incident}, Change{At: now, By: by, What: WentAway, Person: person}
		if back {
			a, c.What = s.aways[at], CameBack
			a.To = now
		}
		return w.saveAway(school, s, a, c)
	})
}

// saveAway stores an absence, or its end, and then lets it count.
func (w *Watcher) saveAway(school string, s *state, a duty.Away, c Change) error {
	if err := w.stored("away", func(ctx context.Context) error { return w.deps.Store.SaveAway(ctx, school, a, c) }); err != nil {
		return err
	}
	s.aways = away(s.aways, a, c.At)
	w.log.Info("called away", "school", school, "back", c.What == CameBack, "by", c.By, "incident", a.Incident)
	return nil
}

// away is the list with one put in or in place of its former self, without
// what is long over.
func away(all []duty.Away, a duty.Away, now time.Time) []duty.Away {
	out := slices.DeleteFunc(slices.Clone(all), func(o duty.Away) bool {
		return o.Person == a.Person && o.From.Equal(a.From) || o.To.Before(now.Add(-kept))
	})
	return append(out, a)
}

// speakable refuses a person of whom the one who speaks may not.
func (s *state) speakable(of School, person string, may func(duty.Entry) bool, now time.Time) error {
	known := false
	for _, shift := range s.watch(of).Ahead(now) {
		for _, p := range shift.People {
			if p.Person != person && p.Substitute != person {
				continue
			}
			if known = true; may(p.Entry) {
				return nil
			}
		}
	}
	if known {
		return fmt.Errorf("%w: of %s only the school says whether they are away", alerting.ErrForbidden, person)
	}
	return fmt.Errorf("%w: %s owes no shift now or until the end of tomorrow", alerting.ErrNotFound, person)
}
