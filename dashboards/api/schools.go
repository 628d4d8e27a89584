package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/pathcheck"
	"example.org/campushub/alerting/people"
	"example.org/campushub/devices"
)

// Schools are those of an account that acts on incidents, or runs the hub.
func (s *Service) Schools(a people.Account) ([]people.School, error) {
	if !ReadsDevices(a.Role) {
		return nil, fmt.Errorf("%w: %s looks after no school", alerting.ErrForbidden, a.Role)
	}
	return s.schoolsOf(a), nil
}

func (s *Service) schoolsOf(a people.Account) (out []people.School) {
	for _, id := range a.Schools {
		if school, ok := s.people().School(id); ok {
			school.ID = id
			out = append(out, school)
		}
	}
	return out
}

// Plan is a drawing of one of the account's schools, for whoever sees incidents.
func (s *Service) Plan(a people.Account, school, plan string) (people.Plan, error) {
	of, _ := s.people().School(school)
	p, ok := of.Plan(plan)
	if !ok || !a.Role.SeesIncidents() || !slices.Contains(a.Schools, school) {
		return people.Plan{}, fmt.Errorf("%w: plan %s of %s", alerting.ErrNotFound, plan, school)
	}
	return p, nil
}

// PlanVersion names what is drawn on a plan: another drawing has another one.
func PlanVersion(p people.Plan) string {
	sum := sha256.Sum256(p.Image)
	return hex.EncodeToString(sum[:6])
}

// Standing is how a school stands on the district's map.
type Standing struct {
	people.School
	Open []alerting.Incident // that the account may see, the gravest first
	// Way is the way to the police, where Checked; Known is false where nobody has
	// looked at it.
	Way            pathcheck.Status
	Known, Checked bool
	Cut            time.Time // since when its link is cut; zero where it is not
}

// DistrictMap is where the schools of an account lie and how each stands, for
// whoever answers for schools.
func (s *Service) DistrictMap(ctx context.Context, a people.Account) ([]Standing, people.District, error) {
	if !ReadsPosts(a.Role) {
		return nil, people.District{}, fmt.Errorf("%w: %s answers for no school", alerting.ErrForbidden, a.Role)
	}
	ways, checked := s.Ways(a)
	cut, open := s.cutOf(ctx, a), s.Unresolved(a)
	var out []Standing
	for _, school := range s.schoolsOf(a) {
		v := Standing{School: school, Checked: checked, Cut: cut[school.ID]}
		if at := slices.IndexFunc(ways, func(w pathcheck.Status) bool { return w.School == school.ID }); at >= 0 {
			v.Way, v.Known = ways[at], true
		}
		for _, i := range open {
			if i.School == school.ID {
				v.Open = append(v.Open, i)
			}
		}
		slices.SortStableFunc(v.Open, graver)
		out = append(out, v)
	}
	return out, s.people().District(), nil
}

// graver puts what is live and more severe before the rest, and of the same the
// older one.
func graver(x, y alerting.Incident) int {
	return cmp.Or(gravity(x)-gravity(y), x.OpenedAt.Compare(y.OpenedAt))
}

func gravity(i alerting.Incident) int {
	order := []alerting.Severity{alerting.Critical, alerting.High, alerting.Low}
	if i.Mode != devices.Live {
		return len(order)
	}
	return slices.Index(order, i.Severity)
}

// cutOf is since when the link of each school is cut. Without supervision nobody
// knows: the way to the police says whether a school is heard.
func (s *Service) cutOf(ctx context.Context, a people.Account) map[string]time.Time {
	out := map[string]time.Time{}
	if s.supervision == nil {
		return out
	}
	v, _ := s.Devices(ctx, a)
	for _, school := range v.Schools {
		if !school.Cut.IsZero() {
			out[school.School] = school.Cut
		}
	}
	return out
}
