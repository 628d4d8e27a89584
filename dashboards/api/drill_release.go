package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/notice"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/release"
)

type drillReleaseInput struct {
	ID     string `path:"id" maxLength:"64"`
	School string `query:"school" maxLength:"63" doc:"Whose parents, where several schools take part."`
	Body   releaseBody
}

type drillGateInput struct {
	ID     string `path:"id" maxLength:"64"`
	School string `query:"school" maxLength:"63" doc:"Whose parents, where several schools take part."`
}

type drillGate struct {
	ReleaseGate
	Preview *ReleaseDraft `json:"preview,omitempty" doc:"What the draft would be; step preview alone."`
}

type drillGateOutput struct{ Body drillGate }

// NotifiesOfDrills reports whether parents can be told of a drill here.
func (s *Service) NotifiesOfDrills() bool { return s.drills != nil && s.notices != nil }

// toldOf is the drill, and the school whose parents it is about.
func (s *Service) toldOf(a people.Account, id, school string) (drill.State, string, error) {
	v, err := s.Drill(a, id)
	if err != nil {
		return drill.State{}, "", err
	}
	school = schoolOf(v, school)
	switch {
	case !tends(a.Role):
		return drill.State{}, "", fmt.Errorf("%w: notices to parents are not for this role", alerting.ErrForbidden)
	case school == "":
		return drill.State{}, "", fmt.Errorf("%w: school: several take part, say whose parents", alerting.ErrInvalid)
	case !takesPart(v, school) || !slices.Contains(a.Schools, school):
		return drill.State{}, "", fmt.Errorf("%w: drill %s at %s", alerting.ErrNotFound, id, school)
	}
	return v.State, school, nil
}

// DrillGate returns a drill's notices to the parents of a school, and the drill
// as an incident that nobody pressed.
func (s *Service) DrillGate(a people.Account, id, school string) (alerting.Incident, notice.Gate, error) {
	v, school, err := s.toldOf(a, id, school)
	if err != nil {
		return alerting.Incident{}, notice.Gate{}, err
	}
	i, g := s.notices.DrillGate(v, school)
	return i, g, nil
}

// ReleaseDrill carries out a command of the account about a drill's notices.
func (s *Service) ReleaseDrill(ctx context.Context, a people.Account, id, school string, c release.Command) error {
	_, school, err := s.toldOf(a, id, school)
	if err != nil {
		return err
	}
	c.By = personOf(a)
	return s.notices.ReleaseDrill(ctx, id, school, c)
}

// PreviewDrill renders what a draft of the account would be, and stores nothing.
func (s *Service) PreviewDrill(a people.Account, id, school string, c release.Command, now time.Time) (release.Draft, error) {
	v, school, err := s.toldOf(a, id, school)
	if err != nil {
		return release.Draft{}, err
	}
	c.By = personOf(a)
	return s.notices.PreviewDrill(v, school, c, now)
}

func (s *Server) mountDrillNotices(h huma.API) {
	if !s.service.NotifiesOfDrills() {
		return
	}
	huma.Register(h, huma.Operation{
		OperationID: "release-drill", Method: http.MethodPost, Path: "/api/v1/drills/{id}/release",
		Summary:     "The parents' gate of a drill: PAR-08 until it is over, PAR-09 afterwards",
		Description: "As of an incident; a drill needs none. The date of PAR-08 is the drill's own, and may be left out.",
		Security:    signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, s.postDrillRelease)
	huma.Register(h, huma.Operation{
		OperationID: "get-drill-release", Method: http.MethodGet, Path: "/api/v1/drills/{id}/release",
		Summary: "A drill's notices to parents: draft, what is out, how far it got", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422, 503},
	}, func(ctx context.Context, in *drillGateInput) (*drillGateOutput, error) {
		return s.drillGateAnswer(ctx, in.ID, in.School, nil)
	})
}

func (s *Server) postDrillRelease(ctx context.Context, in *drillReleaseInput) (*drillGateOutput, error) {
	a, c := accountOf(ctx), in.Body.command()
	c.ID = idOf(ctx, c.ID)
	if in.Body.Step == stepPreview {
		d, err := s.service.PreviewDrill(a, in.ID, in.School, c, time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		draft := viewDraft(d, in.ID)
		return s.drillGateAnswer(ctx, in.ID, in.School, &draft)
	}
	if err := s.service.ReleaseDrill(ctx, a, in.ID, in.School, c); err != nil {
		return nil, s.problemOf(err)
	}
	return s.drillGateAnswer(ctx, in.ID, in.School, nil)
}

func (s *Server) drillGateAnswer(ctx context.Context, id, school string, preview *ReleaseDraft) (*drillGateOutput, error) {
	_, g, err := s.service.DrillGate(accountOf(ctx), id, school)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &drillGateOutput{Body: drillGate{ReleaseGate: viewGate(g, s.service.notices.Figures), Preview: preview}}, nil
}
