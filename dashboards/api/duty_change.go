package api

import (
	"context"
	"fmt"
	"slices"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/duty/watch"
	"example.org/campushub/alerting/people"
)

// Replace puts another in a person's place on the roster.
func (s *Service) Replace(ctx context.Context, a people.Account, school string, at watch.Place, other, phone string) error {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return err
	}
	return s.duty.Replace(ctx, school, a.Name, at, other, phone)
}

// Swap exchanges two people's shifts.
func (s *Service) Swap(ctx context.Context, a people.Account, school string, one, two watch.Place) error {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return err
	}
	return s.duty.Swap(ctx, school, a.Name, one, two)
}

// RosterChanges lists the latest changes of a school's roster, the latest
// first.
func (s *Service) RosterChanges(ctx context.Context, a people.Account, school string) ([]watch.Change, error) {
	school, err := s.rosterOf(a, school)
	if err != nil {
		return nil, err
	}
	return s.duty.Changes(ctx, school)
}

// PostsOf are the posts of one of the account's schools.
func (s *Service) PostsOf(a people.Account, school string) []duty.Post {
	school, err := s.dutySchool(a, school)
	if err != nil {
		return nil
	}
	of, _ := s.duty.Known(school)
	return of.Setup.Posts
}

// ShiftOf is a shift of one of the account's schools as it is configured now;
// false where there is none such.
func (s *Service) ShiftOf(a people.Account, school string, key duty.ShiftKey) (duty.Shift, bool) {
	school, err := s.dutySchool(a, school)
	if err != nil {
		return duty.Shift{}, false
	}
	of, _ := s.duty.Known(school)
	all := of.Setup.Shifts(of.Calendar, of.Zone, key.Date)
	at := slices.IndexFunc(all, func(one duty.Shift) bool { return one.ShiftKey == key })
	if at < 0 {
		return duty.Shift{}, false
	}
	return all[at], true
}

// PostCode is the secret of the QR code of a post, or of a point of the patrol
// rounds, and the same as a number, for who hangs it up.
func (s *Service) PostCode(a people.Account, school, post string) (code, pin string, err error) {
	if school, err = s.rosterOf(a, school); err != nil {
		return "", "", err
	}
	of, _ := s.duty.Known(school)
	if _, ok := of.Post(post); !ok && !of.Point(post) {
		return "", "", fmt.Errorf("%w: there is no post %q", alerting.ErrNotFound, post)
	}
	return of.Code(post), of.PIN(post), nil
}

// SpeaksOfAway reports whether a role may say of an entry of the roster that
// its person is called away: the officer of everybody, a liaison of the police.
// Nobody else, or a guard could hide that they are missed.
func SpeaksOfAway(r alerting.Role, e duty.Entry) bool {
	return r == alerting.RoleOfficer || r == alerting.RoleLiaison && e.Role == duty.Police
}

// Away says that somebody on the roster is called away, or back; the account
// itself where nobody is named. incident is what they are called to, one that
// the account may read and that is not resolved; "" where none is named.
func (s *Service) Away(ctx context.Context, a people.Account, school, person, incident string, back bool) error {
	if !ReadsPosts(a.Role) {
		return fmt.Errorf("%w: %s says of nobody that they are away", alerting.ErrForbidden, a.Role)
	}
	school, err := s.dutySchool(a, school)
	if err != nil {
		return err
	}
	if person == "" {
		if person, err = s.named(school, a); err != nil {
			return err
		}
	}
	if err := s.callsTo(ctx, a, school, incident); err != nil {
		return err
	}
	return s.duty.Away(ctx, school, a.Name, person, incident, back, func(e duty.Entry) bool { return SpeaksOfAway(a.Role, e) })
}

// callsTo refuses an incident that nobody of the school can be called to.
func (s *Service) callsTo(ctx context.Context, a people.Account, school, incident string) error {
	if incident == "" {
		return nil
	}
	i, err := s.Incident(ctx, a, incident)
	switch {
	case err != nil:
		return err
	case i.School != school:
		return fmt.Errorf("%w: incident %s is none of school %s", alerting.ErrNotFound, incident, school)
	case i.Resolved():
		return fmt.Errorf("%w: incident %s is resolved", alerting.ErrConflict, incident)
	}
	return nil
}

// named is who the account is on a school's roster.
func (s *Service) named(school string, a people.Account) (string, error) {
	of, _ := s.duty.Known(school)
	if who, ok := of.Named(a.Name); ok {
		return who, nil
	}
	return "", fmt.Errorf("%w: name: %s is nobody on the roster, say who is meant", alerting.ErrInvalid, a.Name)
}
