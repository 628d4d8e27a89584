package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/muster"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
	"example.org/campushub/alerting/release"
)

// Notices is the desk of the notices to parents and of the head counts, as
// this package needs it. What it returns is immutable.
type Notices interface {
	// Release and Count carry out a command; they fail as Engine.Do does.
	Release(ctx context.Context, incident string, c release.Command) (alerting.Incident, error)
	Count(ctx context.Context, incident string, c muster.Command) (alerting.Incident, error)
	Gate(ctx context.Context, i alerting.Incident) (notice.Gate, error)
	Preview(ctx context.Context, i alerting.Incident, c release.Command, now time.Time) (release.Draft, error)
	// ReleaseDrill, DrillGate and PreviewDrill are the same of a drill, which may
	// have no incident, for the parents of one of its schools.
	ReleaseDrill(ctx context.Context, drill, school string, c release.Command) error
	DrillGate(s drill.State, school string) (alerting.Incident, notice.Gate)
	PreviewDrill(s drill.State, school string, c release.Command, now time.Time) (release.Draft, error)
	// Counts lists the head counts of unresolved incidents, newest first.
	Counts(schools []string) []muster.State
	// Sent lists what the schools' parents have had, newest first.
	Sent(schools []string, limit int) []notice.Sent
	// Watch returns the notices from now on. The channel is bounded and closed
	// when this reader was too slow.
	Watch(schools []string) (notices <-chan notice.Sent, stop func())
	Figures(notice string) []notice.Figure
}

// MaxNotices bounds a list of notices.
const MaxNotices = 50

// HasNotices reports whether the hub keeps notices to parents.
func (s *Service) HasNotices() bool { return s.notices != nil }

// Notices returns what the parents of the account's schools have had, newest
// first: of every reader it is the same, and nothing of any incident.
func (s *Service) Notices(a people.Account, limit int) ([]notice.Sent, error) {
	if len(a.Schools) == 0 || a.Role == alerting.RoleAdmin {
		return nil, fmt.Errorf("%w: %s reads no notices", alerting.ErrForbidden, a.Role)
	}
	return s.notices.Sent(a.Schools, limit), nil
}

// Figures says how far a notice got, in numbers alone.
func (s *Service) Figures(id string) []notice.Figure { return s.notices.Figures(id) }

// tends reports whether a role has anything to do with what parents are told.
func tends(r alerting.Role) bool { return r == alerting.RoleOfficer || r == alerting.RoleLiaison }

// Gate returns an incident's notices and head count, for whoever acts on them.
func (s *Service) Gate(ctx context.Context, a people.Account, id string) (alerting.Incident, notice.Gate, error) {
	i, err := s.Incident(ctx, a, id)
	if err != nil {
		return i, notice.Gate{}, err
	}
	if !tends(a.Role) {
		return i, notice.Gate{}, fmt.Errorf("%w: notices to parents are not for this role", alerting.ErrForbidden)
	}
	g, err := s.notices.Gate(ctx, i)
	return i, g, err
}

// Release carries out a command of the account about the notices of an
// incident that it may see.
func (s *Service) Release(ctx context.Context, a people.Account, id string, c release.Command) (alerting.Incident, error) {
	if _, err := s.Incident(ctx, a, id); err != nil {
		return alerting.Incident{}, err
	}
	c.By = personOf(a)
	i, err := s.notices.Release(ctx, id, c)
	return policy.Seen(s.people(), a, i), err
}

// Preview renders what a draft of the account would be, and stores nothing.
func (s *Service) Preview(ctx context.Context, a people.Account, id string, c release.Command, now time.Time) (release.Draft, error) {
	i, err := s.Incident(ctx, a, id)
	if err != nil {
		return release.Draft{}, err
	}
	c.By = personOf(a)
	return s.notices.Preview(ctx, i, c, now)
}

func personOf(a people.Account) release.Person {
	return release.Person{Actor: alerting.Actor{Name: a.Name, Role: a.Role}, Releases: a.Releases()}
}

// Count carries out a command of the account about the head count of an
// incident that it may see. A start without classes takes the school's own.
func (s *Service) Count(ctx context.Context, a people.Account, id string, c muster.Command) (alerting.Incident, error) {
	i, err := s.Incident(ctx, a, id)
	if err != nil {
		return alerting.Incident{}, err
	}
	if c.Verb == muster.VerbStart && len(c.Classes) == 0 {
		school, _ := s.people().School(i.School)
		for _, k := range school.Classes {
			c.Classes = append(c.Classes, muster.Class{ID: k.ID, Roll: k.Roll})
		}
	}
	c.By = muster.Person{Actor: alerting.Actor{Name: a.Name, Role: a.Role}, Classes: a.Classes}
	i, err = s.notices.Count(ctx, id, c)
	return policy.Seen(s.people(), a, i), err
}

// Counts returns the head counts under way at the account's schools: to staff
// of their own classes alone, and nothing of what they are about.
func (s *Service) Counts(a people.Account) ([]muster.State, error) {
	if a.Role != alerting.RoleStaff && !tends(a.Role) {
		return nil, fmt.Errorf("%w: %s counts nobody", alerting.ErrForbidden, a.Role)
	}
	all := s.notices.Counts(a.Schools)
	if a.Role != alerting.RoleStaff {
		return all, nil
	}
	var out []muster.State
	for _, c := range all {
		c.Classes = slices.DeleteFunc(slices.Clone(c.Classes), func(r muster.Row) bool { return !slices.Contains(a.Classes, r.ID) })
		if len(c.Classes) > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// Report takes a class's figures from somebody who may not see the incident
// that they are counted for.
func (s *Service) Report(ctx context.Context, a people.Account, count string, c muster.Command) (muster.State, error) {
	find := func() (muster.State, error) {
		all, err := s.Counts(a)
		if err != nil {
			return muster.State{}, err
		}
		at := slices.IndexFunc(all, func(c muster.State) bool { return c.ID == count })
		if at < 0 {
			return muster.State{}, fmt.Errorf("%w: head count %s", alerting.ErrNotFound, count)
		}
		return all[at], nil
	}
	if _, err := find(); err != nil {
		return muster.State{}, err
	}
	c.Verb = muster.VerbReport
	c.By = muster.Person{Actor: alerting.Actor{Name: a.Name, Role: a.Role}, Classes: a.Classes}
	if _, err := s.notices.Count(ctx, count, c); err != nil {
		return muster.State{}, err
	}
	return find()
}
