package api

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/duty"
	"example.org/campushub/alerting/hazard"
	"example.org/campushub/alerting/people"
)

// Hazards takes reports of hazards in. What it returns is immutable; what changes
// something fails with alerting.ErrNotFound, ErrConflict, ErrInvalid or
// ErrUnavailable.
type Hazards interface {
	Report(ctx context.Context, r hazard.Report) (hazard.Report, error)
	Move(ctx context.Context, r hazard.Report, s hazard.Step, known int) (hazard.Report, error)
	Attach(ctx context.Context, r hazard.Report, by string, in io.Reader) error
	One(ctx context.Context, id string) (hazard.Report, error)
	List(ctx context.Context, school, by string) ([]hazard.Report, error)
	Photo(ctx context.Context, id string) ([]byte, error)
}

// ReportsHazards reports whether a role reports hazards: whoever walks the school
// for it, and whoever answers for it.
func ReportsHazards(r alerting.Role) bool {
	return r == alerting.RoleGuard || r == alerting.RoleOfficer
}

// KeepsHazards reports whether a role reads all hazards of its schools, and says
// how far each is seen to. Whoever else reports some reads their own.
func KeepsHazards(r alerting.Role) bool { return r == alerting.RoleOfficer }

// TakesHazards reports whether reports of hazards are taken here.
func (s *Service) TakesHazards() bool { return s.hazards != nil }

// HasHazards reports whether the account reports hazards here.
func (s *Service) HasHazards(a people.Account) bool {
	return s.hazards != nil && ReportsHazards(a.Role) && len(a.Schools) > 0
}

// Found is what somebody has to say of a hazard: its place, or the post at which
// it is.
type Found struct {
	ID                  string // a UUID; the same one twice is the same report
	School, Place, Post string
	Grade               hazard.Grade
	Text                string
}

// ReportHazard stores what the account has found.
func (s *Service) ReportHazard(ctx context.Context, a people.Account, f Found, now time.Time) (hazard.Report, error) {
	school, err := s.hazardSchool(a, f.School)
	if err != nil {
		return hazard.Report{}, err
	}
	id, err := uuid.Parse(f.ID)
	if err != nil {
		return hazard.Report{}, fmt.Errorf("%w: id: no UUID", alerting.ErrInvalid)
	}
	where, err := s.hazardPlace(a, school, f.Place, f.Post)
	if err != nil {
		return hazard.Report{}, err
	}
	return s.hazards.Report(ctx, hazard.Report{
		ID: id.String(), School: school, At: now.Truncate(time.Millisecond), By: a.Name, Where: where, Grade: f.Grade, Text: f.Text,
	})
}

// hazardSchool is the school that is meant, of the account's own; the only one
// where none is named.
func (s *Service) hazardSchool(a people.Account, school string) (string, error) {
	switch {
	case !s.HasHazards(a):
		return "", fmt.Errorf("%w: %s reports no hazards", alerting.ErrForbidden, a.Role)
	case school == "" && len(a.Schools) == 1:
		return a.Schools[0], nil
	case school == "":
		return "", fmt.Errorf("%w: school: say which one", alerting.ErrInvalid)
	case !slices.Contains(a.Schools, school):
		return "", fmt.Errorf("%w: school %s", alerting.ErrNotFound, school)
	}
	return school, nil
}

// hazardPlace looks up a place or a post of a school; one of them is named.
func (s *Service) hazardPlace(a people.Account, school, place, post string) (hazard.Where, error) {
	if post != "" && place == "" {
		posts := s.PostsOf(a, school)
		if at := slices.IndexFunc(posts, func(p duty.Post) bool { return p.ID == post }); at >= 0 {
			return hazard.Where{Place: posts[at].Place, Post: post, Name: posts[at].Name}, nil
		}
	}
	if place != "" && post == "" {
		of, _ := s.people().School(school)
		if p, ok := s.placeOf(of, place); ok {
			return hazard.Where{Place: place, Name: p.Name}, nil
		}
	}
	return hazard.Where{}, fmt.Errorf("%w: place: want one of the school's places or posts", alerting.ErrInvalid)
}

// HazardsOf lists the hazards of one of the account's schools that it may read:
// all that are not done, and the latest that are, the latest first.
func (s *Service) HazardsOf(ctx context.Context, a people.Account, school string) ([]hazard.Report, error) {
	school, err := s.hazardSchool(a, school)
	if err != nil {
		return nil, err
	}
	by := a.Name
	if KeepsHazards(a.Role) {
		by = ""
	}
	return s.hazards.List(ctx, school, by)
}

// Hazard is a report that the account may read: its own, or any of a school that
// it answers for.
func (s *Service) Hazard(ctx context.Context, a people.Account, id string) (hazard.Report, error) {
	if !s.HasHazards(a) {
		return hazard.Report{}, fmt.Errorf("%w: hazard", alerting.ErrNotFound)
	}
	r, err := s.hazards.One(ctx, id)
	if err != nil {
		return hazard.Report{}, err
	}
	if !slices.Contains(a.Schools, r.School) || (r.By != a.Name && !KeepsHazards(a.Role)) {
		return hazard.Report{}, fmt.Errorf("%w: hazard", alerting.ErrNotFound)
	}
	return r, nil
}

// HazardPhoto is the picture of a report that the account may read, as a JPEG.
func (s *Service) HazardPhoto(ctx context.Context, a people.Account, id string) ([]byte, error) {
	r, err := s.Hazard(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.hazards.Photo(ctx, r.ID)
}

// AttachPhoto keeps a photo with a report of the account's own.
func (s *Service) AttachPhoto(ctx context.Context, a people.Account, id string, in io.Reader) error {
	r, err := s.Hazard(ctx, a, id)
	if err != nil {
		return err
	}
	if r.By != a.Name {
		return fmt.Errorf("%w: the photo is its reporter's to send", alerting.ErrForbidden)
	}
	return s.hazards.Attach(ctx, r, a.Name, in)
}

// MoveHazard says how far a hazard is seen to. known is how many steps the account
// has seen of it.
func (s *Service) MoveHazard(ctx context.Context, a people.Account, id string, to hazard.State, reason string, known int, now time.Time) (hazard.Report, error) {
	r, err := s.Hazard(ctx, a, id)
	if err != nil {
		return r, err
	}
	if !KeepsHazards(a.Role) {
		return r, fmt.Errorf("%w: %s settles no hazards", alerting.ErrForbidden, a.Role)
	}
	return s.hazards.Move(ctx, r, hazard.Step{At: now.Truncate(time.Millisecond), By: a.Name, To: to, Reason: reason}, known)
}
