package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.org/campushub/alerting"
	"example.org/campushub/alerting/people"
)

// Point is a point of the earth in degrees, WGS-84, north and east above zero.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// PlaceOnPlan is a place of a school, and where it lies on one of its plans.
type PlaceOnPlan struct {
	alerting.Place
	Plan string  `json:"plan" doc:"Empty where it is marked on none."`
	X    float64 `json:"x" doc:"Part of the plan's width, from the left."`
	Y    float64 `json:"y" doc:"Part of its height, from above."`
}

// FloorPlan is a drawing of a school.
type FloorPlan struct {
	ID      string        `json:"id"`
	Name    alerting.Text `json:"name"`
	Type    string        `json:"type" enum:"image/png,image/jpeg,image/svg+xml"`
	Width   float64       `json:"width" doc:"In units of its own; only how it relates to the height matters."`
	Height  float64       `json:"height"`
	Version string        `json:"version" doc:"Another drawing has another one."`
	Href    string        `json:"href" doc:"Where the drawing is."`
}

// School is one of the reader's schools.
type School struct {
	ID       string        `json:"id"`
	Name     alerting.Text `json:"name"`
	Zone     string        `json:"zone" doc:"Of the IANA time zone database."`
	Callback string        `json:"callback" doc:"The number that the police call back; empty to whoever sees no incidents."`
	Position *Point        `json:"position" doc:"Null where nobody wrote it down."`
	Places   []PlaceOnPlan `json:"places" nullable:"false" doc:"Where something may happen."`
	Plans    []FloorPlan   `json:"plans" nullable:"false" doc:"None to whoever sees no incidents."`
}

type schoolsOutput struct {
	Body struct {
		Schools []School `json:"schools" nullable:"false"`
	}
}

type planInput struct {
	School string `path:"school" maxLength:"63"`
	Plan   string `path:"plan" maxLength:"63"`
	Known  string `header:"If-None-Match" maxLength:"1024"`
}

type planOutput struct {
	Status int
	Type   string `header:"Content-Type"`
	Policy string `header:"Content-Security-Policy"`
	ETag   string `header:"ETag"`
	Body   []byte
}

// MapSchool is how a school stands on the map.
type MapSchool struct {
	ID       string        `json:"id"`
	Name     alerting.Text `json:"name"`
	Position *Point        `json:"position" doc:"Null where nobody wrote it down."`
	Open     []string      `json:"open" nullable:"false" doc:"Incidents that the reader may see, the gravest first."`
	Way      string        `json:"way" enum:"proven,waiting,unproven,unchecked" doc:"To the police, as of path-checks."`
	CutSince *string       `json:"cut_since" doc:"Since when the school's link is cut; null where it is not."`
	Nearest  *Distance     `json:"nearest" doc:"The nearest police station; null where nobody knows."`
	OnBeatOf string        `json:"on_beat_of" doc:"The station that is responsible; empty where nobody wrote it down."`
}

// Distance is how far a station is.
type Distance struct {
	Station string `json:"station"`
	Metres  int    `json:"metres" doc:"In a straight line: no road is as short."`
}

// MapStation is a police station.
type MapStation struct {
	ID       string        `json:"id"`
	Name     alerting.Text `json:"name"`
	Position Point         `json:"position"`
}

type mapOutput struct {
	Body struct {
		Now      string       `json:"now" format:"date-time"`
		Outline  []Point      `json:"outline" nullable:"false" doc:"Of the district, corner by corner."`
		Schools  []MapSchool  `json:"schools" nullable:"false"`
		Stations []MapStation `json:"stations" nullable:"false"`
	}
}

// DrawingPolicy confines a drawing that is opened by itself.
const DrawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

func (s *Server) mountSchools(h huma.API) {
	op := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Security: open(ScopeReadIncidents),
			Middlewares: huma.Middlewares{s.authenticated(h)}, Errors: append([]int{401, 403}, errors...),
		}
	}
	schools := op("list-schools", "/api/v1/schools", "The reader's schools: where they lie, their places and their plans")
	schools.Security = open(ScopeReadIncidents, ScopeReadDevices)
	huma.Register(h, schools, s.listSchools)
	plan := op("get-plan", "/api/v1/schools/{school}/plans/{plan}", "A drawing of a school", 404, 422)
	plan.Responses = map[string]*huma.Response{
		"200": {Description: "The drawing", Content: pictures("image/png", "image/jpeg", "image/svg+xml")},
		"304": {Description: "If-None-Match names its version"},
	}
	huma.Register(h, plan, s.getPlan)
	huma.Register(h, op("district-map", "/api/v1/map", "Where the reader's schools and the police stations lie, and how each school stands"), s.readMap)
}

// pictures are the contents of an answer that is a picture.
func pictures(types ...string) map[string]*huma.MediaType {
	out := map[string]*huma.MediaType{}
	for _, t := range types {
		out[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return out
}

func (s *Server) listSchools(ctx context.Context, _ *struct{}) (*schoolsOutput, error) {
	a := accountOf(ctx)
	all, err := s.service.Schools(a)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &schoolsOutput{}
	out.Body.Schools = mapped(all, func(of people.School) School { return s.schoolFor(a, of) })
	return out, nil
}

func (s *Server) schoolFor(a people.Account, of people.School) School {
	v := School{ID: of.ID, Name: of.Name, Zone: of.Location().String(), Position: pointOrNil(of.Position), Plans: []FloorPlan{}}
	v.Places = mapped(s.service.Places(of), func(p alerting.Place) PlaceOnPlan {
		spot := of.Spots[p.ID]
		return PlaceOnPlan{Place: p, Plan: spot.Plan, X: spot.X, Y: spot.Y}
	})
	if a.Role.SeesIncidents() {
		v.Callback = of.Callback
		v.Plans = mapped(of.Plans, func(p people.Plan) FloorPlan {
			return FloorPlan{
				ID: p.ID, Name: p.Name, Type: p.Type, Width: p.Width, Height: p.Height, Version: PlanVersion(p), Href: "/api/v1/schools/" + of.ID + "/plans/" + p.ID,
			}
		})
	}
	return v
}

func (s *Server) getPlan(ctx context.Context, in *planInput) (*planOutput, error) {
	p, err := s.service.Plan(accountOf(ctx), in.School, in.Plan)
	if err != nil {
		return nil, s.problemOf(err)
	}
	out := &planOutput{Status: http.StatusOK, Type: p.Type, Policy: DrawingPolicy, ETag: `"` + PlanVersion(p) + `"`, Body: p.Image}
	if knows(in.Known, PlanVersion(p)) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

func (s *Server) readMap(ctx context.Context, _ *struct{}) (*mapOutput, error) {
	all, district, err := s.service.DistrictMap(ctx, accountOf(ctx))
	if err != nil {
		return nil, s.problemOf(err)
	}
	now, out := time.Now(), &mapOutput{}
	out.Body.Now = stamp(now)
	out.Body.Outline = mapped(district.Outline, pointOf)
	out.Body.Stations = mapped(district.Stations, func(s people.Station) MapStation { return MapStation{s.ID, s.Name, pointOf(s.Position)} })
	out.Body.Schools = mapped(all, func(v Standing) MapSchool { return mapSchoolOf(v, district, now) })
	return out, nil
}

func mapSchoolOf(v Standing, district people.District, now time.Time) MapSchool {
	out := MapSchool{
		ID: v.ID, Name: v.Name, Position: pointOrNil(v.Position), CutSince: stampOrNil(v.Cut), Way: "unchecked",
		Open: mapped(v.Open, func(i alerting.Incident) string { return i.ID }),
	}
	switch {
	case v.Known:
		out.Way = pathState(v.Way, now)
	case v.Checked:
		out.Way = "unproven"
	}
	if v.Position != nil {
		if near, far, ok := district.Nearest(*v.Position); ok {
			out.Nearest = &Distance{near.ID, int(math.Round(far))}
		}
	}
	if beat, ok := district.Responsible(v.ID); ok {
		out.OnBeatOf = beat.ID
	}
	return out
}

func pointOf(p people.Position) Point { return Point{p.Lat, p.Lon} }

func pointOrNil(p *people.Position) *Point {
	if p == nil {
		return nil
	}
	out := pointOf(*p)
	return &out
}
