package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/rules"
)

// Gates knows the rules of the schools' gates, and mutes them.
type Gates interface {
	Rules(school string) []*rules.Rule
	Mute(ctx context.Context, m rules.Mute) (rules.Mute, error)
	Lift(ctx context.Context, school, id, by string, now time.Time) error
	Mutes(ctx context.Context, school string) ([]rules.Mute, error)
	Held(school string, now time.Time) []rules.Mute
	Stands(school string) map[string]rules.Stand
}

// HasGates reports whether gate rules run here.
func (s *Service) HasGates() bool { return s.gates != nil }

// MutesRules reports whether a role may mute a gate rule of its schools.
func MutesRules(r alerting.Role) bool { return r == alerting.RoleOfficer }

// GateRules are the rules of one of the account's schools, for whoever sees the
// devices.
func (s *Service) GateRules(a people.Account, school string) ([]*rules.Rule, error) {
	school, err := s.gatesOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.gates.Rules(school), nil
}

// Mutes lists the latest mutes of one of the account's schools, those that have
// ended too, the latest first.
func (s *Service) Mutes(ctx context.Context, a people.Account, school string) ([]rules.Mute, error) {
	school, err := s.gatesOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.gates.Mutes(ctx, school)
}

// Held lists the mutes that hold now in one of the account's schools.
func (s *Service) Held(a people.Account, school string, now time.Time) ([]rules.Mute, error) {
	school, err := s.gatesOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.gates.Held(school, now), nil
}

// GateStands is how the gates of one of the account's schools stand, by device; those that have said nothing are not among them.
func (s *Service) GateStands(a people.Account, school string) (map[string]rules.Stand, error) {
	school, err := s.gatesOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.gates.Stands(school), nil
}

// Mute has an officer mute a gate rule, from now on for a time.
func (s *Service) Mute(ctx context.Context, a people.Account, m rules.Mute, during time.Duration, now time.Time) (rules.Mute, error) {
	school, err := s.mutable(a, m.School)
	if err != nil {
		return m, err
	}
	now = now.Truncate(time.Millisecond) // as it is stored
	m.School, m.By, m.Reason, m.From, m.Until = school, a.Name, strings.TrimSpace(m.Reason), now, now.Add(during)
	return s.gates.Mute(ctx, m)
}

// Lift ends a mute before its time.
func (s *Service) Lift(ctx context.Context, a people.Account, school, id string, now time.Time) error {
	school, err := s.mutable(a, school)
	if err != nil {
		return err
	}
	return s.gates.Lift(ctx, school, id, a.Name, now.Truncate(time.Millisecond))
}

func (s *Service) mutable(a people.Account, school string) (string, error) {
	if !MutesRules(a.Role) {
		return "", fmt.Errorf("%w: %s mutes no gate rules", alerting.ErrForbidden, a.Role)
	}
	return s.gatesOf(a, school)
}

// gatesOf is the school that is meant: the account's only one where none is
// named.
func (s *Service) gatesOf(a people.Account, school string) (string, error) {
	switch {
	case !a.Role.SeesIncidents() && a.Role != alerting.RoleAdmin:
		return "", fmt.Errorf("%w: %s looks after no gates", alerting.ErrForbidden, a.Role)
	case school == "" && len(a.Schools) == 1:
		return a.Schools[0], nil
	case school == "":
		return "", fmt.Errorf("%w: school: say which one", alerting.ErrInvalid)
	case !slices.Contains(a.Schools, school):
		return "", fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	}
	return school, nil
}
