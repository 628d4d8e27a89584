package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
	"example.org/campushub/alerting/policy"
)

// mostAtOnce bounds how many incidents one request takes on. Overflow: 422.
const mostAtOnce = 100

// Seen is an incident and the update of it that a person had before them.
type Seen struct {
	ID     string `json:"id" minLength:"1" maxLength:"64"`
	Number int64  `json:"number,omitempty" minimum:"0" doc:"The update that the person had before them; the present one without it."`
}

// Refusal is one incident that was not taken on, and why.
type Refusal struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Groups are the unresolved incidents that the account may see and that are
// shown together.
func (s *Service) Groups(a people.Account) ([]alerting.Group, error) {
	if !a.Role.SeesIncidents() {
		return nil, fmt.Errorf("%w: %s reads no incidents", alerting.ErrForbidden, a.Role)
	}
	return alerting.Groups(s.Unresolved(a), policy.Of(s.people()).LinkWithin), nil
}

// AcknowledgeAll takes several incidents of one school on, each by an event of
// its own: one that is refused keeps no other back. It fails where they are not
// of one school, or none of them may be seen.
func (s *Service) AcknowledgeAll(ctx context.Context, a people.Account, id string, all []Seen) (done []alerting.Incident, refused []Refusal, err error) {
	if err := s.ofOneSchool(ctx, a, all); err != nil {
		return nil, nil, err
	}
	for _, k := range all {
		c := alerting.Command{Incident: k.ID, Number: k.Number, Verb: alerting.VerbAcknowledge}
		if id != "" {
			c.ID = uuid.NewSHA1(uuid.NameSpaceOID, []byte(id+"/"+k.ID)).String()
		}
		i, err := s.Do(ctx, a, c)
		switch {
		case err == nil:
			done = append(done, i)
		case errors.Is(err, context.Canceled):
			return done, refused, err
		default:
			refused = append(refused, Refusal{ID: k.ID, Reason: err.Error()})
		}
	}
	return done, refused, nil
}

// ofOneSchool refuses what is not one school's: one actor affects one school.
func (s *Service) ofOneSchool(ctx context.Context, a people.Account, all []Seen) error {
	if len(all) == 0 || len(all) > mostAtOnce {
		return fmt.Errorf("%w: incidents: want 1 to %d, found %d", alerting.ErrInvalid, mostAtOnce, len(all))
	}
	school := ""
	for _, k := range all {
		i, err := s.Incident(ctx, a, k.ID)
		if err != nil {
			return err
		}
		if school != "" && i.School != school {
			return fmt.Errorf("%w: incidents: they are of several schools", alerting.ErrInvalid)
		}
		school = i.School
	}
	return nil
}

// IncidentGroup is a group as the API gives it.
type IncidentGroup struct {
	School    string   `json:"school"`
	Since     string   `json:"since" format:"date-time" doc:"When the oldest began: the group's one clock."`
	Incidents []string `json:"incidents" nullable:"false" doc:"The oldest first."`
}

type groupsOutput struct {
	Body struct {
		Groups []IncidentGroup `json:"groups" nullable:"false"`
	}
}

type allInput struct {
	Body struct {
		ID        string `json:"id,omitempty" format:"uuid" doc:"Makes the request idempotent."`
		Incidents []Seen `json:"incidents" minItems:"1" maxItems:"100"`
	}
}

type allOutput struct {
	Body struct {
		Incidents []Incident `json:"incidents" nullable:"false" doc:"Those that were taken on, each by an event of its own."`
		Refused   []Refusal  `json:"refused" nullable:"false"`
	}
}

func (s *Server) mountGroups(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-groups", Method: http.MethodGet, Path: "/api/v1/groups",
		Summary: "Unresolved incidents that are shown together: linked, or pressed within 5 min at one school", Security: open(ScopeReadIncidents),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403},
	}, func(ctx context.Context, _ *struct{}) (*groupsOutput, error) {
		groups, err := s.service.Groups(accountOf(ctx))
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &groupsOutput{}
		out.Body.Groups = mapped(groups, func(g alerting.Group) IncidentGroup {
			return IncidentGroup{
				School: g.Incidents[0].School, Since: stamp(g.Since),
				Incidents: mapped(g.Incidents, func(i alerting.Incident) string { return i.ID }),
			}
		})
		return out, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "acknowledge-incidents", Method: http.MethodPost, Path: "/api/v1/incidents/acknowledge",
		Summary: "Take several incidents of one school on, each by an event of its own", Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 404, 413, 415, 422, 503},
	}, func(ctx context.Context, in *allInput) (*allOutput, error) {
		done, refused, err := s.service.AcknowledgeAll(ctx, accountOf(ctx), idOf(ctx, in.Body.ID), in.Body.Incidents)
		if err != nil {
			return nil, s.problemOf(err)
		}
		out := &allOutput{}
		out.Body.Incidents, out.Body.Refused = mapped(done, viewOf), append([]Refusal{}, refused...)
		return out, nil
	})
}
