package api

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// Drills is the owner of the drills as this package needs it. What it returns
// is immutable.
type Drills interface {
	Drill(id string) (exercise.View, bool)
	// Drills lists them, the latest planned first.
	Drills() []exercise.View
	// Do carries out an order. It fails with alerting.ErrNotFound,
	// ErrForbidden, ErrConflict, ErrInvalid or ErrUnavailable.
	Do(ctx context.Context, o exercise.Order) (exercise.View, error)
	// Real opens a live incident because a person says that a drill is none,
	// and stops the drill.
	Real(ctx context.Context, o exercise.Order, now time.Time) (exercise.View, alerting.Incident, error)
}

// seesDrills reports whether a role has a part in drills: whoever may have to
// say that one is none sees it.
func seesDrills(r alerting.Role) bool {
	switch r {
	case alerting.RoleLiaison, alerting.RoleOfficer, alerting.RoleGuard, alerting.RoleStaff:
		return true
	}
	return false
}

// LeadsDrills reports whether a role plans, starts and stops drills; others
// read no names in them.
func LeadsDrills(r alerting.Role) bool {
	return r == alerting.RoleLiaison || r == alerting.RoleOfficer
}

// RunsDrills reports whether this hub runs drills and the account has a part
// in them.
func (s *Service) RunsDrills(a people.Account) bool { return s.drills != nil && seesDrills(a.Role) }

// Drills lists the drills that the account may see, the latest first; to those
// who do not lead them only what runs, or waits for the way back.
func (s *Service) Drills(a people.Account) ([]exercise.View, error) {
	if !s.RunsDrills(a) {
		return nil, fmt.Errorf("%w: %s reads no drills", alerting.ErrForbidden, a.Role)
	}
	return slices.DeleteFunc(s.drills.Drills(), func(v exercise.View) bool { return !mayReadDrill(a, v) }), nil
}

// Drill returns one drill.
func (s *Service) Drill(a people.Account, id string) (exercise.View, error) {
	if s.RunsDrills(a) {
		if v, ok := s.drills.Drill(id); ok && mayReadDrill(a, v) {
			return v, nil
		}
	}
	return exercise.View{}, fmt.Errorf("%w: drill %s", alerting.ErrNotFound, id)
}

func mayReadDrill(a people.Account, v exercise.View) bool {
	own := slices.ContainsFunc(v.Plan.Schools, func(site drill.Site) bool { return slices.Contains(a.Schools, site.ID) })
	return own && (LeadsDrills(a.Role) || !v.StartedAt.IsZero())
}

// PlanDrill plans a drill.
func (s *Service) PlanDrill(ctx context.Context, a people.Account, command string, p drill.Plan) (exercise.View, error) {
	if !s.RunsDrills(a) || !LeadsDrills(a.Role) {
		return exercise.View{}, fmt.Errorf("%w: %s plans no drills", alerting.ErrForbidden, a.Role)
	}
	p.Schools = s.sited(p.Schools)
	c := drill.Command{ID: command, Verb: drill.VerbPlan, By: driller(a), Plan: p}
	return s.drills.Do(ctx, exercise.Order{Drill: p.ID, Command: c})
}

// DoDrill carries out an order of the account on a drill that it may see.
func (s *Service) DoDrill(ctx context.Context, a people.Account, o exercise.Order) (exercise.View, error) {
	v, err := s.Drill(a, o.Drill)
	if err != nil {
		return exercise.View{}, err
	}
	o.By, o.School = driller(a), schoolOf(v, o.School)
	return s.drills.Do(ctx, o)
}

// RealDrill takes it that the account says of a drill that it is none. It
// returns the live incident too, as far as the account may see it.
func (s *Service) RealDrill(ctx context.Context, a people.Account, id, school string, now time.Time) (exercise.View, alerting.Incident, error) {
	v, err := s.Drill(a, id)
	if err != nil {
		return exercise.View{}, alerting.Incident{}, err
	}
	o := exercise.Order{Drill: id, Command: drill.Command{By: driller(a), School: schoolOf(v, school)}}
	v, live, err := s.drills.Real(ctx, o, now)
	return v, policy.Seen(s.people(), a, live), err
}

// schoolOf is the school that is meant where nobody has to say which.
func schoolOf(v exercise.View, school string) string {
	if school == "" && len(v.Plan.Schools) == 1 {
		return v.Plan.Schools[0].ID
	}
	return school
}

func driller(a people.Account) drill.Person {
	return drill.Person{Actor: alerting.Actor{Name: a.Name, Role: a.Role}, Schools: a.Schools}
}
