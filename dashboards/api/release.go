package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/release"
)

// stepPreview renders a draft and stores nothing.
const stepPreview = "preview"

type releaseBody struct {
	ID   string `json:"id,omitempty" format:"uuid" doc:"Makes the step idempotent."`
	Step string `json:"step" enum:"preview,draft,approve,agree,hold,continue,withdraw,release"`

	Text    string     `json:"text,omitempty" maxLength:"16" doc:"preview, draft: the id of a text, PAR-01 to PAR-11."`
	Line    string     `json:"line,omitempty" maxLength:"32" doc:"preview, draft: the id of a reason line."`
	Pickup  string     `json:"pickup,omitempty" maxLength:"63" doc:"preview, draft: the id of a pick-up place of the school."`
	Next    *time.Time `json:"next,omitempty" doc:"preview, draft: by when the next notice is promised."`
	Collect *time.Time `json:"collect,omitempty" doc:"preview, draft: from when children can be collected."`
	Date    string     `json:"date,omitempty" maxLength:"10" doc:"preview, draft: as 2006-01-02."`
	Drill   string     `json:"drill,omitempty" maxLength:"16" doc:"preview, draft: what the drill is called."`
	Schools []string   `json:"schools,omitempty" maxItems:"64" doc:"preview, draft: whose parents it goes to; the incident's own school without it."`

	Hash   string       `json:"hash,omitempty" maxLength:"64" doc:"approve, agree, release: of the text that was seen."`
	Call   *releaseCall `json:"call,omitempty" doc:"agree: the lead authority's word by telephone, written down by an officer."`
	Reason string       `json:"reason,omitempty" maxLength:"500" doc:"hold, withdraw: for the record, never for parents."`
}

type releaseCall struct {
	Role string    `json:"role" enum:"station-desk,station-leader,liaison,command-centre,fire-commander"`
	At   time.Time `json:"at"`
}

func (b releaseBody) command() release.Command {
	c := release.Command{
		ID: b.ID, Verb: release.Verb(b.Step), Schools: b.Schools, Hash: b.Hash, Reason: b.Reason,
		Content: release.Content{
			Text: release.TextID(b.Text), Reason: release.ReasonID(b.Line), Pickup: b.Pickup,
			Date: b.Date, Drill: release.DrillName(b.Drill),
		},
	}
	if b.Next != nil {
		c.Content.Next = *b.Next
	}
	if b.Collect != nil {
		c.Content.Collect = *b.Collect
	}
	if b.Call != nil {
		c.Call = &release.Call{Role: release.PhoneRole(b.Call.Role), At: b.Call.At}
	}
	return c
}

type releaseInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body releaseBody
}

// incidentWithGate is an incident with its notices to parents.
type incidentWithGate struct {
	IncidentDetail
	Release ReleaseGate   `json:"release"`
	Preview *ReleaseDraft `json:"preview,omitempty" doc:"What the draft would be; step preview alone."`
}

type releaseOutput struct{ Body incidentWithGate }

type gateOutput struct{ Body ReleaseGate }

type noticesInput struct {
	School string `query:"school" maxLength:"63"`
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"50"`
}

type noticesOutput struct {
	Body struct {
		Notices []ParentNotice `json:"notices" nullable:"false"`
	}
}

func (s *Server) mountNotices(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "release-incident", Method: http.MethodPost, Path: "/api/v1/incidents/{id}/release",
		Summary: "The parents' gate: one step of a notice",
		Description: "Nothing reaches parents before the step release of somebody who holds the right. A text is one of the closed list; " +
			"there is no field for words. 503 while it can't be stored: then nothing has gone out.",
		Security: signedIn(), MaxBodyBytes: jsonBody,
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 409, 413, 415, 422, 503},
	}, s.postRelease)
	huma.Register(h, huma.Operation{
		OperationID: "get-release", Method: http.MethodGet, Path: "/api/v1/incidents/{id}/release",
		Summary: "An incident's notices to parents: draft, what is out, how far it got", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 503},
	}, s.getRelease)
	huma.Register(h, huma.Operation{
		OperationID: "list-notices", Method: http.MethodGet, Path: "/api/v1/notices",
		Summary: "What the parents of one's schools have had, newest first", Security: signedIn(),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 404, 422, 503},
	}, s.listNotices)
	h.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "stream-notices", Method: http.MethodGet, Path: "/api/v1/notices/stream",
		Summary:     "Notices to the parents of one's schools, as server-sent events",
		Description: "Events: notice, then ready; it begins with those that are out. A comment line every 9 s keeps it alive; beat=1 makes it an event, beat.",
		Security:    signedIn(),
		Responses:   map[string]*huma.Response{"200": {Description: "The stream", Content: map[string]*huma.MediaType{"text/event-stream": {}}}},
	})
}

func (s *Server) postRelease(ctx context.Context, in *releaseInput) (*releaseOutput, error) {
	a, c := accountOf(ctx), in.Body.command()
	c.ID = idOf(ctx, c.ID)
	if in.Body.Step == stepPreview {
		d, err := s.service.Preview(ctx, a, in.ID, c, time.Now())
		if err != nil {
			return nil, s.problemOf(err)
		}
		draft := viewDraft(d, in.ID)
		return s.withGate(ctx, in.ID, nil, &draft)
	}
	i, err := s.service.Release(ctx, a, in.ID, c)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return s.withGate(ctx, in.ID, &i, nil)
}

// withGate answers with the incident and its notices, as they are now.
func (s *Server) withGate(ctx context.Context, id string, after *alerting.Incident, preview *ReleaseDraft) (*releaseOutput, error) {
	i, g, err := s.service.Gate(ctx, accountOf(ctx), id)
	if err != nil {
		return nil, s.problemOf(err)
	}
	if after != nil && after.Number > i.Number {
		i = *after
	}
	return &releaseOutput{Body: incidentWithGate{
		IncidentDetail: s.detail(ctx, i), Release: viewGate(g, s.service.notices.Figures), Preview: preview,
	}}, nil
}

func (s *Server) getRelease(ctx context.Context, in *idInput) (*gateOutput, error) {
	_, g, err := s.service.Gate(ctx, accountOf(ctx), in.ID)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &gateOutput{Body: viewGate(g, s.service.notices.Figures)}, nil
}

func (s *Server) listNotices(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	a := accountOf(ctx)
	if in.School != "" {
		if !a.Belongs(in.School) {
			return nil, s.problemOf(alerting.ErrNotFound)
		}
		a.Schools = []string{in.School}
	}
	sent, err := s.service.Notices(a, in.Limit)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &noticesOutput{}
	out.Body.Notices = mapped(sent, viewSent)
	return out, nil
}
