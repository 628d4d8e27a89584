package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/drill"
	"example.org/campushub/alerting/exercise"
)

type drillPlanBody struct {
	Command string             `json:"command,omitempty" format:"uuid" doc:"Makes the command idempotent, together with id."`
	ID      string             `json:"id,omitempty" pattern:"^[a-z0-9][a-z0-9-]{0,62}$" doc:"Drawn by the hub where it is left out."`
	Kind    string             `json:"kind" minLength:"1" maxLength:"32" doc:"What is practised."`
	At      *time.Time         `json:"at,omitempty" doc:"Planned start; now without it."`
	ForS    int                `json:"for_s,omitempty" minimum:"60" maximum:"3600" default:"900" doc:"Stops by itself after it."`
	Schools []drillSchoolBody  `json:"schools" minItems:"1" maxItems:"64"`
	Windows []drillWindowInput `json:"windows,omitempty" maxItems:"200" doc:"Buttons that take part; everything else is always live."`
	Parts   []string           `json:"parts,omitempty" maxItems:"5" enum:"unit,mutual-aid,evacuation,head-count,police" doc:"What is measured."`
	Filed   []string           `json:"filed,omitempty" maxItems:"16" doc:"Police desks that are asked to accept it."`
}

type drillSchoolBody struct {
	ID          string `json:"id" minLength:"1" maxLength:"63"`
	Storeys     int    `json:"storeys,omitempty" minimum:"0" maximum:"60" default:"4" doc:"Of the highest building, for the target of the evacuation, by the school's policy: 120 s up to four storeys without one. 0 is 4."`
	EvacuationS int    `json:"evacuation_s,omitempty" minimum:"0" maximum:"900" doc:"The school's own target above four storeys."`
	Profile     string `json:"profile,omitempty" enum:"urban,suburban,rural" doc:"How far the station is; by the school's policy without it."`
	PoliceS     int    `json:"police_s,omitempty" minimum:"0" maximum:"3600" doc:"Agreed between a rural school and its station."`
}

type drillWindowInput struct {
	School string `json:"school" minLength:"1" maxLength:"63"`
	Device string `json:"device" minLength:"1" maxLength:"63"`
	AfterS int    `json:"after_s,omitempty" minimum:"0" maximum:"3600" doc:"From the start of the drill."`
	ForS   int    `json:"for_s,omitempty" minimum:"0" maximum:"3600" doc:"300 without it."`
}

func (b drillPlanBody) plan(now time.Time) drill.Plan {
	p := drill.Plan{ID: b.ID, Kind: alerting.Kind(b.Kind), At: now, ForS: b.ForS, Filed: b.Filed}
	if p.ID == "" {
		id := uuid.New()
		p.ID = "d-" + hex.EncodeToString(id[:8])
	}
	if b.At != nil {
		p.At = *b.At
	}
	for _, s := range b.Schools {
		p.Schools = append(p.Schools, drill.Site{ID: s.ID, Storeys: s.Storeys, EvacuationS: s.EvacuationS, Profile: drill.Profile(s.Profile), PoliceS: s.PoliceS})
	}
	for _, w := range b.Windows {
		p.Windows = append(p.Windows, drill.Window{School: w.School, Device: w.Device, AfterS: w.AfterS, ForS: w.ForS})
	}
	for _, part := range b.Parts {
		p.Parts = append(p.Parts, drill.Part(part))
	}
	return p
}

type drillCommandBody struct {
	ID       string     `json:"id,omitempty" format:"uuid" doc:"Makes the command idempotent."`
	School   string     `json:"school,omitempty" maxLength:"63" doc:"arrive, count, real, return: which one, where several take part."`
	Station  string     `json:"station,omitempty" maxLength:"63" doc:"accept"`
	Part     string     `json:"part,omitempty" enum:"unit,mutual-aid,evacuation,police" doc:"arrive"`
	At       *time.Time `json:"at,omitempty" doc:"arrive, count: when it was so; now without it."`
	Expected int        `json:"expected,omitempty" minimum:"0" maximum:"100000" doc:"count"`
	Missing  int        `json:"missing,omitempty" minimum:"0" maximum:"100000" doc:"count"`
	Reason   string     `json:"reason,omitempty" maxLength:"500" doc:"cancel, stop"`
}

type drillCommandInput struct {
	ID   string            `path:"id" maxLength:"64"`
	Body *drillCommandBody `required:"false"`
}

type drillOutput struct{ Body Drill }

type drillListInput struct {
	School string `query:"school" maxLength:"63"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500"`
}

type drillListOutput struct {
	Body struct {
		Drills []Drill `json:"drills" nullable:"false"`
	}
}

// drillVerbs are the commands of a drill by their routes: who arrived and the
// count of heads are both marks.
var drillVerbs = map[string]struct {
	verb    drill.Verb
	summary string
}{
	"accept":  {drill.VerbAccept, "Take note of the filing, for a police desk; a liaison"},
	"cancel":  {drill.VerbCancel, "Call a planned drill off, with a reason"},
	"start":   {drill.VerbStart, "Start it; several schools need a second person within five minutes"},
	"confirm": {drill.VerbConfirm, "Start it as the second person of the same role"},
	"arrive":  {drill.VerbMark, "Stamp that a part is done: the unit, mutual aid or police on the spot, the building empty"},
	"count":   {drill.VerbMark, "Stamp that the head count is complete, in figures"},
	"stop":    {drill.VerbStop, "Stop it, with a reason; sends nobody back"},
	"return":  {drill.VerbReturn, "Let a school go back, after a head count with nobody missing"},
}

func (s *Server) mountDrills(h huma.API) {
	if s.service.drills == nil {
		return
	}
	base := huma.Operation{Security: signedIn(), MaxBodyBytes: jsonBody, Middlewares: huma.Middlewares{s.authenticated(h)}}
	op := func(id, method, path, summary string, status int, errors ...int) huma.Operation {
		o := base
		o.OperationID, o.Method, o.Path, o.Summary, o.DefaultStatus, o.Errors = id, method, path, summary, status, errors
		return o
	}
	huma.Register(h, op("list-drills", http.MethodGet, "/api/v1/drills", "Drills, the latest planned first", 200, 401, 403, 422, 503), s.listDrills)
	huma.Register(h, op("get-drill", http.MethodGet, "/api/v1/drills/{id}", "One drill with its reports", 200, 401, 404, 503), s.getDrill)
	huma.Register(h, op("plan-drill", http.MethodPost, "/api/v1/drills", "Plan a drill", 201, 401, 403, 409, 413, 415, 422, 503), s.postDrill)
	for name, v := range drillVerbs {
		huma.Register(h, op(name+"-drill", http.MethodPost, "/api/v1/drills/{id}/"+name, v.summary, 200, 401, 403, 404, 409, 413, 415, 422, 503), s.drillVerb(name, v.verb))
	}
	huma.Register(h, op("real-drill", http.MethodPost, "/api/v1/drills/{id}/real", "Not a drill: open a live incident and stop every drill of the school",
		200, 401, 403, 404, 413, 415, 422, 503), s.realDrill)
}

func (s *Server) listDrills(ctx context.Context, in *drillListInput) (*drillListOutput, error) {
	a := accountOf(ctx)
	all, err := s.service.Drills(a)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &drillListOutput{}
	out.Body.Drills = []Drill{}
	for _, v := range all {
		if len(out.Body.Drills) < in.Limit && (in.School == "" || takesPart(v, in.School)) {
			out.Body.Drills = append(out.Body.Drills, s.service.drillView(a, v))
		}
	}
	return out, nil
}

func takesPart(v exercise.View, school string) bool {
	for _, site := range v.Plan.Schools {
		if site.ID == school {
			return true
		}
	}
	return false
}

func (s *Server) getDrill(ctx context.Context, in *idInput) (*drillOutput, error) {
	v, err := s.service.Drill(accountOf(ctx), in.ID)
	return s.drillAnswer(ctx, v, err)
}

func (s *Server) postDrill(ctx context.Context, in *struct{ Body drillPlanBody }) (*drillOutput, error) {
	v, err := s.service.PlanDrill(ctx, accountOf(ctx), in.Body.Command, in.Body.plan(time.Now()))
	return s.drillAnswer(ctx, v, err)
}

func (s *Server) drillVerb(name string, verb drill.Verb) func(context.Context, *drillCommandInput) (*drillOutput, error) {
	return func(ctx context.Context, in *drillCommandInput) (*drillOutput, error) {
		o := in.order(verb)
		if name == "count" {
			o.Part = drill.Counted
		}
		v, err := s.service.DoDrill(ctx, accountOf(ctx), o)
		return s.drillAnswer(ctx, v, err)
	}
}

func (in *drillCommandInput) order(verb drill.Verb) exercise.Order {
	b := in.Body
	if b == nil {
		b = &drillCommandBody{}
	}
	o := exercise.Order{
		Drill: in.ID,
		Command: drill.Command{
			ID: b.ID, Verb: verb, School: b.School, Station: b.Station, Part: drill.Part(b.Part), Reason: b.Reason,
			Count: &drill.Count{Complete: true, Expected: b.Expected, Missing: b.Missing},
		},
	}
	if b.At != nil {
		o.At = *b.At
	}
	return o
}

func (s *Server) realDrill(ctx context.Context, in *drillCommandInput) (*drillOutput, error) {
	school := ""
	if in.Body != nil {
		school = in.Body.School
	}
	v, live, err := s.service.RealDrill(ctx, accountOf(ctx), in.ID, school, time.Now())
	out, err := s.drillAnswer(ctx, v, err)
	if err == nil && accountOf(ctx).Role.SeesIncidents() {
		out.Body.Incident = live.ID
	}
	return out, err
}

func (s *Server) drillAnswer(ctx context.Context, v exercise.View, err error) (*drillOutput, error) {
	if err != nil {
		return nil, s.problemOf(err)
	}
	return &drillOutput{Body: s.service.drillView(accountOf(ctx), v)}, nil
}
