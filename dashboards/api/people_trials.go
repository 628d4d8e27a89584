package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/deliver/reach"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/trial"
)

// trialsOf lists the latest tests of a school that the account may read.
func (s *Service) trialsOf(a people.Account, school string) []trial.Trial {
	var out []trial.Trial
	for _, t := range s.trials.Latest(school) {
		if len(out) < shownTrials && s.readsTrial(a, t) {
			out = append(out, t)
		}
	}
	return out
}

// readsTrial reports whether a test is of the account's side, and of nobody whom
// it may not know of. Whoever has left the configuration is known to nobody.
func (s *Service) readsTrial(a people.Account, t trial.Trial) bool {
	_, known := s.wayTo(a, t.School, t.Leg)
	return known
}

// wayTo finds a way of the account's side at a school that it may know of.
func (s *Service) wayTo(a people.Account, school string, k alerting.LegKey) (people.Path, bool) {
	if !ofSide(a.Role, k.Audience) || !slices.Contains(a.Schools, school) {
		return people.Path{}, false
	}
	for _, c := range policy.Reached(s.people(), school) {
		if !s.shows(a, school, c) {
			continue
		}
		for _, p := range c.Paths {
			if policy.LegTo(c, p) == k {
				if first, ok := reach.PathOf(c, p.Channel); ok { // the one that the channel takes
					return first, true
				}
			}
		}
	}
	return people.Path{}, false
}

// Try tests a way of the account's side: one message in mode test to one
// recipient, once it is written down. On an examination day, and while an alarm
// is open, nothing is tested.
func (s *Service) Try(ctx context.Context, a people.Account, t trial.Trial, now time.Time) (trial.Trial, error) {
	of, err := s.folkOf(a, t.School)
	if err != nil {
		return trial.Trial{}, err
	}
	t.School, t.Reason, t.By, t.At = of.ID, strings.TrimSpace(t.Reason), a.Name, now
	path, known := s.wayTo(a, of.ID, t.Leg)
	t.Via = path.Via
	_, again := s.trials.Trial(t.ID)
	switch {
	case !known:
		return trial.Trial{}, fmt.Errorf("%w: nobody is told this way", alerting.ErrNotFound)
	case t.Reason == "" || len([]rune(t.Reason)) > maxReason:
		return trial.Trial{}, fmt.Errorf("%w: reason: say why, in at most %d characters", alerting.ErrInvalid, maxReason)
	case again: // it was begun, or is another's: the desk knows
	case s.examinedAt(of.ID, now):
		return trial.Trial{}, alerting.NoTestToday()
	case s.alarmed(a, of.ID):
		return trial.Trial{}, alerting.NoTestNow()
	}
	return s.trials.Begin(ctx, t)
}

// Trial is a test that the account may read.
func (s *Service) Trial(a people.Account, id string) (trial.Trial, error) {
	if !s.HasTrials() || !ReadsFolk(a.Role) {
		return trial.Trial{}, fmt.Errorf("%w: %s reads no tests of ways", alerting.ErrForbidden, a.Role)
	}
	t, known := s.trials.Trial(id)
	if !known || !s.readsTrial(a, t) {
		return trial.Trial{}, fmt.Errorf("%w: test %s", alerting.ErrNotFound, id)
	}
	return t, nil
}
