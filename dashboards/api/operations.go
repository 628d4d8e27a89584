package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// readerKey is where the signed-in reader travels: huma hands a handler its
// context and input, and nothing else of the request.
type readerKey struct{}

// requestKey is the same for what signing in and out needs of HTTP.
type requestKey struct{}

type exchange struct {
	w http.ResponseWriter
	r *http.Request
}

const jsonBody = 16 << 10 // bound of a JSON body; overflow: 413

func (s *Server) mountOperations(mux Mux) {
	c := huma.DefaultConfig("Campushub", s.config.Version)
	c.Info.Description = "Incidents between a school and its police station. Errors are RFC 9457 problems; what one may not see is a 404."
	c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", nil
	c.Transformers = append(c.Transformers, tidyProblem)
	c.Components.SecuritySchemes = securitySchemes()
	h := humago.New(mux, c)
	describeStream(h.OpenAPI())
	s.mountSession(h)
	s.mountIncidents(h)
	for _, v := range alerting.Verbs() {
		s.mountVerb(h, v)
	}
	s.mountRaise(h)
	s.mountReceipts(h)
	s.mountFalseAlarms(h)
	s.mountSchools(h)
	s.mountHub(h)
	s.mountConfiguration(h)
	s.mountCourses(h)
	if s.service.HasEvidence() {
		s.mountEvidence(h)
	}
	s.mountAudit(h)
	s.mountAccounts(h)
	s.mountButtonTests(h)
	s.mountFolk(h)
	s.mountCallBacks(h)
	s.mountGroups(h)
	if s.service.notices != nil {
		s.mountNotices(h)
		s.mountCounts(h)
	}
	if s.HasSubscriptions() {
		s.mountSubscriptions(h)
	}
	s.mountDrills(h)
	s.mountDrillNotices(h)
	s.mountDuty(h)
	if s.service.hazards != nil {
		s.mountHazards(h, mux)
	}
	s.mountPush(h)
	s.mountPathChecks(h)
	s.mountReadings(h)
	if s.service.HasGates() {
		s.mountGates(h)
	}
	if s.service.Supervises() {
		s.mountDevices(h)
	}
	describePrograms(h.OpenAPI())
	describeKeys(h.OpenAPI())
	describeEdits(h.OpenAPI())
	describeRefusals(h.OpenAPI())
	describeNulls(h.OpenAPI())
}

func describeStream(doc *huma.OpenAPI) {
	doc.AddOperation(&huma.Operation{
		OperationID: "stream", Method: http.MethodGet, Path: "/api/v1/stream",
		Summary: "Incidents as they change, as server-sent events",
		Description: "Events: incident (the incident as data; an id line once it is durable), ready, reset. " +
			"Apply incidents by (id, number). Last-Event-ID resumes. A comment line every 3 s keeps it alive.",
		Security:  open(streamScope),
		Responses: map[string]*huma.Response{"200": {Description: "The stream", Content: map[string]*huma.MediaType{"text/event-stream": {}}}},
	})
}

// authenticated lets nobody pass who is not signed in, and no program whose
// token has none of the operation's scopes.
func (s *Server) authenticated(huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		if reader, ok := s.admit(w, r, scopesOf(ctx.Operation())...); ok {
			s.once(huma.WithValue(ctx, readerKey{}, reader), reader, func(ctx huma.Context) { s.unchanged(ctx, reader.Account, next) })
		}
	}
}

// withoutToken keeps programs from what nobody has to be signed in for.
func withoutToken(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	if byProgram(r) {
		errPeopleOnly.write(w)
		return
	}
	next(ctx)
}

func withExchange(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	next(huma.WithValue(ctx, requestKey{}, exchange{w: w, r: r}))
}

func readerOf(ctx context.Context) Reader {
	reader, _ := ctx.Value(readerKey{}).(Reader)
	return reader
}

func accountOf(ctx context.Context) people.Account { return readerOf(ctx).Account }

type listInput struct {
	State  string `query:"state" enum:"open,acknowledged,resolved"`
	School string `query:"school" maxLength:"63"`
	Since  string `query:"since" format:"date-time"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500"`
	Cursor string `query:"cursor" maxLength:"256"`
}

type listBody struct {
	Incidents []Incident `json:"incidents" nullable:"false"`
	Next      string     `json:"next" doc:"Give it as cursor for the next page; empty at the end."`
}

type listOutput struct{ Body listBody }

type idInput struct {
	ID string `path:"id" maxLength:"64"`
}

type incidentOutput struct{ Body IncidentDetail }

func (s *Server) mountIncidents(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-incidents", Method: http.MethodGet, Path: "/api/v1/incidents",
		Summary: "Incidents, newest first", Security: open(ScopeReadIncidents),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 403, 422, 503},
	}, s.listIncidents)
	huma.Register(h, huma.Operation{
		OperationID: "get-incident", Method: http.MethodGet, Path: "/api/v1/incidents/{id}",
		Summary: "One incident with deliveries and timeline", Security: open(ScopeReadIncidents),
		Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: []int{401, 404, 503},
	}, s.getIncident)
}

func (s *Server) listIncidents(ctx context.Context, in *listInput) (*listOutput, error) {
	f := Filter{State: alerting.State(in.State), School: in.School, Limit: in.Limit}
	var err error
	if f.Cursor, err = DecodeCursor(in.Cursor); err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	if in.Since != "" {
		if f.Since, err = time.Parse(time.RFC3339, in.Since); err != nil {
			return nil, huma.Error422UnprocessableEntity("since: want a time like 2026-03-01T07:42:00Z")
		}
	}
	p, err := s.service.List(ctx, accountOf(ctx), f)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &listOutput{Body: listBody{Incidents: mapped(p.Incidents, viewOf), Next: EncodeCursor(p.Next)}}, nil
}

func (s *Server) getIncident(ctx context.Context, in *idInput) (*incidentOutput, error) {
	i, err := s.service.Incident(ctx, accountOf(ctx), in.ID)
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &incidentOutput{Body: s.detail(ctx, i)}, nil
}
